package duckdb_test

import (
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/duckdb"
)

// TestTypes: the Arrow type, the declared type and values of every type DuckDB
// has.
func TestTypes(t *testing.T) {
	t.Parallel()
	s := session(t, open(t, duckdb.Options{}))
	if err := s.Set(t.Context(), "timezone", "Asia/Kolkata"); err != nil {
		t.Fatal(err)
	}
	run(t, s, "CREATE TYPE mood AS ENUM ('sad', 'it''s ok')")
	hugeint := "extension<arrow.opaque[storage_type=fixed_size_binary[16], type_name=hugeint, vendor_name=DuckDB]>"
	for _, c := range []struct {
		sql      string // the type
		rows     string // literals
		typ      string // in Arrow; "": whatever it prints as
		declared string
		values   string // "": whatever they print as
	}{
		{"boolean", "true; false; NULL", "extension<arrow.bool8>", "", "true|false|(null)"},
		{"tinyint", "127; -128", "int8", "", "127|-128"},
		{"smallint", "32767", "int16", "", "32767"},
		{"integer", "2147483647; NULL", "int32", "", "2147483647|(null)"},
		{"bigint", "9223372036854775807", "int64", "", "9223372036854775807"},
		{"hugeint", "-1; 170141183460469231731687303715884105727; -170141183460469231731687303715884105728", hugeint, "HUGEINT",
			"/////////////////////w==|////////////////////fw==|AAAAAAAAAAAAAAAAAAAAgA=="},
		{"utinyint", "255", "uint8", "", "255"},
		{"usmallint", "65535", "uint16", "", "65535"},
		{"uinteger", "4294967295", "uint32", "", "4294967295"},
		{"ubigint", "18446744073709551615", "uint64", "", "18446744073709551615"},
		{"uhugeint", "340282366920938463463374607431768211455", strings.ReplaceAll(hugeint, "hugeint", "uhugeint"), "UHUGEINT", "/////////////////////w=="},
		{"bignum", "0; NULL; -1; 255; -256; '12345678901234567890123456789012345678901234567890'; '-98765432109876543210987654321098765432109876543210'",
			"extension<arrow.opaque[storage_type=utf8, type_name=bignum, vendor_name=DuckDB]>", "BIGNUM",
			"0|(null)|-1|255|-256|12345678901234567890123456789012345678901234567890|-98765432109876543210987654321098765432109876543210"},
		{"float", "1.5; 'nan'; '-inf'", "float32", "", "1.5|NaN|-Inf"},
		{"double", "0.1; '-0.0'", "float64", "", "0.1|-0"},
		{"decimal(4,2)", "1.50", "decimal(4, 2)", "", "1.5"},
		{"decimal(38,0)", "99999999999999999999999999999999999999", "decimal(38, 0)", "", "99999999999999999999999999999999999999"},
		{"varchar", "'x'; ''; 'grüße'; NULL", "utf8", "", "x||grüße|(null)"},
		{"json", "'{\"a\": 1}'", "extension<arrow.json[storage_type=utf8]>", "JSON", `{"a": 1}`},
		{"blob", "'\\x00\\xFF'", "binary", "", "AP8="},
		{"uuid", "'00112233-4455-6677-8899-aabbccddeeff'; NULL", "extension<arrow.uuid>", "UUID", "00112233-4455-6677-8899-aabbccddeeff|(null)"},
		{"bit", "'1'; '0'; '10101010'; '010101011'; NULL", "extension<arrow.opaque[storage_type=utf8, type_name=bit, vendor_name=DuckDB]>", "BIT", "1|0|10101010|010101011|(null)"},
		{"date", "'2020-01-31'; 'infinity'; '-infinity'; '0044-03-15 (BC)'", "date32", "", ""},
		{"time", "'24:00:00'", "time64[us]", "", ""},
		{"time_ns", "'12:34:56.123456789'", "time64[ns]", "TIME_NS", "12:34:56.123456789"},
		{"timetz", "'10:00:00+05:30'; '24:00:00-15:59:59'; '00:00:00.000001+00'; '12:34:56.5+15:59:59'; '01:02:03-00:00:01'; NULL",
			"extension<arrow.opaque[storage_type=utf8, type_name=time_tz, vendor_name=DuckDB]>", "TIME WITH TIME ZONE",
			"10:00:00+05:30|24:00:00-15:59:59|00:00:00.000001+00|12:34:56.5+15:59:59|01:02:03-00:00:01|(null)"},
		{"timestamp", "'2020-01-31 12:00:00'; 'infinity'", "timestamp[us]", "", ""},
		{"timestamp_s", "'2020-01-31 12:00:00'", "timestamp[s]", "TIMESTAMP_S", ""},
		{"timestamp_ms", "'2020-01-31 12:00:00'", "timestamp[ms]", "TIMESTAMP_MS", ""},
		{"timestamp_ns", "'2020-01-31 12:00:00.123456789'", "timestamp[ns]", "TIMESTAMP_NS", ""},
		{"timestamptz", "'2020-01-31 12:00:00+00'", "timestamp[us, tz=Asia/Kolkata]", "", ""},
		{"interval", "'1 year 2 days 3 seconds'", "month_day_nano_interval", "", `{"months":12,"days":2,"nanoseconds":3000000000}`},
		{"mood", "'sad'; 'it''s ok'; NULL", "dictionary<values=utf8, indices=uint8, ordered=false>", "ENUM('sad', 'it''s ok')", "sad|it's ok|(null)"},
		{"integer[]", "[1, NULL]; []; NULL", "list<l: int32, nullable>", "INTEGER[]", "[1,null]|[]|(null)"},
		{"boolean[]", "[true]", "list<l: extension<arrow.bool8>, nullable>", "BOOLEAN[]", "[true]"},
		{"integer[2]", "[1, 2]", "", "INTEGER[2]", "[1,2]"},
		{`struct(a integer, "B c" uuid[])`, "{'a': 1, 'B c': ['00112233-4455-6677-8899-aabbccddeeff']}", "", `STRUCT(a INTEGER, "B c" UUID[])`, `{"B c":["00112233-4455-6677-8899-aabbccddeeff"],"a":1}`},
		{"map(varchar, boolean)", "map(['k'], [true])", "map<utf8, extension<arrow.bool8>, items_nullable>", "MAP(VARCHAR, BOOLEAN)", ""},
		{"union(num integer, str varchar)", "union_value(num := 2)", "", "UNION(num INTEGER, str VARCHAR)", ""},
		{"mood[][]", "[['sad']]", "", "ENUM('sad', 'it''s ok')[][]", ""},
		{"geometry", "'POINT(1 2)'", "binary", "GEOMETRY", ""},
	} {
		var selects []string
		for _, row := range strings.Split(c.rows, "; ") {
			selects = append(selects, "SELECT CAST("+row+" AS "+c.sql+") AS v")
		}
		sql := strings.Join(selects, " UNION ALL ")
		st, err := s.Prepare(t.Context(), sql, nil)
		if err != nil {
			t.Errorf("%s: %v", sql, err)
			continue
		}
		f := st.Schema().Field(0)
		if c.typ != "" && f.Type.String() != c.typ {
			t.Errorf("%s: type %s, want %s", sql, f.Type, c.typ)
		}
		if got := engine.DeclaredType(f); got != c.declared {
			t.Errorf("%s: declared %q, want %q", sql, got, c.declared)
		}
		got, err := try(t.Context(), s, sql)
		if err != nil {
			t.Errorf("%s: %v", sql, err)
		}
		if values := strings.Join(got, "|"); c.values != "" && values != c.values {
			t.Errorf("%s:\n got %s\nwant %s", sql, values, c.values)
		}
		st.Close(t.Context())
	}
}

