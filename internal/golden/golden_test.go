package golden

import (
	"context"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/internal/pgtest"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

var record = flag.Bool("record", false, "record the values of PostgreSQL into testdata")

// TestGolden asks PostgreSQL for every value. With -record its answers become
// those in testdata.
func TestGolden(t *testing.T) {
	pg := pgtest.Start(t)
	if !strings.HasPrefix(pg.Version, "15.") {
		t.Skipf("the values are recorded from PostgreSQL 15; this is %s", pg.Version)
	}
	conn := pg.Connect(t)
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		path := filepath.Join(folder, e.Name())
		old, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := parse(e.Name(), string(old), func(line string, v *Value) {
			if v != nil {
				line = ask(t, conn, *v)
			}
			b.WriteString(line + "\n")
		}); err != nil {
			t.Fatal(err)
		}
		switch {
		case b.String() == string(old):
		case *record:
			if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s is not what PostgreSQL %s sends", path, pg.Version)
		}
	}
}

// ask returns the line of a value as PostgreSQL sends it.
func ask(t *testing.T, c *client.Conn, v Value) string {
	t.Helper()
	made := fmt.Sprintf("'%s'::%s", strings.ReplaceAll(v.Literal, "'", "''"), v.Type)
	if v.Of != "" {
		made = fmt.Sprintf("to_jsonb('%s'::%s)", strings.ReplaceAll(v.Literal, "'", "''"), v.Of)
	}
	sql := "RESET ALL; SET TimeZone TO 'UTC'; "
	for key, value := range v.Settings {
		sql += fmt.Sprintf("SET %s TO '%s'; ", key, value)
	}
	sql += fmt.Sprintf("SELECT v, encode(%s(v), 'hex') FROM (SELECT %s AS v) s", send(v.Type), made)
	var fields [][]byte
	v.Text, v.Binary, v.Code = "", nil, ""
	r := c.Query(context.Background(), sql)
	for r.NextResult() {
		for r.NextRow() {
			fields, _ = r.Row().AppendFields(nil)
			v.Text = string(fields[0])
			v.Binary, _ = hex.DecodeString(string(fields[1]))
		}
	}
	if err := r.Close(); err != nil {
		var e *wire.Error
		if !errors.As(err, &e) || e.Code[:2] == "42" { // the query itself is wrong
			t.Fatalf("%s: %s: %v", v.Where, sql, err)
		}
		v.Code = e.Code
	}
	return v.String()
}

// send is the function that makes the binary format of a type.
func send(typ string) string {
	if strings.HasSuffix(typ, "[]") {
		return "array_send"
	}
	switch typ {
	case "bool", "int2", "int4", "int8", "float4", "float8", "text", "bytea", "oid", "name":
		return typ + "send"
	}
	return typ + "_send"
}
