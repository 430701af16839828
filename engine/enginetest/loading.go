package enginetest

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/engine"
)

func name(table string) engine.TableName { return engine.TableName{Schema: "public", Name: table} }

func testLoad(t *testing.T, f *fixture) {
	s := f.session(t)
	path := f.file(t, "people.csv", "id,name\n1,Ann\n2,Bo\n3,\n")
	table, err := s.Load(t.Context(), engine.LoadSpec{Table: name("people"), Files: []string{path}, Format: engine.CSV, Comment: "who's there"})
	if err != nil {
		t.Fatal(err)
	}
	if table.TableName != name("people") || table.Rows != 3 || table.View || table.Comment != "who's there" || len(table.Columns) != 2 {
		t.Errorf("got %+v", table)
	}
	if c := table.Columns; c[0].Field.Name != "id" || c[1].Field.Name != "name" {
		t.Errorf("columns %+v", c)
	}
	expect(t, s, "SELECT * FROM people", "1,Ann", "2,Bo", "3,(null)")
	expect(t, s, "SELECT count(*) FROM public.people", "3")

	// The order of the rows is the file's.
	f.numbers(t, s)
	if got := query(t, s, "SELECT n FROM numbers"); got[0] != "0" || got[54321] != "54321" || len(got) != numbersRows {
		t.Errorf("%d rows, the first %s, row 54321 is %s", len(got), got[0], got[54321])
	}
}

