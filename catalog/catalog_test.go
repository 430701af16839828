package catalog_test

import (
	"testing"

	"github.com/csvsql/csvsql/catalog"
	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/duckdb"
	"github.com/csvsql/csvsql/wire/oid"
)

func TestSnapshot(t *testing.T) {
	ctx := t.Context()
	eng, err := duckdb.Open(ctx, duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close(ctx)
	s, err := eng.Open(ctx, engine.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(ctx)
	for _, sql := range []string{
		`CREATE TABLE "Books" (id INTEGER, price DECIMAL(9,2), tags VARCHAR[])`,
		`CREATE SCHEMA other`,
		`CREATE VIEW other.books AS SELECT id FROM "Books"`,
	} {
		run(t, s, sql)
	}
	snapshot, err := catalog.Read(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	books, ok := snapshot.Find(engine.TableName{Name: "books"}, []string{"public", "other"})
	if !ok || books.Schema != "public" || books.View {
		t.Fatalf("found %+v, want the table in public", books)
	}
	want := []catalog.Column{
		{Name: "id", Type: encoding.Type{OID: oid.Int4, Len: 4, Mod: -1}, Declared: "INTEGER"},
		{Name: "price", Type: encoding.Type{OID: oid.Numeric, Len: -1, Mod: 9<<16 | 2 + 4}, Declared: "DECIMAL(9,2)"},
		{Name: "tags", Type: encoding.Type{OID: oid.TextArray, Len: -1, Mod: -1}, Declared: "VARCHAR[]"},
	}
	for i, c := range books.Columns {
		if i >= len(want) || c != want[i] {
			t.Errorf("column %d is %+v, want %+v", i+1, c, want)
		}
	}
	if view, ok := snapshot.Find(engine.TableName{Schema: "OTHER", Name: "BOOKS"}, nil); !ok || !view.View {
		t.Errorf("found %+v, want the view in other", view)
	}
	if _, ok := snapshot.Find(engine.TableName{Name: "books"}, []string{"nowhere"}); ok {
		t.Error("found a table outside of the path")
	}
	run(t, s, "DROP VIEW other.books")
	if s.Version() == snapshot.Version {
		t.Error("the engine's version is still the snapshot's after DROP VIEW")
	}
}

func run(t *testing.T, s engine.Session, sql string) {
	t.Helper()
	st, err := s.Prepare(t.Context(), sql, nil)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	defer st.Close(t.Context())
	res, err := st.Execute(t.Context(), nil)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	defer res.Release()
	for res.Next() {
	}
	if res.Err() != nil {
		t.Fatalf("%s: %v", sql, res.Err())
	}
}
