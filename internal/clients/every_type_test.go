package clients

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// sameValues has a client read the table of every_type.sql, which has a column of
// each type: from csvsql it gets what it gets from PostgreSQL, which is asked first.
// read returns the values, one or more a line.
func sameValues(read func(*testing.T, target) []string) func(*testing.T, target) {
	var want []string
	return func(t *testing.T, s target) {
		run(t, s, "", nil, need(t, "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", testdata(t, "every_type.sql"))
		defer ask(t, s, "drop table every_type")
		got := read(t, s)
		if want == nil {
			want = got
		}
		if len(got) != len(want) {
			t.Fatalf("%d lines, want %d", len(got), len(want))
		}
		for i, line := range got {
			if line != want[i] {
				t.Errorf("\n got %s\nwant %s", line, want[i])
			}
		}
	}
}

// printedLines returns the lines that a program prints.
func printedLines(interpreter []string, program string) func(*testing.T, target) []string {
	return func(t *testing.T, s target) []string {
		args := append(interpreter[1:len(interpreter):len(interpreter)], testdata(t, program))
		cmd := exec.CommandContext(t.Context(), interpreter[0], args...)
		cmd.Env = append(os.Environ(), "PGHOST="+s.host, "PGPORT="+s.port, "PGUSER="+s.user, "PGDATABASE="+s.database)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return strings.Split(string(out), "\n")
	}
}

func everyTypePython(t *testing.T, w *workshop) func(*testing.T, target) {
	python := w.python(t, "psycopg2-binary==2.9.10", "psycopg[binary]==3.2.9", "asyncpg==0.31.0", "sqlalchemy==2.0.44", "pandas==2.3.3",
		"polars==1.35.2", "connectorx==0.4.4", "pyarrow==22.0.0", "adbc-driver-postgresql==1.9.0")
	return sameValues(printedLines([]string{python}, "every_type.py"))
}

func everyTypeJDBC(t *testing.T, w *workshop) func(*testing.T, target) {
	return sameValues(printedLines(pgjdbc(t, w), "EveryType.java"))
}

// everyTypePgx reads what pgx asks for, which is binary where it can, and text,
// as Go's values and as bytes.
func everyTypePgx(*testing.T, *workshop) func(*testing.T, target) {
	return sameValues(func(t *testing.T, s target) (lines []string) {
		config, err := pgx.ParseConfig(s.url())
		if err != nil {
			t.Fatal(err)
		}
		config.RuntimeParams["timezone"] = "UTC"
		c, err := pgx.ConnectConfig(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close(context.Background())
		for _, mode := range []any{
			pgx.QueryExecModeCacheStatement,
			pgx.QueryExecModeSimpleProtocol,
			pgx.QueryResultFormats{pgx.TextFormatCode},
			pgx.QueryResultFormats{pgx.BinaryFormatCode},
		} {
			rows, err := c.Query(t.Context(), "select * from every_type order by k", mode)
			if err != nil {
				t.Fatal(err)
			}
			for rows.Next() {
				values, err := rows.Values()
				if err != nil {
					t.Fatal(err)
				}
				for i, v := range values {
					f := rows.FieldDescriptions()[i]
					lines = append(lines, fmt.Sprintf("%v: %s, type %d (%d), format %d: %T %v, %q",
						mode, f.Name, f.DataTypeOID, f.TypeModifier, f.Format, v, v, rows.RawValues()[i]))
				}
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
		}
		return lines
	})
}
