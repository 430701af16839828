package enginetest

import (
	"testing"

	"github.com/csvsql/csvsql/engine"
)

func testInfo(t *testing.T, f *fixture) {
	info, err := f.engine.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if info.Name == "" || info.Version == "" {
		t.Errorf("Info is %+v", info)
	}
}

// testSchema: what Prepare announces, what the result announces and what comes
// are one schema, names, types and metadata.
func testSchema(t *testing.T, f *fixture) {
	s := f.session(t)
	f.load(t, s, "t", "i,d,s,b,day\n1,1.5,x,true,2020-01-31\n2,2.5,,false,2020-02-29\n")
	for _, sql := range []string{
		"SELECT * FROM t",
		"SELECT i, i AS i, upper(s) AS u FROM t",
		"SELECT count(*) AS n, sum(i) AS total, avg(d) AS mean FROM t",
		"SELECT CAST(i AS decimal(12,3)) AS p FROM t",
		"SELECT CAST(day AS timestamp) AS ts FROM t",
		"SELECT NULL AS nothing FROM t",
		"SELECT * FROM t WHERE i > 100",
		"WITH a AS (SELECT i FROM t) SELECT * FROM a ORDER BY i",
		"SELECT i FROM t UNION ALL SELECT i + 1 FROM t",
		"EXPLAIN SELECT * FROM t",
	} {
		st, err := s.Prepare(t.Context(), sql, nil)
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		r, err := st.Execute(t.Context(), nil)
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		if !r.Schema().Equal(st.Schema()) {
			t.Errorf("%s: the statement says\n%v\nand the result\n%v", sql, st.Schema(), r.Schema())
		}
		for r.Next() {
			b := r.RecordBatch()
			if !b.Schema().Equal(st.Schema()) {
				t.Errorf("%s: the statement says\n%v\nand the batch\n%v", sql, st.Schema(), b.Schema())
			}
			if b.NumRows() == 0 {
				t.Errorf("%s: an empty batch", sql)
			}
		}
		if err := r.Err(); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
		r.Release()
		st.Close(t.Context())
	}
}

// testTypes: a column of a file keeps its value on the way.
func testTypes(t *testing.T, f *fixture) {
	s := f.session(t)
	f.load(t, s, "t", "i,d,s,b,day,stamp\n"+
		"1,1.5,x,true,2020-01-31,2020-01-31 12:30:00\n"+
		"-2,-0.25,\"a,\"\"b\",false,1999-12-31,1999-12-31 23:59:59.5\n"+
		",,,,,\n")
	expect(t, s, "SELECT i, d, s, b FROM t",
		"1,1.5,x,true",
		`-2,-0.25,a,"b,false`,
		"(null),(null),(null),(null)")
	expect(t, s, "SELECT CAST(day AS varchar), CAST(stamp AS varchar) FROM t WHERE i IS NOT NULL",
		"2020-01-31,2020-01-31 12:30:00",
		"1999-12-31,1999-12-31 23:59:59.5")
}

func testOneStatement(t *testing.T, f *fixture) {
	s := f.session(t)
	for _, sql := range []string{"", ";", "-- nothing", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE t", "SELEC 1", "SELECT (1"} {
		_, err := s.Prepare(t.Context(), sql, nil)
		expectCode(t, err, "42601")
	}
	_, err := s.Prepare(t.Context(), "SELECT 1\x00; DROP TABLE t", nil)
	expectCode(t, err, "22021")
	expect(t, s, "SELECT 1 ;", "1")
	expect(t, s, "SELECT ';'", ";")
}

func testReuse(t *testing.T, f *fixture) {
	s := f.session(t)
	f.numbers(t, s)
	st, err := s.Prepare(t.Context(), "SELECT n FROM numbers ORDER BY n", nil)
	if err != nil {
		t.Fatal(err)
	}
	first, err := st.Execute(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Release()
	if !first.Next() {
		t.Fatal(first.Err())
	}
	second, err := st.Execute(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Release()
	n := int(first.RecordBatch().NumRows())
	if got := n + len(texts(first)); got != numbersRows {
		t.Errorf("the first result has %d rows", got)
	}
	if got := len(texts(second)); got != numbersRows {
		t.Errorf("the second result has %d rows", got)
	}
	if err := st.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if err := st.Close(t.Context()); err != nil {
		t.Error("closed twice:", err)
	}
	if _, err := st.Execute(t.Context(), nil); err == nil {
		t.Error("a closed statement executes")
	}
}

func testAffected(t *testing.T, f *fixture) {
	s := f.session(t)
	for _, step := range []struct {
		sql  string
		want int64
	}{
		{"CREATE TABLE t (i integer, s varchar)", 0},
		{"INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')", 3},
		{"INSERT INTO t SELECT i + 10, s FROM t", 3},
		{"UPDATE t SET s = 'x' WHERE i > 10", 3},
		{"UPDATE t SET s = 'x' WHERE i > 100", 0},
		{"DELETE FROM t WHERE i = 1", 1},
		{"CREATE TABLE u AS SELECT * FROM t", 5},
		{"DROP TABLE u", 0},
	} {
		if got := exec(t, s, step.sql); got != step.want {
			t.Errorf("%s: affected %d rows, want %d", step.sql, got, step.want)
		}
	}
	r := start(t, t.Context(), s, "INSERT INTO t VALUES (7, 'r'), (8, 'r') RETURNING i")
	defer r.Release()
	if got := texts(r); len(got) != 2 || got[0] != "7" || got[1] != "8" {
		t.Errorf("RETURNING gave %q", got)
	}
	if r.Err() != nil || r.Affected() != 2 {
		t.Errorf("RETURNING affected %d rows, error %v", r.Affected(), r.Err())
	}
}

func testKinds(t *testing.T, f *fixture) {
	s := f.session(t)
	exec(t, s, "CREATE TABLE t (i integer)")
	for _, c := range []struct {
		sql  string
		want engine.Kind
		rows bool
	}{
		{"SELECT 1", engine.Select, true},
		{"VALUES (1)", engine.Select, true},
		{"WITH a AS (SELECT 1) SELECT * FROM a", engine.Select, true},
		{"INSERT INTO t VALUES (1)", engine.Insert, false},
		{"INSERT INTO t VALUES (1) RETURNING i", engine.Insert, true},
		{`INSERT INTO t VALUES (1) RETURNING CAST(i AS bigint) AS "Count"`, engine.Insert, true},
		{"UPDATE t SET i = 2", engine.Update, false},
		{"DELETE FROM t", engine.Delete, false},
		{"CREATE TABLE u (i integer)", engine.DDL, false},
		{"CREATE VIEW v AS SELECT * FROM t", engine.DDL, false},
		{"DROP TABLE t", engine.DDL, false},
		{"EXPLAIN SELECT * FROM t", engine.Explain, true},
	} {
		st, err := s.Prepare(t.Context(), c.sql, nil)
		if err != nil {
			t.Fatalf("%s: %v", c.sql, err)
		}
		if st.Kind() != c.want {
			t.Errorf("%s: kind %d, want %d", c.sql, st.Kind(), c.want)
		}
		if (st.Schema() != nil) != c.rows {
			t.Errorf("%s: schema %v", c.sql, st.Schema())
		}
		st.Close(t.Context())
	}
}
