package duckdb_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/duckdb"
	"github.com/csvsql/csvsql/engine/spool"
)

// TestMemoryLimit: a statement that needs more memory than there is fails, and
// the session lives on.
func TestMemoryLimit(t *testing.T) {
	t.Parallel()
	s := session(t, open(t, duckdb.Options{Memory: 50 << 20}))
	if _, err := try(t.Context(), s, "SELECT list(range) FROM range(100000000)"); code(err) != "53200" {
		t.Errorf("got %s %v", code(err), err)
	}
	if got := run(t, s, "SELECT 1"); got[0] != "1" {
		t.Errorf("got %q", got)
	}
}

// TestSpill: with a directory the same amount of data is sorted.
func TestSpill(t *testing.T) {
	t.Parallel()
	const sql = "SELECT count(*) FROM (SELECT * FROM range(8000000) ORDER BY hash(range) LIMIT 7999999)"
	if _, err := try(t.Context(), session(t, open(t, duckdb.Options{Memory: 50 << 20})), sql); code(err) != "53200" {
		t.Errorf("without a directory: %s %v", code(err), err)
	}
	s := session(t, open(t, duckdb.Options{Memory: 50 << 20, TempDir: t.TempDir()}))
	if got := run(t, s, sql); got[0] != "7999999" {
		t.Errorf("got %q", got)
	}
}

// TestLoadMemory: a file larger than the memory is loaded.
func TestLoadMemory(t *testing.T) {
	t.Parallel()
	const rows = 8_000_000
	dir := t.TempDir()
	file := filepath.Join(dir, "pairs.csv")
	text := make([]byte, 0, 144<<20)
	text = append(text, "a,b\n"...)
	for i := range int64(rows) {
		text = append(strconv.AppendInt(text, 10_000_000+i, 10), ',')
		text = append(strconv.AppendInt(text, 20_000_000+i, 10), '\n')
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if len(text) < 128<<20 {
		t.Fatalf("the file has %d bytes only", len(text))
	}
	s := session(t, open(t, duckdb.Options{
		Path: filepath.Join(t.TempDir(), "t.duckdb"), TempDir: t.TempDir(), DataDirs: []string{dir}, Memory: 128 << 20,
	}))
	table, err := s.Load(t.Context(), engine.LoadSpec{
		Table: engine.TableName{Name: "pairs"}, Files: []string{file}, Format: engine.CSV,
	})
	if err != nil || table.Rows != rows {
		t.Fatalf("%d rows, %v", table.Rows, err)
	}
	if got := run(t, s, "SELECT bool_and(a = 10000000 + rowid), bool_and(b = 20000000 + rowid) FROM pairs"); got[0] != "true,true" {
		t.Errorf("all values right, and in the order of the file: %s", got[0])
	}
}

// TestSpoolLimit: a statement that would need more room for an open result than
// there is fails, and the open result is undisturbed.
func TestSpoolLimit(t *testing.T) {
	t.Parallel()
	const rows = 1_000_000
	s := session(t, open(t, duckdb.Options{Spool: spool.Options{Memory: 1 << 20}}))
	r := result(t, t.Context(), s, "SELECT range AS n FROM range(1000000)")
	defer r.Release()
	read := int64(0)
	for r.Next() {
		if read == 0 {
			for range 3 {
				if _, err := try(t.Context(), s, "SELECT 1"); code(err) != "54000" {
					t.Fatalf("got %s %v", code(err), err)
				}
			}
		}
		read += r.RecordBatch().NumRows()
	}
	if r.Err() != nil || read != rows {
		t.Errorf("%d rows, %v", read, r.Err())
	}
	if got := run(t, s, "SELECT 1"); got[0] != "1" {
		t.Errorf("got %q", got)
	}
}

// TestConflict: two transactions that write the same row.
func TestConflict(t *testing.T) {
	t.Parallel()
	e := open(t, duckdb.Options{})
	a, b := session(t, e), session(t, e)
	run(t, a, "CREATE TABLE t AS SELECT 1 AS i")
	for _, s := range []engine.Session{a, b} {
		if err := s.(engine.Transactor).Begin(t.Context(), engine.TxOptions{}); err != nil {
			t.Fatal(err)
		}
		run(t, s, "SELECT * FROM t")
	}
	run(t, a, "UPDATE t SET i = 2")
	if _, err := try(t.Context(), b, "UPDATE t SET i = 3"); code(err) != "40001" {
		t.Errorf("got %s %v", code(err), err)
	}
	if _, err := try(t.Context(), b, "SELECT 1"); code(err) != "25P02" {
		t.Errorf("after it: %s %v", code(err), err)
	}
	if err := a.(engine.Transactor).Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := b.(engine.Transactor).Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := run(t, b, "SELECT i FROM t"); got[0] != "2" {
		t.Errorf("got %q", got)
	}
}
