package enginetest

import (
	"math"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/uuid"

	"github.com/csvsql/csvsql/engine"
)

// argument makes an array of one value.
func argument(t arrow.DataType, appendTo func(b array.Builder)) arrow.Array {
	b := array.NewBuilder(memory.DefaultAllocator, t)
	defer b.Release()
	appendTo(b)
	return b.NewArray()
}

// arguments makes the row of arguments, which the caller releases.
func arguments(columns ...arrow.Array) arrow.RecordBatch {
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		fields[i] = arrow.Field{Type: c.DataType(), Nullable: true}
	}
	b := array.NewRecordBatch(arrow.NewSchema(fields, nil), columns, 1)
	for _, c := range columns {
		c.Release()
	}
	return b
}

func text(s string) arrow.Array {
	return argument(arrow.BinaryTypes.String, func(b array.Builder) { b.(*array.StringBuilder).Append(s) })
}

func int64s(n int64) arrow.Array {
	return argument(arrow.PrimitiveTypes.Int64, func(b array.Builder) { b.(*array.Int64Builder).Append(n) })
}

// run executes a statement with arguments, which it releases.
func run(t *testing.T, s engine.Session, sql string, declared []arrow.DataType, args arrow.RecordBatch) ([]string, error) {
	t.Helper()
	st, err := s.Prepare(t.Context(), sql, declared)
	if err != nil {
		return nil, err
	}
	defer st.Close(t.Context())
	r, err := st.Execute(t.Context(), args)
	if args != nil {
		args.Release()
	}
	if err != nil {
		return nil, err
	}
	defer r.Release()
	rows := texts(r)
	return rows, r.Err()
}

// testArguments: a parameter that the client declared has that type, and its
// value arrives unchanged; NULL too.
func testArguments(t *testing.T, f *fixture) {
	s := f.session(t)
	micros := &arrow.TimestampType{Unit: arrow.Microsecond}
	microsTZ := &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	for _, c := range []struct {
		typ  arrow.DataType
		add  func(b array.Builder)
		cast string // of the parameter, for the comparison with text
		want string
	}{
		{arrow.FixedWidthTypes.Boolean, func(b array.Builder) { b.(*array.BooleanBuilder).Append(true) }, "$1", "true"},
		{arrow.PrimitiveTypes.Int16, func(b array.Builder) { b.(*array.Int16Builder).Append(-32768) }, "$1", "-32768"},
		{arrow.PrimitiveTypes.Int32, func(b array.Builder) { b.(*array.Int32Builder).Append(math.MinInt32) }, "$1", "-2147483648"},
		{arrow.PrimitiveTypes.Int64, func(b array.Builder) { b.(*array.Int64Builder).Append(math.MaxInt64) }, "$1", "9223372036854775807"},
		{arrow.PrimitiveTypes.Float32, func(b array.Builder) { b.(*array.Float32Builder).Append(1.5) }, "$1", "1.5"},
		{arrow.PrimitiveTypes.Float64, func(b array.Builder) { b.(*array.Float64Builder).Append(-0.1) }, "$1", "-0.1"},
		{&arrow.Decimal128Type{Precision: 38, Scale: 10}, func(b array.Builder) {
			n, _ := decimal128.FromString("-1234567890123456789012345678.0123456789", 38, 10)
			b.(*array.Decimal128Builder).Append(n)
		}, "$1", "-1234567890123456789012345678.0123456789"},
		{arrow.BinaryTypes.String, func(b array.Builder) { b.(*array.StringBuilder).Append("grüße 'x'") }, "$1", "grüße 'x'"},
		{arrow.BinaryTypes.String, func(b array.Builder) { b.(*array.StringBuilder).Append("") }, "$1", ""},
		{arrow.BinaryTypes.Binary, func(b array.Builder) { b.(*array.BinaryBuilder).Append([]byte{0, 255, '\\'}) }, "$1", "AP9c"},
		{arrow.FixedWidthTypes.Date32, func(b array.Builder) { b.(*array.Date32Builder).Append(-1) }, "CAST($1 AS varchar)", "1969-12-31"},
		{micros, func(b array.Builder) { b.(*array.TimestampBuilder).Append(1_500_000) }, "CAST($1 AS varchar)", "1970-01-01 00:00:01.5"},
		{microsTZ, func(b array.Builder) { b.(*array.TimestampBuilder).Append(0) }, "extract(epoch FROM $1) = 0", "true"},
		{arrow.FixedWidthTypes.Time64us, func(b array.Builder) { b.(*array.Time64Builder).Append(86_399_000_001) }, "CAST($1 AS varchar)", "23:59:59.000001"},
		{arrow.FixedWidthTypes.MonthDayNanoInterval, func(b array.Builder) {
			b.(*array.MonthDayNanoIntervalBuilder).Append(arrow.MonthDayNanoInterval{Months: 14, Days: 3, Nanoseconds: 1_000_000_000})
		}, "CAST(timestamp '2000-01-01 00:00:00' + $1 AS varchar)", "2001-03-04 00:00:01"},
		{extensions.NewUUIDType(), func(b array.Builder) {
			b.(*extensions.UUIDBuilder).Append(uuid.MustParse("00112233-4455-6677-8899-aabbccddeeff"))
		}, "$1", "00112233-4455-6677-8899-aabbccddeeff"},
		{extensions.NewUUIDType(), func(b array.Builder) {
			b.(*extensions.UUIDBuilder).Append(uuid.MustParse("ffffffff-4455-6677-8899-aabbccddeeff"))
		}, "CAST($1 AS varchar)", "ffffffff-4455-6677-8899-aabbccddeeff"},
		{arrow.ListOf(arrow.PrimitiveTypes.Int32), func(b array.Builder) {
			l := b.(*array.ListBuilder)
			l.Append(true)
			l.ValueBuilder().(*array.Int32Builder).AppendValues([]int32{1, 0, 3}, []bool{true, false, true})
		}, "$1", "[1,null,3]"},
		{arrow.ListOf(arrow.BinaryTypes.String), func(b array.Builder) { b.(*array.ListBuilder).Append(true) }, "$1", "[]"},
	} {
		sql := "SELECT " + c.cast + " AS v"
		st, err := s.Prepare(t.Context(), sql, []arrow.DataType{c.typ})
		if err != nil {
			t.Errorf("%s with %s: %v", sql, c.typ, err)
			continue
		}
		if p := st.Params(); len(p) != 1 || !arrow.TypeEqual(p[0], c.typ) {
			t.Errorf("%s with %s: the parameters are %v", sql, c.typ, p)
		}
		st.Close(t.Context())
		if got, err := run(t, s, sql, []arrow.DataType{c.typ}, arguments(argument(c.typ, c.add))); err != nil || len(got) != 1 || got[0] != c.want {
			t.Errorf("%s with %s: got %q, %v; want %q", sql, c.typ, got, err, c.want)
		}
		null := arguments(argument(c.typ, func(b array.Builder) { b.AppendNull() }))
		if got, err := run(t, s, "SELECT $1 IS NULL AS v", []arrow.DataType{c.typ}, null); err != nil || len(got) != 1 || got[0] != "true" {
			t.Errorf("NULL of %s: got %q, %v", c.typ, got, err)
		}
	}
}

