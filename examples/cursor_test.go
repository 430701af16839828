package examples

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
)

type number struct{ N int64 }

func TestCursor(t *testing.T) {
	t.Parallel()
	bothProtocols(t, start(t, "cursor"), func(t *testing.T, c *pgx.Conn) {
		mustFail(t, c, "25P01", "DECLARE c CURSOR FOR COUNT TO 5")
		execute(t, c, "BEGIN")
		execute(t, c, "DECLARE c CURSOR FOR COUNT TO 5")
		if got := query[number](t, c, "FETCH 2 c"); !slices.Equal(got, []number{{1}, {2}}) {
			t.Error(got)
		}
		if got := execute(t, c, "MOVE 1 c"); got != "MOVE 1" {
			t.Error(got)
		}
		if got := query[number](t, c, "FETCH ALL c"); !slices.Equal(got, []number{{4}, {5}}) {
			t.Error(got)
		}
		mustFail(t, c, "55000", "FETCH -1 c")
		mustFail(t, c, "25P02", "FETCH 1 c")
		if got := execute(t, c, "COMMIT"); got != "ROLLBACK" {
			t.Error(got)
		}
		mustFail(t, c, "34000", "CLOSE c")
	})
}
