package examples

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

type sample struct {
	Time  time.Time
	DC    string
	Value float64
}

func TestTimeseries(t *testing.T) {
	t.Parallel()
	bothProtocols(t, start(t, "timeseries"), func(t *testing.T, c *pgx.Conn) {
		got := query[sample](t, c, `count by (dc) (cpu[20m])`)
		if len(got) != 6 {
			t.Fatalf("%+v", got)
		}
		second := time.Date(2026, 1, 1, 0, 20, 0, 0, time.UTC)
		// Two hosts, a value each 15 seconds.
		if last := got[4]; last.DC != "south" || last.Value != 2*20*4 || !last.Time.Equal(second) {
			t.Errorf("%+v", last)
		}
		if got := query[sample](t, c, `sum by (dc) (nothing[20m])`); len(got) != 0 {
			t.Errorf("%+v", got)
		}
		for _, wrong := range []string{"avg", "median (cpu[1m])", `avg (cpu{dc="x}[1m])`, "avg (cpu[1m]) twice", "avg (cpu[0s])"} {
			mustFail(t, c, "42601", wrong)
		}
	})
}