// TestUnsendableTypes: a type that would lose something on the way is an error
// that says what to do, and a table that has it is listed.
func TestUnsendableTypes(t *testing.T) {
	t.Parallel()
	s := session(t, open(t, duckdb.Options{}))
	run(t, s, "CREATE TABLE odd (i integer, v variant, l timetz[])")
	run(t, s, "CREATE TEMP TABLE mine (i integer)")
	run(t, s, "CREATE VIEW broken AS SELECT * FROM odd")
	for _, sql := range []string{
		"SELECT v FROM odd", "SELECT l FROM odd", "SELECT {'a': '1'::bit}", "SELECT [1::bignum]", "SELECT map([1], ['10:00+01'::timetz])",
	} {
		_, err := s.Prepare(t.Context(), sql, nil)
		if e, ok := err.(*engine.Error); !ok || e.Code != "0A000" || e.Hint != "Cast the column to VARCHAR." {
			t.Errorf("%s: %v", sql, err)
		}
	}
	run(t, s, "SELECT v::varchar, l::varchar FROM odd")
	list := func() map[string]engine.Table {
		all := map[string]engine.Table{}
		for table, err := range s.Tables(t.Context(), engine.TableFilter{}) {
			if err != nil {
				t.Fatal(err)
			}
			all[table.Schema+"."+table.Name] = table
		}
		return all
	}
	all := list()
	odd := all["public.odd"].Columns
	if len(odd) != 3 || odd[1].Type != "VARIANT" || odd[2].Type != "TIME WITH TIME ZONE[]" || odd[1].Field.Type.ID() != arrow.STRING {
		t.Errorf("odd is listed as %+v", all["public.odd"])
	}
	if len(all["pg_temp.mine"].Columns) != 1 {
		t.Errorf("the temporary table is not listed: %+v", all)
	}
	run(t, s, "DROP TABLE odd")
	if table, ok := list()["public.broken"]; !ok || len(table.Columns) != 0 {
		t.Errorf("a view whose table is gone is listed as %+v, %v", table, ok)
	}
}

