package suites_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/csvsql/csvsql/internal/difftest"
)

// The statements of duckdb.txt are DuckDB's own SQL, which PostgreSQL does not
// know. They have to mean what they mean to DuckDB, translated or not.

// TestRecordDuckDB writes down what DuckDB answers, in this process, through its
// own driver.
func TestRecordDuckDB(t *testing.T) {
	if !*record {
		t.Skip("only with -record")
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), setup(t)); err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, c := range read(t, "duckdb") {
		if c.Answer, err = askDuckDB(t, db, c.SQL); err != nil {
			t.Errorf("%s: %v", c.SQL, err)
		}
		blocks = append(blocks, c.String())
	}
	if err := os.WriteFile(file("duckdb"), []byte(strings.Join(blocks, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestDuckDB asks csvsql for all of them in both settings of the dialect. The rows
// are DuckDB's, in PostgreSQL's text, and the names of columns too.
func TestDuckDB(t *testing.T) {
	t.Parallel()
	addr := serve(t)
	cases := read(t, "duckdb")
	if len(cases) < 60 {
		t.Fatalf("only %d statements", len(cases))
	}
	for _, dialect := range []string{"postgres", "duckdb"} {
		c := connect(t, addr)
		if _, err := c.Exec(t.Context(), "SET dialect = duckdb; "+setup(t)+"SET dialect = "+dialect); err != nil {
			t.Fatal(err)
		}
		for _, want := range cases {
			got := ask(t, c, want.SQL)
			for i := range got.Columns {
				got.Columns[i].Type = want.Answer.Columns[min(i, len(want.Answer.Columns)-1)].Type
			}
			for i, row := range got.Rows {
				got.Rows[i] = compact(row)
			}
			if class := difftest.Compare(want.Answer, got); class != difftest.Exact {
				t.Errorf("%s: %s:\n%s\nwant:\n%s", dialect, class, difftest.Case{Answer: got}, want)
			}
		}
	}
}

// setup is the text that makes the tables.
func setup(t *testing.T) string {
	text, err := os.ReadFile(filepath.Join("testdata", "duckdb.sql"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, table := range []string{"sales", "monthly", "trades", "quotes", "people"} {
		fmt.Fprintf(&b, "DROP TABLE IF EXISTS %s; ", table)
	}
	b.Write(text)
	return b.String()
}

// askDuckDB asks DuckDB. The types of columns are its own words.
func askDuckDB(t *testing.T, db *sql.DB, text string) (a difftest.Answer, err error) {
	rows, err := db.QueryContext(t.Context(), text)
	if err != nil {
		return a, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return a, err
	}
	for _, c := range types {
		a.Columns = append(a.Columns, difftest.Column{Name: c.Name(), Type: c.DatabaseTypeName()})
	}
	for rows.Next() {
		values, into := make([]any, len(types)), make([]any, len(types))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return a, err
		}
		fields := make([]string, len(values))
		for i, v := range values {
			if fields[i] = `\N`; v != nil {
				fields[i] = postgresText(v, types[i].DatabaseTypeName())
			}
		}
		a.Rows = append(a.Rows, strings.Join(fields, "\t"))
	}
	return a, rows.Err()
}

// postgresText is a value of the driver as PostgreSQL would write it; structs and
// maps, which PostgreSQL has not, as JSON.
func postgresText(v any, typ string) string {
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v)[:1]
	case float64:
		return postgresFloat(v)
	case time.Time:
		if typ == "DATE" {
			return v.Format(time.DateOnly)
		}
		return v.Format("2006-01-02 15:04:05.999999")
	case duckdb.Decimal:
		digits := new(big.Int).Abs(v.Value).String()
		if scale := int(v.Scale); scale > 0 {
			digits = strings.Repeat("0", max(0, scale+1-len(digits))) + digits
			digits = digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
		}
		if v.Value.Sign() < 0 {
			return "-" + digits
		}
		return digits
	case []any:
		elements := make([]string, len(v))
		for i, e := range v {
			if elements[i] = "NULL"; e != nil {
				elements[i] = postgresText(e, strings.TrimSuffix(typ, "[]"))
			}
		}
		return "{" + strings.Join(elements, ",") + "}"
	case map[string]any:
		text, _ := json.Marshal(v)
		return string(text)
	case duckdb.OrderedMap:
		named := map[string]any{}
		for _, key := range v.Keys() {
			named[fmt.Sprint(key)], _ = v.Get(key)
		}
		text, _ := json.Marshal(named)
		return string(text)
	}
	return fmt.Sprint(v)
}

func postgresFloat(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// compact writes the JSON objects of a row as json.Marshal does.
func compact(row string) string {
	fields := strings.Split(row, "\t")
	for i, f := range fields {
		var object map[string]any
		if json.Unmarshal([]byte(f), &object) == nil {
			text, _ := json.Marshal(object)
			fields[i] = string(text)
		}
	}
	return strings.Join(fields, "\t")
}

// TestPostgresText checks what the comparison rests on.
func TestPostgresText(t *testing.T) {
	t.Parallel()
	day := time.Date(2024, 2, 3, 4, 5, 6, 7000, time.UTC)
	for want, got := range map[string]string{
		"t":                          postgresText(true, "BOOLEAN"),
		"{1,NULL}":                   postgresText([]any{int32(1), nil}, "INTEGER[]"),
		"2024-02-03":                 postgresText(day, "DATE"),
		"2024-02-03 04:05:06.000007": postgresText(day, "TIMESTAMP"),
		"-0.05":                      postgresText(duckdb.Decimal{Scale: 2, Value: big.NewInt(-5)}, "DECIMAL(3,2)"),
		"Infinity":                   postgresText(math.Inf(1), "DOUBLE"),
		`{"a":1,"b":[2]}`:            compact(`{"b": [2], "a": 1}`),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := compact("1\t{1,2}"); got != "1\t{1,2}" {
		t.Errorf("an array is no object: %s", got)
	}
}
