package examples

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

type everything struct {
	I  *int64
	F  *float64
	T  *string
	B  []byte
	Ok *bool
	At *time.Time
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	p := start(t, "sqlite", filepath.Join(t.TempDir(), "test.db"))
	bothProtocols(t, p, func(t *testing.T, c *pgx.Conn) {
		execute(t, c, "DROP TABLE IF EXISTS t")
		execute(t, c, "CREATE TABLE t (i INTEGER, f REAL, t TEXT, b BLOB, ok BOOLEAN, at TIMESTAMP)")
		if got := execute(t, c, `INSERT INTO t VALUES (-7, 0.5, 'grün', x'00ff', true, '2026-02-03 04:05:06'), (NULL, NULL, NULL, NULL, NULL, NULL)`); got != "INSERT 0 2" {
			t.Error(got)
		}
		got := query[everything](t, c, "SELECT * FROM t WHERE i = $1 OR i IS $2", int64(-7), nil)
		if len(got) != 2 || got[1].I != nil || got[1].F != nil || got[1].T != nil || got[1].B != nil || got[1].Ok != nil || got[1].At != nil {
			t.Fatalf("%+v", got)
		}
		first := got[0]
		if *first.I != -7 || *first.F != 0.5 || *first.T != "grün" || !bytes.Equal(first.B, []byte{0, 255}) || !*first.Ok ||
			!first.At.Equal(time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)) {
			t.Errorf("%+v", first)
		}
		mustFail(t, c, "42000", "SELECT nothing FROM t")
		mustFail(t, c, "0A000", "DELETE FROM t RETURNING i")
		if got := execute(t, c, "UPDATE t SET i = 1"); got != "UPDATE 2" {
			t.Error(got)
		}
	})
}

// TestSQLiteTransactions has clients come and go; one leaves in a transaction.
func TestSQLiteTransactions(t *testing.T) {
	t.Parallel()
	p := start(t, "sqlite", filepath.Join(t.TempDir(), "test.db"))
	first := p.connect(t)
	execute(t, first, "CREATE TABLE t (i INTEGER UNIQUE)")
	execute(t, first, "BEGIN")
	execute(t, first, "INSERT INTO t VALUES ($1)", 1)
	mustFail(t, first, "23000", "INSERT INTO t VALUES (1)")
	mustFail(t, first, "25P02", "INSERT INTO t VALUES (2)")
	if got := execute(t, first, "COMMIT"); got != "ROLLBACK" {
		t.Error(got)
	}
	execute(t, first, "BEGIN")
	execute(t, first, "INSERT INTO t VALUES (3)")
	if err := first.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if got := query[struct{ I int64 }](t, p.connect(t), "SELECT i FROM t"); len(got) != 0 {
		t.Errorf("%v was never committed", got)
	}
}