// TestPivot: a statement that DuckDB expands to several is one statement.
func TestPivot(t *testing.T) {
	t.Parallel()
	s := session(t, open(t, duckdb.Options{}))
	run(t, s, "CREATE TABLE t AS SELECT * FROM (VALUES ('a', 1), ('b', 2)) v(k, i)")
	got := run(t, s, "SELECT a::varchar, b::varchar FROM (PIVOT t ON k USING max(i))")
	if len(got) != 1 || got[0] != "1,2" {
		t.Errorf("got %q", got)
	}
}

// TestReplanned: a statement whose columns are not the described ones any more
// says so.
func TestReplanned(t *testing.T) {
	t.Parallel()
	s := session(t, open(t, duckdb.Options{}))
	run(t, s, "CREATE TABLE t AS SELECT 1 AS i")
	st, err := s.Prepare(t.Context(), "SELECT * FROM t", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close(t.Context())
	run(t, s, "INSERT INTO t VALUES (2)")
	r, err := st.Execute(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Release()
	for _, change := range []string{"ALTER TABLE t ALTER i TYPE varchar", "ALTER TABLE t ADD COLUMN j integer"} {
		run(t, s, change)
		_, err := st.Execute(t.Context(), nil)
		if e, ok := err.(*engine.Error); !ok || e.Code != "0A000" || e.Message != "cached plan must not change result type" {
			t.Errorf("%s: %v", change, err)
		}
		if got := run(t, s, "SELECT count(*) FROM t"); got[0] != "2" {
			t.Errorf("after it: %q", got)
		}
	}
}

// TestParameterTypes: types that Arrow has no simple form of are taken as text
// or as their extension type, and arrive.
func TestParameterTypes(t *testing.T) {
	t.Parallel()
	s := session(t, open(t, duckdb.Options{}))
	run(t, s, "CREATE TYPE mood AS ENUM ('sad', 'ok')")
	run(t, s, "CREATE TABLE t (j json, z timetz, b bit, n bignum, m mood, u utinyint, h hugeint, ts timestamp_s)")
	st, err := s.Prepare(t.Context(), "INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close(t.Context())
	values := []string{`"{\"a\":1}"`, `"10:00:00+05:30"`, `"0101"`, `"77"`, `"ok"`, `200`, `"-5"`, `"2020-01-31 12:00:00"`}
	var fields []arrow.Field
	var cells []string
	for i, p := range st.Params() {
		name := string(rune('a' + i))
		fields = append(fields, arrow.Field{Name: name, Type: p, Nullable: true})
		cells = append(cells, `"`+name+`": `+values[i])
	}
	args, _, err := array.RecordFromJSON(memory.DefaultAllocator, arrow.NewSchema(fields, nil), strings.NewReader("[{"+strings.Join(cells, ", ")+"}]"))
	if err != nil {
		t.Fatalf("parameters %v: %v", st.Params(), err)
	}
	defer args.Release()
	r, err := st.Execute(t.Context(), args)
	if err != nil {
		t.Fatal(err)
	}
	r.Release()
	got := run(t, s, "SELECT COLUMNS(*)::varchar FROM t")
	if want := `{"a":1},10:00:00+05:30,0101,77,ok,200,-5,2020-01-31 12:00:00`; len(got) != 1 || got[0] != want {
		t.Errorf("parameters %v\n got %q\nwant %q", st.Params(), got, want)
	}
}
