package csvsql_test

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgproto3"
)

// TestSuspendedPortals fetches from two portals in turns, seven rows at a time,
// while other statements, DDL among them, run on the same session.
func TestSuspendedPortals(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeExec)
	f := c.PgConn().Frontend()
	send := func(msgs ...pgproto3.FrontendMessage) {
		t.Helper()
		for _, m := range msgs {
			f.Send(m)
		}
		f.Send(&pgproto3.Sync{})
		if err := f.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	// receive reads up to ReadyForQuery: the first column of rows, and the tag
	// or "suspended".
	receive := func() (values []string, end string) {
		t.Helper()
		for {
			m, err := f.Receive()
			if err != nil {
				t.Fatal(err)
			}
			switch m := m.(type) {
			case *pgproto3.DataRow:
				values = append(values, string(m.Values[0]))
			case *pgproto3.CommandComplete:
				end = string(m.CommandTag)
			case *pgproto3.PortalSuspended:
				end = "suspended"
			case *pgproto3.ErrorResponse:
				t.Fatalf("%s %s", m.Code, m.Message)
			case *pgproto3.ReadyForQuery:
				return values, end
			}
		}
	}
	send(&pgproto3.Parse{Query: "BEGIN"}, &pgproto3.Bind{}, &pgproto3.Execute{})
	receive()
	const rows = 100_000
	for _, p := range []string{"p", "q"} {
		send(&pgproto3.Parse{Name: p, Query: fmt.Sprintf("SELECT '%s' || i AS v FROM range(%d) AS r(i)", p, rows)},
			&pgproto3.Bind{DestinationPortal: p, PreparedStatement: p})
		receive()
	}
	next := map[string]int{}
	fetch := func(p string, limit uint32) string {
		t.Helper()
		send(&pgproto3.Execute{Portal: p, MaxRows: limit})
		values, end := receive()
		for _, v := range values {
			if want := fmt.Sprint(p, next[p]); v != want {
				t.Fatalf("portal %s: row %q, want %q", p, v, want)
			}
			next[p]++
		}
		return end
	}
	for i := range 5 {
		for _, p := range []string{"p", "q"} {
			if end := fetch(p, 7); end != "suspended" {
				t.Fatalf("portal %s ended with %q", p, end)
			}
		}
		send(&pgproto3.Query{String: fmt.Sprintf("CREATE TABLE t%d AS SELECT %d AS a; SELECT a::TEXT AS a FROM t%d", i, i, i)})
		// The Sync that send adds has a ReadyForQuery of its own.
		values, _ := receive()
		receive()
		if len(values) != 1 || values[0] != fmt.Sprint(i) {
			t.Fatalf("the string of two statements gives %q", values)
		}
	}
	for _, p := range []string{"p", "q"} {
		if end, want := fetch(p, 0), fmt.Sprint("SELECT ", rows-35); end != want {
			t.Errorf("portal %s ended with %q, want %q", p, end, want)
		}
	}
}
