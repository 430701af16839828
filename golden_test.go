package csvsql_test

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/lib/pq"

	"github.com/csvsql/csvsql/internal/pgtest"
)

var record = flag.Bool("record", false, "record what a real PostgreSQL answers into testdata/golden")

// typed is how both servers read testdata/golden/types.csv: csvsql by LOAD,
// PostgreSQL by COPY.
var typed = []struct{ column, postgres, engine string }{
	{"id", "int4", "INTEGER"}, {"b", "bool", "BOOLEAN"}, {"small", "int2", "SMALLINT"},
	{"whole", "int4", "INTEGER"}, {"big", "int8", "BIGINT"}, {"real4", "float4", "FLOAT"},
	{"real8", "float8", "DOUBLE"}, {"amount", "numeric(18,2)", "DECIMAL(18,2)"}, {"name", "text", "VARCHAR"},
	{"day", "date", "DATE"}, {"at", "time", "TIME"}, {"stamp", "timestamp", "TIMESTAMP"},
	{"zoned", "timestamptz", "TIMESTAMPTZ"}, {"span", "interval", "INTERVAL"}, {"uid", "uuid", "UUID"},
}

// TestSameAsPostgres loads a file the server has not seen and reads it in every
// way there is: simple and extended protocol, text and binary, with pgx and with
// lib/pq. The answers must be those that PostgreSQL gave for the same file.
func TestSameAsPostgres(t *testing.T) {
	golden := filepath.Join("testdata", "golden", "types.golden")
	if *record {
		pg := pgtest.Start(t)
		if err := os.WriteFile(golden, []byte(readAll(t, "postgres://"+pgtest.User+"@"+pg.Addr+"/postgres?sslmode=disable", copyTyped)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	addr := serve(t, filepath.Join("testdata", "golden"))
	got := readAll(t, "postgres://ann@"+addr+"/books?sslmode=disable", loadTyped)
	wantLines, gotLines := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	for i := range max(len(wantLines), len(gotLines)) {
		var w, g string
		if i < len(wantLines) {
			w = wantLines[i]
		}
		if i < len(gotLines) {
			g = gotLines[i]
		}
		if w != g {
			t.Errorf("line %d:\n csvsql     %s\n PostgreSQL %s", i+1, g, w)
		}
	}
}

func loadTyped(ctx context.Context, c *pgx.Conn) error {
	var columns []string
	for _, d := range typed {
		columns = append(columns, d.column+" "+d.engine)
	}
	_, err := c.Exec(ctx, "LOAD 'types.csv' AS typed WITH (header true, columns '"+strings.Join(columns, ", ")+"')")
	return err
}

func copyTyped(ctx context.Context, c *pgx.Conn) error {
	var columns []string
	for _, d := range typed {
		columns = append(columns, d.column+" "+d.postgres)
	}
	if _, err := c.Exec(ctx, "CREATE TABLE typed ("+strings.Join(columns, ", ")+")"); err != nil {
		return err
	}
	f, err := os.Open(filepath.Join("testdata", "golden", "types.csv"))
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = c.PgConn().CopyFrom(ctx, f, "COPY typed FROM STDIN (FORMAT csv, HEADER)")
	return err
}

// readAll is everything that clients see of the table, a line for each value.
func readAll(t *testing.T, url string, load func(context.Context, *pgx.Conn) error) string {
	t.Helper()
	const query = "SELECT * FROM typed ORDER BY id"
	ctx := t.Context()
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	if _, err := c.Exec(ctx, "SET TimeZone = 'Asia/Kolkata'"); err != nil {
		t.Fatal(err)
	}
	if err := load(ctx, c); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	describe := func(how string, read func() *pgconn.Result) {
		res := read()
		if res.Err != nil {
			t.Fatalf("%s: %v", how, res.Err)
		}
		for _, f := range res.FieldDescriptions {
			fmt.Fprintf(&out, "%s\tcolumn\t%s\t%d %d %d %d\n", how, f.Name, f.DataTypeOID, f.DataTypeSize, f.TypeModifier, f.Format)
		}
		for i, row := range res.Rows {
			for j, v := range row {
				text := "NULL"
				if v != nil && res.FieldDescriptions[j].Format == 1 {
					text = fmt.Sprintf("%x", v)
				} else if v != nil {
					text = fmt.Sprintf("%q", v)
				}
				fmt.Fprintf(&out, "%s\t%d\t%s\t%s\n", how, i+1, res.FieldDescriptions[j].Name, text)
			}
		}
		fmt.Fprintf(&out, "%s\ttag\t%s\n", how, res.CommandTag)
	}
	describe("simple", func() *pgconn.Result {
		all, err := c.PgConn().Exec(ctx, query).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return all[0]
	})
	for format, how := range []string{"text", "binary"} {
		describe(how, func() *pgconn.Result {
			return c.PgConn().ExecParams(ctx, query, nil, nil, nil, []int16{int16(format)}).Read()
		})
	}
	for _, binary := range []string{"no", "yes"} {
		readPq(t, &out, url+"&binary_parameters="+binary, query)
	}
	return out.String()
}

// readPq reads through database/sql and lib/pq, with a parameter.
func readPq(t *testing.T, out *strings.Builder, url, query string) {
	t.Helper()
	db, err := sql.Open("postgres", url+"&TimeZone=UTC")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT * FROM ("+query+") AS t WHERE id >= $1 ORDER BY id", 1)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	values, targets := make([]any, len(typed)), make([]any, len(typed))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		for i, v := range values {
			fmt.Fprintf(out, "pq\t%v\t%s\t%T %v\n", values[0], typed[i].column, v, v)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}
