package enginetest

import (
	"testing"

	"github.com/csvsql/csvsql/engine"
)

func testTransactions(t *testing.T, f *fixture) {
	s, other := f.session(t), f.session(t)
	tx := transactor(t, s)
	exec(t, s, "CREATE TABLE t (i integer)")
	begin := func() {
		t.Helper()
		if err := tx.Begin(t.Context(), engine.TxOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	begin()
	exec(t, s, "INSERT INTO t VALUES (1)")
	exec(t, s, "CREATE TABLE made (i integer)")
	expect(t, s, "SELECT i FROM t", "1")
	expect(t, other, "SELECT i FROM t")
	expectCode(t, try(t.Context(), other, "SELECT * FROM made"), "42P01")
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect(t, s, "SELECT i FROM t")
	expectCode(t, try(t.Context(), s, "SELECT * FROM made"), "42P01")

	begin()
	exec(t, s, "INSERT INTO t VALUES (2)")
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect(t, other, "SELECT i FROM t", "2")

	// After an error nothing but the end of the transaction is possible.
	begin()
	exec(t, s, "INSERT INTO t VALUES (3)")
	if try(t.Context(), s, "SELECT CAST('x' AS integer)") == nil {
		t.Fatal("no error")
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect(t, s, "SELECT i FROM t", "2")

	// Closing rolls back.
	begin()
	exec(t, s, "INSERT INTO t VALUES (4)")
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect(t, other, "SELECT i FROM t", "2")
}

func testReadOnly(t *testing.T, f *fixture) {
	s := f.session(t)
	tx := transactor(t, s)
	exec(t, s, "CREATE TABLE t (i integer)")
	for _, sql := range []string{
		"INSERT INTO t VALUES (1)", "UPDATE t SET i = 2", "DELETE FROM t", "CREATE TABLE u (i integer)", "DROP TABLE t",
	} {
		if err := tx.Begin(t.Context(), engine.TxOptions{ReadOnly: true}); err != nil {
			t.Fatal(err)
		}
		expect(t, s, "SELECT count(*) FROM t", "0")
		expectCode(t, try(t.Context(), s, sql), "25006")
		if err := tx.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	exec(t, s, "INSERT INTO t VALUES (1)")
}

func testTransactionMisuse(t *testing.T, f *fixture) {
	s := f.session(t)
	tx := transactor(t, s)
	expectCode(t, tx.Commit(t.Context()), "25P01")
	expectCode(t, tx.Rollback(t.Context()), "25P01")
	if err := tx.Begin(t.Context(), engine.TxOptions{}); err != nil {
		t.Fatal(err)
	}
	expectCode(t, tx.Begin(t.Context(), engine.TxOptions{}), "25001")
	expect(t, s, "SELECT 1", "1")
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Transactions are not begun as text: the Session would not know.
	for _, sql := range []string{"BEGIN", "COMMIT", "ROLLBACK"} {
		expectCode(t, try(t.Context(), s, sql), "0A000")
	}
}
