package pgtest_test

import (
	"context"
	"io/fs"
	"net"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/csvsql/csvsql/internal/pgtest"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/oid"
)

// toy knows the statements of some scripts by heart. With it the protocol library
// alone is held to what PostgreSQL answers.
func toy(_ context.Context, c *wire.Conn, q wire.Query) ([]wire.Statement, error) {
	a := []wire.Column{wire.Col("a", oid.Int4)}
	five := wire.Table(a, []any{1}, []any{2}, []any{3}, []any{4}, []any{5})
	known := map[string]wire.Statement{
		"select a from (values (1),(2),(3),(4),(5)) as v(a)": five,
		"select a from (values (1),(2)) as v(a)":             wire.Table(a, []any{1}, []any{2}),
		"select a from (values (1)) as v(a) where a > 1":     wire.Table(a),
		"select 1 as a":         wire.Table(a, []any{1}),
		"select 2 as a":         wire.Table(a, []any{2}),
		"select 3 as a":         wire.Table(a, []any{3}),
		"select 4 as a":         wire.Table(a, []any{4}),
		"select 'between' as t": wire.Table([]wire.Column{wire.Col("t", oid.Text)}, []any{"between"}),
		"begin": wire.Do(func(context.Context) (wire.Result, error) {
			c.SetTxStatus(wire.InTx)
			return wire.Tag("BEGIN"), nil
		}),
		"commit":   ends{c, true},
		"rollback": ends{c, false},
		"select cast('x' || a as int) as a from generate_series(1,1) as g(a)": fails{wire.Table(a)},
		"select $1 as a": echo{[]wire.Column{wire.Col("a", oid.Text)}},
	}
	sql := strings.TrimSpace(strings.TrimRight(q.SQL, "; "))
	if sql == "" || strings.HasPrefix(sql, "--") || strings.HasPrefix(sql, "/*") {
		return nil, nil
	}
	s, ok := known[sql]
	if !ok {
		return nil, wire.Errorf("42601", "the toy does not know %q", sql)
	}
	return []wire.Statement{s}, nil
}

// ends is COMMIT or ROLLBACK.
type ends struct {
	c      *wire.Conn
	commit bool
}

func (ends) Describe(context.Context) (wire.Description, error) { return wire.Description{}, nil }
func (ends) ExitsTx() bool                                      { return true }

func (s ends) Execute(ctx context.Context, _ *wire.Bind) (wire.Result, error) {
	commit := s.commit && s.c.TxStatus() != wire.Failed
	err := s.c.EndTx(ctx, commit, func(context.Context) error { return nil })
	if commit {
		return wire.Tag("COMMIT"), err
	}
	return wire.Tag("ROLLBACK"), err
}

// fails has columns and no rows but an error.
type fails struct{ wire.Statement }

func (fails) Execute(context.Context, *wire.Bind) (wire.Result, error) {
	return nil, wire.Errorf("22P02", "a value is not what it should be")
}

// echo returns its parameter.
type echo struct{ columns []wire.Column }

func (s echo) Describe(context.Context) (wire.Description, error) {
	return wire.Description{Params: []oid.OID{oid.Text}, Columns: s.columns}, nil
}

func (s echo) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	text, err := b.Text(0)
	if err != nil {
		return nil, err
	}
	return wire.Table(s.columns, []any{text}).Execute(ctx, b)
}

// serve runs handler for the time of a test and returns its address.
func serve(t *testing.T, handler wire.Handler) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &wire.Server{Handler: handler}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	t.Cleanup(func() {
		srv.Close()
		<-served
	})
	return l.Addr().String()
}

func connect(t *testing.T, addr string) *client.Conn {
	c, err := client.Dial(t.Context(), addr, client.Config{User: "toy"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// TestToy plays those scripts against package wire whose statements the toy knows.
func TestToy(t *testing.T) {
	t.Parallel()
	known := make(fstest.MapFS)
	for _, name := range []string{
		"close.txt", "describe_unnamed.txt", "error_recovery.txt", "flush.txt",
		"malformed.txt", "malformed_length.txt", "malformed_length_huge.txt", "malformed_type.txt",
		"portal_lifetime.txt", "portal_limit.txt", "portal_several.txt",
		"statement_lifetime.txt", "transaction_status.txt", "empty_query.txt",
	} {
		text, err := fs.ReadFile(pgtest.Scripts(), name)
		if err != nil {
			t.Fatal(err)
		}
		known[name] = &fstest.MapFile{Data: text}
	}
	addr := serve(t, wire.ParseFunc(toy))
	pgtest.Replay(t, known, pgtest.Portable, func(t *testing.T) *client.Conn { return connect(t, addr) })
}

// TestDiff shows that a difference is found: a script is played against a server
// that answers otherwise.
func TestDiff(t *testing.T) {
	t.Parallel()
	s, err := pgtest.ParseScript("diff", `# A comment stays where it is.

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
	got, err := s.Run(connect(t, serve(t, wire.ParseFunc(toy))))
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
	if diff := pgtest.Diff(s, got, pgtest.Portable); diff != want {
		t.Errorf("got\n%swant\n%s", diff, want)
	}
	if diff := pgtest.Diff(s, got, pgtest.Exact); !strings.Contains(diff, "- ErrorResponse ERROR 42601 \"another text\"") {
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
		if _, err := pgtest.ParseScript("bad", text); err == nil || err.Error() != want {
			t.Errorf("%q: %v", text, err)
		}
	}
	c := connect(t, serve(t, wire.ParseFunc(toy)))
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
		s, err := pgtest.ParseScript("bad", "send\n\t"+message+"\n")
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
	pgtest.Each(t, pgtest.Scripts(), func(t *testing.T, s *pgtest.Script) {
		text, err := fs.ReadFile(pgtest.Scripts(), s.Name)
		if err != nil {
			t.Fatal(err)
		}
		if s.String() != string(text) {
			t.Error("its text changes when it is read and written")
		}
	})
}
