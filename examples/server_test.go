package examples

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestServer(t *testing.T) {
	t.Parallel()
	type greeting struct {
		Language, Greeting string
		Speakers           *int64
	}
	bothProtocols(t, start(t, "server"), func(t *testing.T, c *pgx.Conn) {
		got := query[greeting](t, c, "whatever")
		if len(got) != 2 || *got[0].Speakers != 1_500_000_000 || got[1].Speakers != nil ||
			!slices.Equal([]string{got[0].Greeting, got[1].Greeting}, []string{"hello", "salve"}) {
			t.Errorf("%+v", got)
		}
	})
}
