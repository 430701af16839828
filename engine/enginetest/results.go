package enginetest

import (
	"testing"

	"github.com/csvsql/csvsql/engine"
)

// step reads one batch and says how many rows it has.
func step(t *testing.T, r engine.Result) int {
	t.Helper()
	if !r.Next() {
		t.Fatal("no batch:", r.Err())
	}
	return int(r.RecordBatch().NumRows())
}

// rest counts the rows that are left.
func rest(t *testing.T, r engine.Result) int {
	t.Helper()
	n := 0
	for r.Next() {
		n += int(r.RecordBatch().NumRows())
	}
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

// testOpenResults: results that are read in turns, with every other call of a
// Session in between, come out whole and in order.
func testOpenResults(t *testing.T, f *fixture) {
	s := f.session(t)
	f.numbers(t, s)
	var open []engine.Result
	for range 3 {
		r := start(t, t.Context(), s, "SELECT n FROM numbers ORDER BY n")
		defer r.Release()
		open = append(open, r)
	}
	rows := make([][]string, len(open))
	for turn := 0; ; turn++ {
		ended := 0
		for i, r := range open {
			if r.Next() {
				rows[i] = append(rows[i], batchTexts(r.RecordBatch())...)
			} else {
				ended++
			}
		}
		if ended == len(open) {
			break
		}
		switch turn {
		case 1:
			expect(t, s, "SELECT 1", "1")
		case 2:
			for _, err := range s.Tables(t.Context(), engine.TableFilter{}) {
				if err != nil {
					t.Fatal(err)
				}
			}
		case 3:
			if err := s.Set(t.Context(), "timezone", "UTC"); err != nil {
				t.Fatal(err)
			}
		case 4:
			f.load(t, s, "other", "a\n1\n")
		}
	}
	for i, r := range open {
		if r.Err() != nil {
			t.Fatal(r.Err())
		}
		if len(rows[i]) != numbersRows {
			t.Fatalf("result %d has %d rows", i, len(rows[i]))
		}
		for n, text := range rows[i] {
			if n%997 == 0 && text != query(t, s, "SELECT n FROM numbers WHERE n = "+text)[0] || n > 0 && len(text) < len(rows[i][n-1]) {
				t.Fatalf("result %d, row %d is %s", i, n, text)
			}
		}
	}
}

func testOpenResultDDL(t *testing.T, f *fixture) {
	s := f.session(t)
	f.numbers(t, s)
	r := start(t, t.Context(), s, "SELECT n FROM numbers")
	defer r.Release()
	n := step(t, r)
	exec(t, s, "CREATE TABLE made (i integer)")
	exec(t, s, "DELETE FROM numbers WHERE n > 10")
	exec(t, s, "DROP TABLE numbers")
	expectCode(t, try(t.Context(), s, "SELECT * FROM numbers"), "42P01")
	if n += rest(t, r); n != numbersRows {
		t.Errorf("the open result has %d rows", n)
	}
}

func testOpenResultTransaction(t *testing.T, f *fixture) {
	s := f.session(t)
	tx := transactor(t, s)
	f.numbers(t, s)
	r := start(t, t.Context(), s, "SELECT n FROM numbers")
	defer r.Release()
	n := step(t, r)
	if err := tx.Begin(t.Context(), engine.TxOptions{}); err != nil {
		t.Fatal(err)
	}
	in := start(t, t.Context(), s, "SELECT n FROM numbers")
	defer in.Release()
	m := step(t, in)
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n += rest(t, r); n != numbersRows {
		t.Errorf("the result of before the transaction has %d rows", n)
	}
	if m += rest(t, in); m != numbersRows {
		t.Errorf("the result of the transaction has %d rows", m)
	}
}

func testReleaseEarly(t *testing.T, f *fixture) {
	s := f.session(t)
	f.numbers(t, s)
	for i := range 50 {
		r := start(t, t.Context(), s, "SELECT a.n FROM numbers a, numbers b")
		if i%2 == 0 {
			step(t, r)
		}
		r.Retain()
		r.Release()
		r.Release()
	}
	expect(t, s, "SELECT count(*) FROM numbers", "100000")
	if tx, ok := s.(engine.Transactor); ok {
		// A result that is given up is no error of the transaction.
		if err := tx.Begin(t.Context(), engine.TxOptions{}); err != nil {
			t.Fatal(err)
		}
		exec(t, s, "INSERT INTO numbers VALUES (-1)")
		r := start(t, t.Context(), s, "SELECT a.n FROM numbers a, numbers b")
		step(t, r)
		r.Release()
		if err := tx.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		expect(t, s, "SELECT count(*) FROM numbers", "100001")
	}
}

func testRetainedBatch(t *testing.T, f *fixture) {
	s := f.session(t)
	f.numbers(t, s)
	r := start(t, t.Context(), s, "SELECT n FROM numbers ORDER BY n")
	step(t, r)
	b := r.RecordBatch()
	b.Retain()
	defer b.Release()
	for r.Next() {
	}
	r.Release()
	exec(t, s, "DROP TABLE numbers")
	s.Close(t.Context())
	if got := batchTexts(b); got[0] != "0" || got[len(got)-1] == "0" {
		t.Errorf("the batch begins with %s and ends with %s", got[0], got[len(got)-1])
	}
}

func testResultOutlivesStatement(t *testing.T, f *fixture) {
	s := f.session(t)
	f.numbers(t, s)
	st, err := s.Prepare(t.Context(), "SELECT n FROM numbers", nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := st.Execute(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Release()
	n := step(t, r)
	if err := st.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n += rest(t, r); n != numbersRows {
		t.Errorf("%d rows", n)
	}
}
