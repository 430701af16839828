package enginetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/engine"
)

func inserter(t *testing.T, s engine.Session) engine.Inserter {
	t.Helper()
	in, ok := s.(engine.Inserter)
	if !ok {
		t.Skip("the engine takes no rows")
	}
	return in
}

// jsonRows are batches of rows, each a text in JSON, and the error they end with.
func jsonRows(t *testing.T, fields []arrow.Field, end error, batches ...string) array.RecordReader {
	t.Helper()
	schema := arrow.NewSchema(fields, nil)
	return array.ReaderFromIter(schema, func(yield func(arrow.RecordBatch, error) bool) {
		for _, text := range batches {
			b, _, err := array.RecordFromJSON(memory.DefaultAllocator, schema, strings.NewReader(text))
			if err != nil {
				t.Error(err)
				return
			}
			if !yield(b, nil) {
				return
			}
		}
		if end != nil {
			yield(nil, end)
		}
	})
}

func field(name string, typ arrow.DataType) arrow.Field {
	return arrow.Field{Name: name, Type: typ, Nullable: true}
}

var (
	insertedInts  = []arrow.Field{field("x", arrow.PrimitiveTypes.Int64), field("y", arrow.BinaryTypes.String)}
	errRowsBroken = errors.New("the rows broke off")
)

func testInsert(t *testing.T, f *fixture) {
	s := f.session(t)
	in := inserter(t, s)
	exec(t, s, "CREATE TABLE t (a integer, b varchar, c integer DEFAULT 7)")
	spec := engine.InsertSpec{Table: engine.TableName{Name: "t"}, Columns: []string{"a", "b"}}
	rows := jsonRows(t, insertedInts, nil, `[{"x": 1, "y": "one"}, {"x": null, "y": null}]`, `[]`, `[{"x": 3, "y": "a text longer than a few bytes"}]`)
	defer rows.Release()
	if n, err := in.Insert(t.Context(), spec, rows); n != 3 || err != nil {
		t.Fatal(n, err)
	}
	expect(t, s, "SELECT * FROM t", "1,one,7", "(null),(null),7", "3,a text longer than a few bytes,7")

	// In another order, to a table in a schema.
	exec(t, s, "CREATE SCHEMA other")
	exec(t, s, `CREATE TABLE other."T ""2" (a varchar, b bigint)`)
	spec = engine.InsertSpec{Table: engine.TableName{Schema: "other", Name: `T "2`}, Columns: []string{"b", "a"}}
	rows = jsonRows(t, insertedInts, nil, `[{"x": 1, "y": "one"}]`)
	defer rows.Release()
	if n, err := in.Insert(t.Context(), spec, rows); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	expect(t, s, `SELECT * FROM other."T ""2"`, "one,1")
}