func testLoadOptions(t *testing.T, f *fixture) {
	s := f.session(t)
	pointer := func(s string) *string { return &s }
	yes, no := true, false
	for i, c := range []struct {
		content string
		csv     engine.CSVOptions
		types   map[string]string
		query   string
		want    []string
	}{
		{"a;b\n1;x\n", engine.CSVOptions{Delimiter: pointer(";"), Header: &yes}, nil, "SELECT a, b FROM t", []string{"1,x"}},
		{"1|'x|y'\n", engine.CSVOptions{Delimiter: pointer("|"), Quote: pointer("'"), Escape: pointer("'"), Header: &no}, nil, "SELECT * FROM t", []string{"1,x|y"}},
		{"a,b\n'x,1\n", engine.CSVOptions{Delimiter: pointer(","), Quote: pointer(""), Header: &yes}, nil, "SELECT a, b FROM t", []string{"'x,1"}},
		{"a,b\n1,n/a\n-,2\n", engine.CSVOptions{Header: &yes, Null: []string{"n/a", "-"}}, nil, "SELECT a, b FROM t", []string{"1,(null)", "(null),2"}},
		{"a,b\n1,2\n", engine.CSVOptions{}, map[string]string{"A": "varchar", "b": "decimal(10,3)"}, "SELECT a || 'x', CAST(b AS varchar) FROM t", []string{"1x,2.000"}},
		{"id\n007\n", engine.CSVOptions{Header: &yes}, map[string]string{"id": "text"}, "SELECT id FROM t", []string{"007"}},
	} {
		path := f.file(t, "options.csv", c.content)
		spec := engine.LoadSpec{Table: name("t"), Files: []string{path}, Format: engine.CSV, CSV: c.csv, Types: c.types, Replace: true}
		if _, err := s.Load(t.Context(), spec); err != nil {
			t.Errorf("case %d: %v", i, err)
			continue
		}
		expect(t, s, c.query, c.want...)
	}
	path := f.file(t, "o.json", `[{"a": 1, "b": "007"}, {"a": 2, "b": null}]`)
	spec := engine.LoadSpec{Table: name("j"), Files: []string{path}, Format: engine.JSON, Types: map[string]string{"a": "varchar"}}
	if _, err := s.Load(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	expect(t, s, "SELECT a || 'x', b FROM j", "1x,007", "2x,(null)")
}

// testLoadNames: a path is a path, not a pattern, and a table's name is a name.
func testLoadNames(t *testing.T, f *fixture) {
	s := f.session(t)
	f.file(t, "ab.csv", "x\nwrong\n")
	f.file(t, "a1.csv", "x\nwrong\n")
	for _, file := range []string{"a*.csv", "a?.csv", "a[0-9].csv", "it's.csv", `q"uote.csv`, "sp ace.csv", "{a,b}.csv", "a=1.csv", "ümläut.csv", `back\slash.csv`, "a].csv", "--.csv"} {
		path := f.file(t, file, "x\nright\n")
		table := "t " + file + `"';--`
		if _, err := s.Load(t.Context(), engine.LoadSpec{Table: name(table), Files: []string{path}, Format: engine.CSV, Comment: file}); err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		expect(t, s, `SELECT x FROM "`+strings.ReplaceAll(table, `"`, `""`)+`"`, "right")
	}
}

func testLoadSeveral(t *testing.T, f *fixture) {
	s := f.session(t)
	files := []string{
		f.file(t, "b.csv", "i,s\n3,c\n4,d\n"),
		f.file(t, "a.csv", "s,i\na,1\n"),
		f.file(t, "c.csv", "i,extra\n5,x\n"),
	}
	table, err := s.Load(t.Context(), engine.LoadSpec{Table: name("t"), Files: files, Format: engine.CSV})
	if err != nil {
		t.Fatal(err)
	}
	if table.Rows != 4 {
		t.Errorf("%d rows", table.Rows)
	}
	expect(t, s, "SELECT i, s, extra FROM t", "3,c,(null)", "4,d,(null)", "1,a,(null)", "5,(null),x")
}

// testLoadDecided loads files of which everything is known, of several forms.
func testLoadDecided(t *testing.T, f *fixture) {
	s := f.session(t)
	files := []engine.CSVFile{
		{
			Paths:     []string{f.file(t, "a.csv", "about\nn;d;x;s\n 1 ;31/12/2024;1.234,5;'a;b'\nNA;01/01/2025;;'it''s'\n")},
			Delimiter: ";", Quote: "'", Escape: "'", Compression: "none", Skip: 1, Header: true,
			Columns: []engine.CSVColumn{
				{Name: "n", Type: "BIGINT", Null: []string{"NA"}, Trim: true}, {Name: "d", Type: "DATE", Format: "%d/%m/%Y"},
				{Name: "x", Type: "DOUBLE", Group: ".", Decimal: ","}, {Name: "s", Type: "VARCHAR"},
			},
		},
		{
			Paths:     []string{f.file(t, "b.csv", "b,5\n"), f.file(t, "c.csv", "none,6\n")},
			Delimiter: ",", Quote: `"`, Escape: `"`, Compression: "none", Null: []string{"none"},
			Columns: []engine.CSVColumn{{Name: "S", Type: "VARCHAR"}, {Name: "more", Type: "INTEGER"}},
		},
	}
	table, err := s.Load(t.Context(), engine.LoadSpec{Table: name("t"), Format: engine.CSV, Decided: files, Comment: "two forms"})
	if err != nil {
		t.Fatal(err)
	}
	if table.Rows != 4 || len(table.Columns) != 5 || table.Comment != "two forms" {
		t.Errorf("got %+v", table)
	}
	expect(t, s, "SELECT n, CAST(d AS VARCHAR), x, s, more FROM t", "1,2024-12-31,1234.5,a;b,(null)", "(null),2025-01-01,(null),it's,(null)",
		"(null),(null),(null),b,5", "(null),(null),(null),(null),6")

	files[1].Columns[1].Type = "notype"
	_, err = s.Load(t.Context(), engine.LoadSpec{Table: name("u"), Format: engine.CSV, Decided: files})
	expectCode(t, err, "42704")
}

func testLoadErrors(t *testing.T, f *fixture) {
	s := f.session(t)
	comma, quote, yes := ",", `"`, true
	strict := engine.CSVOptions{Delimiter: &comma, Quote: &quote, Escape: &quote, Header: &yes}
	good := f.file(t, "good.csv", "a,b\n1,2\n")
	for _, c := range []struct {
		name string
		spec engine.LoadSpec
		code string
		says string // in the message
	}{
		{"missing file", engine.LoadSpec{Files: []string{filepath.Join(f.dir, "nope.csv")}}, "58P01", "nope.csv"},
		{"one file missing", engine.LoadSpec{Files: []string{good, filepath.Join(f.dir, "nope.csv")}}, "58P01", "nope.csv"},
		{"no files", engine.LoadSpec{}, "22023", ""},
		{"too many fields", engine.LoadSpec{Files: []string{f.file(t, "long.csv", "a,b\n"+strings.Repeat("1,2\n", 30000)+"3,4,5\n1,2\n")}, CSV: strict}, "22P04", "long.csv, line 30002"},
		{"misfit", engine.LoadSpec{Files: []string{f.file(t, "misfit.csv", "a,b\n1,2\n1,x\n")}, Types: map[string]string{"b": "integer"}}, "22P02", "misfit.csv, line 3"},
		{"unknown column", engine.LoadSpec{Files: []string{good}, Types: map[string]string{"zz": "integer"}}, "42703", "zz"},
		{"unknown type", engine.LoadSpec{Files: []string{good}, Types: map[string]string{"a": "notype"}}, "42704", "notype"},
		{"unknown schema", engine.LoadSpec{Table: engine.TableName{Schema: "nope", Name: "t"}, Files: []string{good}}, "3F000", "nope"},
		{"not JSON", engine.LoadSpec{Files: []string{good}, Format: engine.JSON}, "22P04", "good.csv"},
		{"not Parquet", engine.LoadSpec{Files: []string{good}, Format: engine.Parquet}, "22P04", "good.csv"},
		{"unknown format", engine.LoadSpec{Files: []string{good}, Format: "xml"}, "0A000", "xml"},
		{"outside", engine.LoadSpec{Files: []string{filepath.Join(t.TempDir(), "x.csv")}}, "42501", ""},
	} {
		if c.spec.Table.Name == "" {
			c.spec.Table = name("t")
		}
		if c.spec.Format == "" {
			c.spec.Format = engine.CSV
		}
		_, err := s.Load(t.Context(), c.spec)
		e, ok := err.(*engine.Error)
		if !ok || e.Code != c.code || !strings.Contains(e.Message, c.says) {
			t.Errorf("%s: got %v %+v, want %s and %q", c.name, err, e, c.code, c.says)
			continue
		}
		if strings.Contains(e.Message+e.Detail+e.Hint, f.dir) || e.Position != 0 {
			t.Errorf("%s: %+v tells a directory or a position", c.name, e)
		}
		expectCode(t, try(t.Context(), s, "SELECT * FROM t"), "42P01")
	}
}

// testLoadReplace: a table is replaced as a whole or not at all.
func testLoadReplace(t *testing.T, f *fixture) {
	s := f.session(t)
	f.load(t, s, "t", "a\n1\n")
	good := f.file(t, "good.csv", "b\n2\n3\n")
	bad := f.file(t, "bad.csv", "b\n2\nx\n")
	_, err := s.Load(t.Context(), engine.LoadSpec{Table: name("t"), Files: []string{good}, Format: engine.CSV})
	expectCode(t, err, "42P07")
	spec := engine.LoadSpec{Table: name("t"), Files: []string{bad}, Format: engine.CSV, Types: map[string]string{"b": "integer"}, Replace: true}
	_, err = s.Load(t.Context(), spec)
	expectCode(t, err, "22P02")
	expect(t, s, "SELECT a FROM t", "1")
	spec.Files = []string{good}
	if _, err = s.Load(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	expect(t, s, "SELECT b FROM t", "2", "3")
}

func testLoadInTransaction(t *testing.T, f *fixture) {
	s := f.session(t)
	tx := transactor(t, s)
	if err := tx.Begin(t.Context(), engine.TxOptions{}); err != nil {
		t.Fatal(err)
	}
	f.load(t, s, "t", "a\n1\n")
	expect(t, s, "SELECT a FROM t", "1")
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	expectCode(t, try(t.Context(), s, "SELECT * FROM t"), "42P01")
}

// testTables: what is listed is what a SELECT gives.
func testTables(t *testing.T, f *fixture) {
	s := f.session(t)
	f.load(t, s, "people", "id,name,born\n1,Ann,2000-01-31\n")
	exec(t, s, "CREATE SCHEMA other")
	exec(t, s, `CREATE TABLE other."Mixed Case" (i integer, d decimal(10,2), b boolean, ts timestamp)`)
	exec(t, s, "CREATE VIEW adults AS SELECT name FROM people")
	exec(t, s, "COMMENT ON TABLE other.\"Mixed Case\" IS 'it''s one'")
	list := func(filter engine.TableFilter) map[engine.TableName]engine.Table {
		t.Helper()
		all := map[engine.TableName]engine.Table{}
		for table, err := range s.Tables(t.Context(), filter) {
			if err != nil {
				t.Fatal(err)
			}
			all[table.TableName] = table
			// The loop may use the session.
			st, err := s.Prepare(t.Context(), `SELECT * FROM "`+table.Schema+`"."`+table.Name+`"`, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i, field := range st.Schema().Fields() {
				if !table.Columns[i].Field.Equal(field) {
					t.Errorf("%v: column %d is listed as %v and selected as %v", table.TableName, i, table.Columns[i].Field, field)
				}
				if table.Columns[i].Type == "" {
					t.Errorf("%v: column %d has no type", table.TableName, i)
				}
			}
			st.Close(t.Context())
		}
		return all
	}
	all := list(engine.TableFilter{})
	mixed := engine.TableName{Schema: "other", Name: "Mixed Case"}
	if len(all) != 3 || all[name("people")].Rows != 1 || all[name("people")].View || !all[name("adults")].View || all[mixed].Comment != "it's one" {
		t.Errorf("got %+v", all)
	}
	if got := list(engine.TableFilter{Schema: "OTHER"}); len(got) != 1 || len(got[mixed].Columns) != 4 {
		t.Errorf("schema OTHER: %+v", got)
	}
	if got := list(engine.TableFilter{Name: "People"}); len(got) != 1 {
		t.Errorf("name People: %+v", got)
	}
	if got := list(engine.TableFilter{Name: "' OR true --"}); len(got) != 0 {
		t.Errorf("a filter is read as SQL: %+v", got)
	}
}

func testVersion(t *testing.T, f *fixture) {
	s, other := f.session(t), f.session(t)
	changes := func(what string, want bool, do func()) {
		t.Helper()
		mine, theirs := s.Version(), other.Version()
		do()
		if (s.Version() != mine) != want || (other.Version() != theirs) != want {
			t.Errorf("%s: the version changed: %v, want %v", what, s.Version() != mine, want)
		}
	}
	changes("SELECT", false, func() { exec(t, s, "SELECT 1") })
	changes("CREATE TABLE", true, func() { exec(t, s, "CREATE TABLE t (i integer)") })
	changes("INSERT", false, func() { exec(t, s, "INSERT INTO t VALUES (1)") })
	changes("CREATE VIEW", true, func() { exec(t, other, "CREATE VIEW v AS SELECT * FROM t") })
	changes("Load", true, func() { f.load(t, s, "loaded", "a\n1\n") })
	changes("DROP", true, func() { exec(t, s, "DROP VIEW v") })
	tx, ok := s.(engine.Transactor)
	if !ok {
		return
	}
	for _, end := range []func() error{func() error { return tx.Commit(t.Context()) }, func() error { return tx.Rollback(t.Context()) }} {
		if err := tx.Begin(t.Context(), engine.TxOptions{}); err != nil {
			t.Fatal(err)
		}
		exec(t, s, "ALTER TABLE t ADD COLUMN added integer")
		changes("the end of a transaction", true, func() {
			if err := end(); err != nil {
				t.Fatal(err)
			}
		})
		exec(t, s, "ALTER TABLE t DROP COLUMN IF EXISTS added")
	}
}