// testArgumentsInContext: parameters that nobody declared get the type that
// their surroundings ask for.
func testArgumentsInContext(t *testing.T, f *fixture) {
	s := f.session(t)
	exec(t, s, "CREATE TABLE t (i integer, n decimal(10,2), s varchar, d date)")
	sql := "INSERT INTO t VALUES ($1, $2, $3, $4)"
	st, err := s.Prepare(t.Context(), sql, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close(t.Context())
	want := []arrow.DataType{arrow.PrimitiveTypes.Int32, &arrow.Decimal128Type{Precision: 10, Scale: 2}, arrow.BinaryTypes.String, arrow.FixedWidthTypes.Date32}
	for i, p := range st.Params() {
		if p == nil || !arrow.TypeEqual(p, want[i]) {
			t.Errorf("$%d has type %v, want %v", i+1, p, want[i])
		}
	}
	for i := range 3 {
		args := arguments(
			argument(arrow.PrimitiveTypes.Int32, func(b array.Builder) { b.(*array.Int32Builder).Append(int32(i)) }),
			// A value has its own precision and scale.
			argument(&arrow.Decimal128Type{Precision: 3, Scale: 1}, func(b array.Builder) { b.(*array.Decimal128Builder).Append(decimal128.FromI64(105)) }),
			text("x"),
			argument(arrow.FixedWidthTypes.Date32, func(b array.Builder) { b.(*array.Date32Builder).Append(arrow.Date32(i)) }),
		)
		r, err := st.Execute(t.Context(), args)
		args.Release()
		if err != nil {
			t.Fatal(err)
		}
		if rest(t, r); r.Affected() != 1 {
			t.Errorf("affected %d", r.Affected())
		}
		r.Release()
	}
	expect(t, s, "SELECT i, CAST(n AS varchar), s, CAST(d AS varchar) FROM t ORDER BY i LIMIT 2", "0,10.50,x,1970-01-01", "1,10.50,x,1970-01-02")

	got, err := run(t, s, "SELECT i FROM t WHERE i >= $1 AND s = $2 ORDER BY i LIMIT $3", nil, arguments(
		argument(arrow.PrimitiveTypes.Int32, func(b array.Builder) { b.(*array.Int32Builder).Append(1) }), text("x"), int64s(1)))
	if err != nil || len(got) != 1 || got[0] != "1" {
		t.Errorf("got %q, %v", got, err)
	}
}

// testUntypedParameters: what nothing tells the type of is text, and the columns
// are described all the same.
func testUntypedParameters(t *testing.T, f *fixture) {
	s := f.session(t)
	str, i32, i64 := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int64
	for _, c := range []struct {
		sql     string
		params  []arrow.DataType
		columns []arrow.DataType
	}{
		{"SELECT $1 AS a", []arrow.DataType{str}, []arrow.DataType{str}},
		{"SELECT $1 AS a, 1 AS b", []arrow.DataType{str}, []arrow.DataType{str, i32}},
		{"SELECT $1 AS a, CAST($2 AS integer) AS b", []arrow.DataType{str, i32}, []arrow.DataType{str, i32}},
		{"SELECT CAST($1 AS integer) AS a, $2 AS b", []arrow.DataType{i32, str}, []arrow.DataType{i32, str}},
		{"SELECT CAST($1 AS integer) + $2 AS a", []arrow.DataType{i32, i64}, []arrow.DataType{i64}},
		{"SELECT CAST($1::integer AS bigint) AS a", []arrow.DataType{i32}, []arrow.DataType{i64}},
		{"SELECT CAST(CAST($1 AS double precision) AS varchar) AS a", []arrow.DataType{arrow.PrimitiveTypes.Float64}, []arrow.DataType{str}},
		{"SELECT CAST($1::timestamp without time zone AS varchar) || $2::varchar(3) AS a", []arrow.DataType{&arrow.TimestampType{Unit: arrow.Microsecond}, str}, []arrow.DataType{str}},
		{"SELECT $1 || 'x' AS a, '$2' AS b, \"$3\" FROM (SELECT 1 AS \"$3\") q -- $4", []arrow.DataType{str}, []arrow.DataType{str, str, i32}},
		{"SELECT $1 AS a WHERE $2 = $3", []arrow.DataType{str, str, str}, []arrow.DataType{str}},
		{"SELECT $1 AS a, $1 AS b, $2 AS c", []arrow.DataType{str, str}, []arrow.DataType{str, str, str}},
	} {
		st, err := s.Prepare(t.Context(), c.sql, nil)
		if err != nil {
			t.Errorf("%s: %v", c.sql, err)
			continue
		}
		if !equalTypes(st.Params(), c.params) {
			t.Errorf("%s: the parameters are %v, want %v", c.sql, st.Params(), c.params)
		}
		var columns []arrow.DataType
		for _, field := range st.Schema().Fields() {
			columns = append(columns, field.Type)
		}
		if !equalTypes(columns, c.columns) {
			t.Errorf("%s: the columns are %v, want %v", c.sql, columns, c.columns)
		}
		st.Close(t.Context())
	}
	got, err := run(t, s, "SELECT $2 AS a, $1 AS b", nil, arguments(text("one"), text("two")))
	if err != nil || len(got) != 1 || got[0] != "two,one" {
		t.Errorf("got %q, %v", got, err)
	}
}

func equalTypes(a, b []arrow.DataType) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] == nil || !arrow.TypeEqual(a[i], b[i]) {
			return false
		}
	}
	return true
}

func testWrongArguments(t *testing.T, f *fixture) {
	s := f.session(t)
	exec(t, s, "CREATE TABLE t (i integer)")
	_, err := run(t, s, "SELECT i FROM t WHERE i = $1", nil, nil)
	expectCode(t, err, "08P01")
	_, err = run(t, s, "SELECT i FROM t", nil, arguments(int64s(1)))
	expectCode(t, err, "08P01")
	_, err = run(t, s, "SELECT CAST($1 AS integer)", nil, arguments(text("x")))
	expectCode(t, err, "22P02")
	_, err = s.Prepare(t.Context(), "SELECT CAST($2 AS integer)", nil)
	expectCode(t, err, "42P18")
	got, err := run(t, s, "SELECT CAST($2 AS integer) AS a", []arrow.DataType{arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64},
		arguments(text("unused"), int64s(7)))
	if err != nil || len(got) != 1 || got[0] != "7" {
		t.Errorf("got %q, %v", got, err)
	}
	_, err = s.Prepare(t.Context(), "SELECT $0", nil)
	expectCode(t, err, "42P02")
}
