package csvsql_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/csvsql/csvsql/internal/pgtest"
)

// allTypes leaves out the one character that PostgreSQL's text cannot have.
const allTypes = `SELECT * REPLACE (replace(varchar, chr(0), '') AS varchar) FROM test_all_types()`

// TestEveryEngineType reads a table with a column of each type that the engine
// has, with its least and its greatest value and NULL. What goes out as text has
// to be what PostgreSQL makes of that text, and what goes out in binary what
// PostgreSQL sends for it. Values that PostgreSQL does not have go out as they are
// in text, and as an infinity in binary.
func TestEveryEngineType(t *testing.T) {
	t.Parallel()
	golden := filepath.Join("testdata", "golden", "all_types.golden")
	c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeExec).PgConn()
	read := func(format int16) *pgconn.Result {
		r := c.ExecParams(t.Context(), allTypes, nil, nil, nil, []int16{format}).Read()
		if r.Err != nil {
			t.Fatal(r.Err)
		}
		return r
	}
	text, binary := read(pgx.TextFormatCode), read(pgx.BinaryFormatCode)
	if *record {
		recordTypes(t, golden, text)
	}
	file, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(file)), "\n")
	if len(lines) != len(text.Rows)*len(text.FieldDescriptions) {
		t.Fatalf("%d values are recorded, of %d columns", len(lines), len(text.FieldDescriptions))
	}
	for i, row := range text.Rows {
		for j, f := range text.FieldDescriptions {
			want := strings.Split(lines[i*len(row)+j], "\t")
			got := []string{f.Name, fmt.Sprint(f.DataTypeOID), quoted(row[j]), binaryText(binary.Rows[i][j])}
			if want[3] == outOfRange {
				want[3] = infinityOf(f.DataTypeOID, strings.Contains(want[2], "BC"))
			}
			if strings.Join(got, "\t") != strings.Join(want, "\t") {
				t.Errorf("row %d:\n csvsql     %s\n PostgreSQL %s", i+1, got, want)
			}
		}
	}
}

const outOfRange = "22008"

// infinityOf is what stands for a date or timestamp that PostgreSQL cannot hold.
func infinityOf(oid uint32, negative bool) string {
	switch {
	case oid == pgtype.DateOID && negative:
		return "80000000"
	case oid == pgtype.DateOID:
		return "7fffffff"
	case negative:
		return "8000000000000000"
	}
	return "7fffffffffffffff"
}

// recordTypes writes down what PostgreSQL makes of each value.
func recordTypes(t *testing.T, golden string, text *pgconn.Result) {
	t.Helper()
	pg, err := pgconn.Connect(t.Context(), "postgres://"+pgtest.User+"@"+pgtest.Start(t).Addr+"/postgres?sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	defer pg.Close(context.Background())
	var out strings.Builder
	for _, row := range text.Rows {
		for j, f := range text.FieldDescriptions {
			ask := func(format int16) (string, error) {
				r := pg.ExecParams(t.Context(), "SELECT $1", [][]byte{row[j]}, []uint32{f.DataTypeOID}, nil, []int16{format}).Read()
				if r.Err != nil {
					return quoted(row[j]), r.Err
				}
				if format == pgx.TextFormatCode {
					return quoted(r.Rows[0][0]), nil
				}
				return binaryText(r.Rows[0][0]), nil
			}
			value, err := ask(pgx.TextFormatCode)
			bytes, _ := ask(pgx.BinaryFormatCode)
			if err != nil {
				bytes = sqlstate(err)
			}
			fmt.Fprintf(&out, "%s\t%d\t%s\t%s\n", f.Name, f.DataTypeOID, value, bytes)
		}
	}
	if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func quoted(v []byte) string {
	if v == nil {
		return "NULL"
	}
	return strconv.Quote(string(v))
}

func binaryText(v []byte) string {
	if v == nil {
		return "NULL"
	}
	return hex.EncodeToString(v)
}