// testInsertTypes: what is inserted as a type is the value of that type.
func testInsertTypes(t *testing.T, f *fixture) {
	s := f.session(t)
	in := inserter(t, s)
	for i, c := range []struct {
		sql  string
		typ  arrow.DataType
		json string
		want string // the condition that the row meets
	}{
		{"boolean", arrow.FixedWidthTypes.Boolean, `true`, "v"},
		{"smallint", arrow.PrimitiveTypes.Int16, `-32768`, "v = -32768"},
		{"integer", arrow.PrimitiveTypes.Int32, `2147483647`, "v = 2147483647"},
		{"bigint", arrow.PrimitiveTypes.Int32, `-1`, "v = -1"},
		{"real", arrow.PrimitiveTypes.Float32, `1.5`, "v = 1.5"},
		{"double precision", arrow.PrimitiveTypes.Float64, `-1e300`, "v = -1e300"},
		{"decimal(4,2)", &arrow.Decimal128Type{Precision: 4, Scale: 2}, `"-12.34"`, "v = -12.34"},
		{"decimal(9,2)", &arrow.Decimal128Type{Precision: 9, Scale: 2}, `"1234567.89"`, "v = 1234567.89"},
		{"decimal(18,0)", &arrow.Decimal128Type{Precision: 18}, `"-123456789012345678"`, "v = -123456789012345678"},
		{"decimal(38,1)", &arrow.Decimal128Type{Precision: 38, Scale: 1}, `"-1234567890123456789012345678901234567.8"`, "v = -1234567890123456789012345678901234567.8"},
		{"varchar", arrow.BinaryTypes.String, `"ümläut"`, "v = 'ümläut'"},
		{"date", arrow.FixedWidthTypes.Date32, `"2020-02-29"`, "v = DATE '2020-02-29'"},
		{"time", arrow.FixedWidthTypes.Time64us, `"12:34:56.789"`, "v = TIME '12:34:56.789'"},
		{"timestamp", &arrow.TimestampType{Unit: arrow.Microsecond}, `"2020-02-29 01:02:03.5"`, "v = TIMESTAMP '2020-02-29 01:02:03.5'"},
		{"integer", arrow.BinaryTypes.String, `"42"`, "v = 42"},
	} {
		table := fmt.Sprintf("t%d", i)
		exec(t, s, "CREATE TABLE "+table+" (v "+c.sql+")")
		rows := jsonRows(t, []arrow.Field{field("v", c.typ)}, nil, `[{"v": `+c.json+`}, {"v": null}]`)
		_, err := in.Insert(t.Context(), engine.InsertSpec{Table: name(table), Columns: []string{"v"}}, rows)
		rows.Release()
		if err != nil {
			t.Errorf("%s as %s: %v", c.sql, c.typ, err)
			continue
		}
		expect(t, s, "SELECT count(*) FROM "+table+" WHERE "+c.want, "1")
		expect(t, s, "SELECT count(*) FROM "+table+" WHERE v IS NULL", "1")
	}
}

// testInsertWhere: the rows for which the condition is not true are left out.
func testInsertWhere(t *testing.T, f *fixture) {
	s := f.session(t)
	in := inserter(t, s)
	exec(t, s, "CREATE TABLE t (a integer, b varchar)")
	insert := func(where string) (int64, error) {
		rows := jsonRows(t, insertedInts, nil, `[{"x": 1, "y": "one"}, {"x": 2, "y": null}, {"x": 3, "y": "three"}]`)
		defer rows.Release()
		return in.Insert(t.Context(), engine.InsertSpec{Table: name("t"), Columns: []string{"a", "b"}, Where: where}, rows)
	}
	if n, err := insert("length(t.b) > 3 OR a = 1"); n != 2 || err != nil {
		t.Error(n, err)
	}
	if n, err := insert("false"); n != 0 || err != nil {
		t.Error(n, err)
	}
	expect(t, s, "SELECT * FROM t", "1,one", "3,three")
	_, err := insert("a > nope")
	if e := expectCode(t, err, "42703"); e.Position != 5 {
		t.Errorf("position %d", e.Position)
	}
	_, err = insert("a > 1 --")
	if err != nil {
		t.Error(err)
	}
	_, err = insert("true) ; DROP TABLE t; SELECT (1")
	expectCode(t, err, "42601")
	expect(t, s, "SELECT count(*) FROM t", "4")
}

// testInsertFails: all rows or none, whatever fails, and the session lives on.
func testInsertFails(t *testing.T, f *fixture) {
	s := f.session(t)
	in := inserter(t, s)
	exec(t, s, "CREATE TABLE t (a integer NOT NULL, b varchar)")
	insert := func(end error, batches ...string) error {
		rows := jsonRows(t, insertedInts, end, batches...)
		defer rows.Release()
		_, err := in.Insert(t.Context(), engine.InsertSpec{Table: name("t"), Columns: []string{"a", "b"}}, rows)
		return err
	}
	if err := insert(errRowsBroken, `[{"x": 1, "y": "one"}]`); err != errRowsBroken {
		t.Errorf("got %v", err)
	}
	expectCode(t, insert(nil, `[{"x": 1, "y": "one"}, {"x": null, "y": "none"}]`), "23502")
	expectCode(t, insert(nil, `[{"x": 10000000000, "y": "large"}]`), "22003")
	expect(t, s, "SELECT count(*) FROM t", "0")
	rows := jsonRows(t, insertedInts, nil)
	defer rows.Release()
	_, err := in.Insert(t.Context(), engine.InsertSpec{Table: name("nope"), Columns: []string{"a", "b"}}, rows)
	expectCode(t, err, "42P01")
	_, err = in.Insert(t.Context(), engine.InsertSpec{Table: name("t"), Columns: []string{"a", "nope"}}, rows)
	expectCode(t, err, "42703")
	if err := insert(nil, `[{"x": 1, "y": "one"}]`); err != nil {
		t.Error(err)
	}
	expect(t, s, "SELECT * FROM t", "1,one")
}

