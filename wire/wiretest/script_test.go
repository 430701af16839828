package wiretest_test

import (
	"context"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/csvsql/csvsql/internal/pgtest"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/wiretest"
)

// toy knows the statements of some scripts by heart.
func toy(_ context.Context, _ *wire.Conn, q wire.Query) ([]wire.Statement, error) {
	a := []wire.Column{wire.Col("a", oid.Int4)}
	known := map[string]wire.Statement{
		"select a from (values (1),(2),(3),(4),(5)) as v(a)": wire.Table(a, []any{1}, []any{2}, []any{3}, []any{4}, []any{5}),
		"select a from (values (1),(2)) as v(a)":             wire.Table(a, []any{1}, []any{2}),
		"select a from (values (1)) as v(a) where a > 1":     wire.Table(a),
		"select 1 as a": wire.Table(a, []any{1}),
	}
	s, ok := known[q.SQL]
	if !ok {
		return nil, wire.Errorf("42601", "the toy does not know %q", q.SQL)
	}
	return []wire.Statement{s}, nil
}

// connect opens a connection to a server of its own for the time of a test.
func connect(t *testing.T) *client.Conn {
	return wiretest.Connect(t, &wire.Server{Handler: wire.ParseFunc(toy)})
}

// TestToy plays scripts against a server that is not PostgreSQL.
func TestToy(t *testing.T) {
	t.Parallel()
	known := make(fstest.MapFS)
	for _, name := range []string{
		"describe_unnamed.txt", "flush.txt", "malformed_length.txt", "malformed_type.txt", "portal_limit.txt",
	} {
		text, err := fs.ReadFile(pgtest.Scripts(), name)
		if err != nil {
			t.Fatal(err)
		}
		known[name] = &fstest.MapFile{Data: text}
	}
	wiretest.Replay(t, known, wiretest.Portable, connect)
}

// TestDiff shows that a difference is found: a script is played against a server
// that answers otherwise.
func TestDiff(t *testing.T) {
	t.Parallel()
	s, err := wiretest.ParseScript("diff", `# A comment stays where it is.

send
	Query "select 1 as a"
until ReadyForQuery
	RowDescription ("a" 23 4 -1 text)
	DataRow "9"
	CommandComplete "SELECT 1"
	ReadyForQuery I

send
	Query "unknown"
	Query "unknown"
until ReadyForQuery ReadyForQuery
	ErrorResponse ERROR 42601 "another text"
	ReadyForQuery I
	ErrorResponse ERROR 42704 "another code"
	ReadyForQuery I
`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Run(connect(t))
	if err != nil {
		t.Fatal(err)
	}
	want := `diff:5: until ReadyForQuery (- recorded, + received)
	  RowDescription ("a" 23 4 -1 text)
	- DataRow "9"
	- CommandComplete "SELECT 1"
	- ReadyForQuery I
	+ DataRow "1"
	+ CommandComplete "SELECT 1"
	+ ReadyForQuery I
diff:14: until ReadyForQuery ReadyForQuery (- recorded, + received)
	  ErrorResponse ERROR 42601 "another text"
	  ReadyForQuery I
	- ErrorResponse ERROR 42704 "another code"
	- ReadyForQuery I
	+ ErrorResponse ERROR 42601 "the toy does not know \"unknown\""
	+ ReadyForQuery I
`
	if diff := wiretest.Diff(s, got, wiretest.Portable); diff != want {
		t.Errorf("got\n%swant\n%s", diff, want)
	}
	if diff := wiretest.Diff(s, got, wiretest.Exact); !strings.Contains(diff, "- ErrorResponse ERROR 42601 \"another text\"") {
		t.Errorf("exact comparison passes over the text of an error:\n%s", diff)
	}
}

// TestScriptErrors shows what a script may not say.
func TestScriptErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"\tSync":         "bad:1: a message outside a block",
		"# note\n\tSync": "bad:2: a message outside a block",
		"sned\n":         `bad:1: "sned" is neither send nor until`,
		"until\n":        "bad:1: until takes names of messages, send takes nothing",
		"send now\n":     "bad:1: until takes names of messages, send takes nothing",
	} {
		if _, err := wiretest.ParseScript("bad", text); err == nil || err.Error() != want {
			t.Errorf("%q: %v", text, err)
		}
	}
	c := connect(t)
	for message, want := range map[string]string{
		`Qurey "x"`:                         "no frontend message",
		`Query "x" limit=1`:                 "means nothing here",
		`Query x`:                           "neither key=value nor a quoted string",
		`Query "a" "b"`:                     "given twice",
		`Parse sql=x`:                       "not a quoted string",
		`Execute limit=many`:                "invalid syntax",
		`Describe`:                          "neither portal nor statement",
		`Bind params="a",b`:                 "not a quoted string",
		`Describe portal="a" statement="b"`: "means nothing here",
	} {
		s, err := wiretest.ParseScript("bad", "send\n\t"+message+"\n")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Run(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", message, err)
		}
	}
}

// TestRoundTrip shows that recording a script changes nothing but the answers.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	wiretest.Each(t, pgtest.Scripts(), func(t *testing.T, s *wiretest.Script) {
		text, err := fs.ReadFile(pgtest.Scripts(), s.Name)
		if err != nil {
			t.Fatal(err)
		}
		if s.String() != string(text) {
			t.Error("its text changes when it is read and written")
		}
	})
}
