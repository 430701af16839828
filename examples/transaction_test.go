package examples

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
)

type pair struct{ Key, Value string }

func TestTransaction(t *testing.T) {
	t.Parallel()
	p := start(t, "transaction")
	bothProtocols(t, p, func(t *testing.T, c *pgx.Conn) {
		statusIs := func(want byte) {
			t.Helper()
			if got := c.PgConn().TxStatus(); got != want {
				t.Errorf("status %c, want %c", got, want)
			}
		}
		execute(t, c, "PUT a 1")
		execute(t, c, "BEGIN")
		statusIs('T')
		execute(t, c, "PUT a 2")
		if got := query[pair](t, c, "GET a"); !slices.Equal(got, []pair{{"a", "2"}}) {
			t.Error(got)
		}
		mustFail(t, c, "P0002", "GET b")
		statusIs('E')
		mustFail(t, c, "25P02", "GET a")
		if got := execute(t, c, "COMMIT"); got != "ROLLBACK" {
			t.Error(got)
		}
		statusIs('I')
		if got := query[pair](t, c, "LIST"); !slices.Equal(got, []pair{{"a", "1"}}) {
			t.Error("rollback left", got)
		}
	})
}

// TestTransactionConflict has two clients write at the same time.
func TestTransactionConflict(t *testing.T) {
	t.Parallel()
	p := start(t, "transaction")
	first, second := p.connect(t), p.connect(t)
	for _, c := range []*pgx.Conn{first, second} {
		execute(t, c, "BEGIN")
		execute(t, c, "PUT n 0")
	}
	execute(t, first, "COMMIT")
	mustFail(t, second, "40001", "COMMIT")
	if got := second.PgConn().TxStatus(); got != 'I' {
		t.Errorf("status %c after a COMMIT that failed", got)
	}
}

// TestTransactionImplicit has several statements in one Query message: one of
// them fails, so none has happened.
func TestTransactionImplicit(t *testing.T) {
	t.Parallel()
	c := start(t, "transaction").connect(t, "default_query_exec_mode=simple_protocol")
	mustFail(t, c, "P0002", "PUT a 1; GET b")
	if got := query[pair](t, c, "LIST"); len(got) != 0 {
		t.Error(got)
	}
	execute(t, c, "PUT a 1; PUT b 2")
	if got := query[pair](t, c, "LIST"); len(got) != 2 {
		t.Error(got)
	}
}