// testInsertInTransaction: an Insert is a part of the transaction it is in.
func testInsertInTransaction(t *testing.T, f *fixture) {
	s := f.session(t)
	in, tx := inserter(t, s), transactor(t, s)
	exec(t, s, "CREATE TABLE t (a integer, b varchar)")
	for _, commit := range []bool{false, true} {
		if err := tx.Begin(t.Context(), engine.TxOptions{}); err != nil {
			t.Fatal(err)
		}
		rows := jsonRows(t, insertedInts, nil, `[{"x": 1, "y": "one"}]`)
		if _, err := in.Insert(t.Context(), engine.InsertSpec{Table: name("t"), Columns: []string{"a", "b"}}, rows); err != nil {
			t.Fatal(err)
		}
		rows.Release()
		expect(t, s, "SELECT * FROM t", "1,one")
		expect(t, f.session(t), "SELECT count(*) FROM t", "0")
		end := tx.Rollback
		if commit {
			end = tx.Commit
		}
		if err := end(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	expect(t, s, "SELECT * FROM t", "1,one")
}

// testInsertMany inserts more rows than an engine keeps in memory, in large
// batches, while another result is open.
func testInsertMany(t *testing.T, f *fixture) {
	s := f.session(t)
	in := inserter(t, s)
	f.numbers(t, s)
	exec(t, s, "CREATE TABLE t (a bigint)")
	open := start(t, t.Context(), s, "SELECT n FROM numbers")
	defer open.Release()
	if !open.Next() {
		t.Fatal(open.Err())
	}
	source := start(t, t.Context(), f.session(t), "SELECT CAST(n + 1000000 * m AS bigint) FROM numbers, (VALUES (0), (1), (2)) AS v(m)")
	defer source.Release()
	n, err := in.Insert(t.Context(), engine.InsertSpec{Table: name("t"), Columns: []string{"a"}}, source)
	if n != 3*numbersRows || err != nil {
		t.Fatal(n, err)
	}
	expect(t, s, "SELECT count(DISTINCT a) FROM t", fmt.Sprint(3*numbersRows))
	rows := len(batchTexts(open.RecordBatch())) + len(texts(open))
	if rows != numbersRows || open.Err() != nil {
		t.Errorf("the open result had %d rows: %v", rows, open.Err())
	}
}

// testInsertOrder inserts so many rows that an engine stores some while it takes
// others. They keep their order, and if one that comes late cannot be stored there is
// none of them.
func testInsertOrder(t *testing.T, f *fixture) {
	s := f.session(t)
	in := inserter(t, s)
	f.numbers(t, s)
	insert := func(value string) error {
		exec(t, s, "CREATE TABLE t (i bigint DEFAULT nextval('places'), n bigint NOT NULL)")
		source := start(t, t.Context(), f.session(t),
			"SELECT "+value+" FROM (SELECT CAST(4 * n + m AS bigint) AS v FROM numbers, (VALUES (0), (1), (2), (3)) AS r(m)) ORDER BY v")
		defer source.Release()
		_, err := in.Insert(t.Context(), engine.InsertSpec{Table: name("t"), Columns: []string{"n"}}, source)
		return err
	}
	exec(t, s, "CREATE SEQUENCE places")
	for _, late := range []int{numbersRows, 3 * numbersRows} {
		expectCode(t, insert(fmt.Sprintf("CASE WHEN v <> %d THEN v END", late)), "23502")
		expect(t, s, "SELECT count(*) FROM t", "0")
		exec(t, s, "DROP TABLE t")
	}
	if err := insert("v"); err != nil {
		t.Fatal(err)
	}
	expect(t, s, "SELECT count(*), count(DISTINCT i - n) FROM t", fmt.Sprintf("%d,1", 4*numbersRows))
}
