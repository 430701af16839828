package client_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/internal/pgtest"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/oid"
)

// collect writes the results down: columns, rows and tags.
func collect(t *testing.T, r *client.Results) (string, error) {
	t.Helper()
	var w strings.Builder
	var fields [][]byte
	for r.NextResult() {
		for _, c := range r.Columns() {
			fmt.Fprintf(&w, "%s:%d ", c.Name, c.Type)
		}
		for r.NextRow() {
			if r.CopyOut() {
				fmt.Fprintf(&w, "%q ", r.Row())
				continue
			}
			var err error
			if fields, err = r.Row().AppendFields(fields[:0]); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&w, "%q ", fields)
		}
		if r.Suspended() {
			w.WriteString("suspended ")
		}
		fmt.Fprintf(&w, "%s\n", r.Tag())
	}
	return w.String(), r.Close()
}

// TestAgainstPostgres holds the client to a real server.
func TestAgainstPostgres(t *testing.T) {
	t.Parallel()
	pg := pgtest.Start(t)
	ctx := t.Context()

	t.Run("several results", func(t *testing.T) {
		c := pg.Connect(t)
		got, err := collect(t, c.Query(ctx, "select 1 as a, null as b; create temp table t (a int); select 2 as c where false; copy (select 3) to stdout"))
		if err != nil {
			t.Fatal(err)
		}
		want := "a:23 b:25 [\"1\" \"\"] SELECT 1\nCREATE TABLE\nc:23 SELECT 0\n\"3\\n\" COPY 1\n"
		if got != want {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	})

	t.Run("results passed over", func(t *testing.T) {
		c := pg.Connect(t)
		r := c.Query(ctx, "select generate_series(1, 1000); select 2 as second")
		if !r.NextResult() || !r.NextRow() {
			t.Fatal("no row")
		}
		if !r.NextResult() || r.Columns()[0].Name != "second" {
			t.Fatal("no second result")
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		if tag, err := c.Exec(ctx, "select 1"); tag != "SELECT 1" || err != nil {
			t.Fatal(tag, err)
		}
	})

	t.Run("error after a row", func(t *testing.T) {
		c := pg.Connect(t)
		got, err := collect(t, c.Query(ctx, "select 1 as a; select 1/0; select 2"))
		var e *wire.Error
		if !errors.As(err, &e) || e.Code != "22012" || e.Severity != "ERROR" || e.Message != "division by zero" || e.Routine == "" {
			t.Errorf("error %#v", err)
		}
		if got != "a:23 [\"1\"] SELECT 1\n" {
			t.Errorf("got %q", got)
		}
	})

	t.Run("fields of an error", func(t *testing.T) {
		c := pg.Connect(t)
		_, err := c.Exec(ctx, `create temp table t (a int constraint positive check (a > 0));
			insert into t values (-1)`)
		var e *wire.Error
		if !errors.As(err, &e) {
			t.Fatal(err)
		}
		if e.Code != "23514" || e.Table != "t" || e.Constraint != "positive" || e.Detail == "" {
			t.Errorf("%+v", e)
		}
		_, err = c.Exec(ctx, "select nothing")
		if !errors.As(err, &e) || e.Position != 8 {
			t.Errorf("%+v", e)
		}
	})

	t.Run("prepared, with a limit", func(t *testing.T) {
		c := pg.Connect(t)
		d, err := c.Prepare(ctx, "s", "select $1 + a as sum, $2 as t from generate_series(1, 3) as g(a)", []oid.OID{oid.Int4})
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(d.Params) != "[23 25]" || len(d.Columns) != 2 || d.Columns[0].Size != 4 {
			t.Errorf("%+v", d)
		}
		c.SendBind("", "s", [][]byte{{0, 0, 0, 9}, nil}, []wire.Format{wire.Binary}, []wire.Format{wire.Binary})
		c.SendExecute("", 2)
		c.SendExecute("", 0)
		c.SendClose(client.Statement, "s")
		c.SendSync()
		got, err := collect(t, c.Results(ctx))
		want := "[\"\\x00\\x00\\x00\\n\" \"\"] [\"\\x00\\x00\\x00\\v\" \"\"] suspended \n[\"\\x00\\x00\\x00\\f\" \"\"] SELECT 1\n"
		if err != nil || got != want {
			t.Errorf("%v\n%q\n%q", err, got, want)
		}
	})

	t.Run("prepare fails", func(t *testing.T) {
		c := pg.Connect(t)
		_, err := c.Prepare(ctx, "s", "select from where", nil)
		var e *wire.Error
		if !errors.As(err, &e) || e.Code != "42601" {
			t.Errorf("%v", err)
		}
		if _, err := c.Exec(ctx, "select 1"); err != nil {
			t.Error(err)
		}
	})

	t.Run("copy", func(t *testing.T) {
		c := pg.Connect(t)
		var in, out bytes.Buffer
		for i := range 100_000 {
			fmt.Fprintf(&in, "%d\tline\n", i)
		}
		want := in.String()
		if _, err := c.Exec(ctx, "create temp table t (a int, b text)"); err != nil {
			t.Fatal(err)
		}
		if tag, err := c.CopyIn(ctx, "copy t from stdin", &in); tag != "COPY 100000" || err != nil {
			t.Fatal(tag, err)
		}
		if tag, err := c.CopyOut(ctx, "copy t to stdout", &out); tag != "COPY 100000" || err != nil {
			t.Fatal(tag, err)
		}
		if out.String() != want {
			t.Error("what came back is not what was sent")
		}
		broken := io.MultiReader(strings.NewReader("1\tone\n"), errReader{})
		if _, err := c.CopyIn(ctx, "copy t from stdin", broken); !errors.Is(err, errBroken) {
			t.Error(err)
		}
		if _, err := c.CopyOut(ctx, "copy (select generate_series(1, 100000000)) to stdout", failingWriter{}); !errors.Is(err, errBroken) {
			t.Error(err)
		}
		if _, err := c.CopyOut(ctx, "select 1", &out); err == nil {
			t.Error("a SELECT passed for a COPY")
		}
		var e *wire.Error
		if _, err := c.Exec(ctx, "copy t from stdin"); err == nil || errors.As(err, &e) {
			t.Errorf("Exec of COPY FROM STDIN: %v", err)
		}
		if tag, err := c.Exec(ctx, "select 1"); tag != "SELECT 1" || err != nil {
			t.Error(tag, err)
		}
	})

	t.Run("cancel", func(t *testing.T) {
		c := pg.Connect(t)
		ctx, cancel := context.WithCancel(ctx)
		r := c.Query(ctx, "select generate_series(1, 1000000000)")
		cancel() // before the server has even read the query
		err := r.Close()
		var e *wire.Error
		if !errors.As(err, &e) || e.Code != "57014" {
			t.Errorf("%v", err)
		}
		if _, err := c.Exec(ctx, "select 1"); !errors.Is(err, context.Canceled) {
			t.Errorf("with a context that is done: %v", err)
		}
		if tag, err := c.Exec(t.Context(), "select 1"); tag != "SELECT 1" || err != nil {
			t.Error(tag, err)
		}
	})

	t.Run("large values", func(t *testing.T) {
		c := pg.Connect(t)
		for _, n := range []int{65_000, 65_520, 65_525, 65_530, 65_536, 1_000_003} {
			text := strings.Repeat("x", n)
			got, err := collect(t, c.Query(ctx, "select '"+text+"' as a"))
			if err != nil || got != "a:25 [\""+text+"\"] SELECT 1\n" {
				t.Errorf("%d bytes: %v, %d", n, err, len(got))
			}
		}
	})

	t.Run("notices and parameters", func(t *testing.T) {
		var notices []*wire.Error
		c, err := client.Dial(ctx, pg.Addr, client.Config{
			User: pgtest.User, Database: pgtest.User,
			Params:   map[string]string{"application_name": "first"},
			OnNotice: func(n *wire.Error) { notices = append(notices, n) },
		})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if got := c.Parameter("application_name"); got != "first" {
			t.Error(got)
		}
		if pid, secret := c.Key(); pid == 0 || len(secret) != 4 {
			t.Error(pid, secret)
		}
		if _, err := c.Exec(ctx, "commit; set application_name to second; begin"); err != nil {
			t.Fatal(err)
		}
		if got := c.Parameter("application_name"); got != "second" {
			t.Error(got)
		}
		if len(notices) != 1 || notices[0].Code != "25P01" || notices[0].Severity != "WARNING" {
			t.Error(notices)
		}
		if c.TxStatus() != 'T' {
			t.Errorf("%c", c.TxStatus())
		}
	})

	t.Run("fatal at start", func(t *testing.T) {
		_, err := client.Dial(ctx, pg.Addr, client.Config{User: pgtest.User, Database: "nowhere"})
		var e *wire.Error
		if !errors.As(err, &e) || e.Code != "3D000" || e.Severity != "FATAL" {
			t.Errorf("%v", err)
		}
	})

	t.Run("NUL in a query", func(t *testing.T) {
		c := pg.Connect(t)
		if _, err := c.Exec(ctx, "select 1\x00; drop table t"); err == nil {
			t.Error("sent")
		}
	})
}

var errBroken = errors.New("broken")

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errBroken }

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errBroken }

// TestAllocations holds reading to its promise: nothing is allocated per row.
func TestAllocations(t *testing.T) {
	pg := pgtest.Start(t)
	c := pg.Connect(t)
	var fields [][]byte
	read := func(sql string) {
		r := c.Query(t.Context(), sql)
		for r.NextResult() {
			for r.NextRow() {
				var err error
				if fields, err = r.Row().AppendFields(fields[:0]); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	few := testing.AllocsPerRun(5, func() { read("select a, 'text' from generate_series(1, 10) as g(a)") })
	many := testing.AllocsPerRun(5, func() { read("select a, 'text' from generate_series(1, 10000) as g(a)") })
	if many > few+5 {
		t.Errorf("%v allocations for 10000 rows, %v for 10", many, few)
	}
}
