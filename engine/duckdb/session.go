package duckdb

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

// session is a connection and what is open on it. It implements
// [engine.Session] and [engine.Transactor].
//
// Every method takes mu, because Engine.Close ends sessions from outside; their
// user is one goroutine, so it never waits for anything else.
type session struct {
	engine  *Engine
	options engine.SessionOptions
	c       *connection
	number  uint64 // of the connection, in Engine.byConnection

	private publisher // see Publish
	memo    memo
	effects effects

	mu         callLock
	closed     error             // what every call fails with from then on
	arrow      duck.ArrowOptions // of the connection: they carry its time zone
	stream     *result           // the one result that reads from the connection
	results    map[*result]struct{}
	statements map[*statement]struct{}

	inTransaction bool
	begun         moment // before the transaction began
	changed       bool   // the transaction has changed the catalog
	changedRows   bool   // the transaction has changed rows
	epoch         uint64 // counts beginnings and ends of transactions, and changes of rows in one
}

var (
	_ engine.Session     = (*session)(nil)
	_ engine.Transactor  = (*session)(nil)
	_ engine.CatalogHost = (*session)(nil)
	_ engine.Inspector   = (*session)(nil)
)

func openSession(ctx context.Context, e *Engine, o engine.SessionOptions) (*session, error) {
	if ctx.Err() != nil {
		return nil, canceled(ctx)
	}
	c, err := connect(e.db)
	if err != nil {
		return nil, err
	}
	text := c.run(sessionSettings(o))
	if text != "" && newError(text).Code == "3F000" {
		text = c.run(noSearchPath) // somebody has dropped public
	}
	if text != "" {
		c.close()
		return nil, newError(text)
	}
	s := &session{
		engine:     e,
		options:    o,
		c:          c,
		mu:         callLock{helpers: e.helpers},
		results:    map[*result]struct{}{},
		statements: map[*statement]struct{}{},
	}
	duck.ConnectionGetArrowOptions(c.native, &s.arrow)
	var client duck.ClientContext
	duck.ConnectionGetClientContext(c.native, &client)
	s.number = uint64(duck.ClientContextGetConnectionId(client))
	duck.DestroyClientContext(&client)
	e.byConnection.Store(s.number, s)
	return s, nil
}

// sessionSettings makes a connection answer as this user's PostgreSQL would.
// Macros of the temporary schema are found before the functions of that name,
// also where SQL has them without parentheses.
func sessionSettings(o engine.SessionOptions) string {
	var b strings.Builder
	b.WriteString("SET errors_as_json = true;")
	macro := func(name, value string) {
		fmt.Fprintf(&b, "CREATE TEMP MACRO %s() AS %s;", identifier(name), literal(value))
	}
	if o.User != "" {
		macro("current_user", o.User)
		macro("session_user", o.User)
		macro("user", o.User)
	}
	if o.Database != "" {
		macro("current_database", o.Database)
		macro("current_catalog", o.Database)
	}
	macro("version", serverVersion())
	b.WriteString("SET search_path = 'public'") // the last: it may fail
	return b.String()
}

// noSearchPath makes a connection look nowhere but among what PostgreSQL has. With
// an empty list DuckDB would go back to its own default.
const noSearchPath = "SET search_path = 'pg_catalog'"

// serverVersion is the answer to version(). Clients read the PostgreSQL version
// at its start.
func serverVersion() string {
	return "PostgreSQL 15.0 (csvsql, DuckDB " + strings.TrimPrefix(duck.LibraryVersion(), "v") + ")"
}

// begin starts a call: it locks the session and makes the connection free. If
// it fails the session is not locked.
func (s *session) begin(ctx context.Context) error {
	s.mu.Lock()
	err := s.usable(ctx)
	if err == nil {
		err = s.giveWay(ctx)
	}
	if err != nil {
		s.mu.Unlock()
	}
	return err
}

func (s *session) usable(ctx context.Context) error {
	if s.closed != nil {
		return s.closed
	}
	if ctx.Err() != nil {
		return canceled(ctx)
	}
	return nil
}

// giveWay takes the connection from the result that reads from it.
func (s *session) giveWay(ctx context.Context) error {
	if s.stream == nil {
		return nil
	}
	return s.stream.drain(ctx)
}

// Prepare implements [engine.Session].
func (s *session) Prepare(ctx context.Context, sql string, params []arrow.DataType) (engine.Statement, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	return s.prepare(ctx, sql, params)
}

// Version implements [engine.Session].
func (s *session) Version() uint64 { return s.engine.version.Load() }

// catalogChanged makes Version change.
func (s *session) catalogChanged() {
	s.changed = s.inTransaction
	s.engine.version.Add(1)
}

// Set implements [engine.Session].
func (s *session) Set(ctx context.Context, name, value string) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	switch strings.ToLower(name) {
	case "timezone":
		return s.setTimeZone(ctx, value)
	case "search_path":
		return s.setSearchPath(ctx, value)
	}
	return engine.Errorf("42704", "unrecognized configuration parameter %q", name)
}

func (s *session) setTimeZone(ctx context.Context, zone string) error {
	err := s.run(ctx, set("TimeZone", zone))
	if e := (*engine.Error)(nil); errors.As(err, &e) && e.Code == "0A000" { // it knows no such zone
		return engine.Errorf("22023", `invalid value for parameter "TimeZone": "%s"`, zone)
	}
	if err != nil {
		return err
	}
	duck.DestroyArrowOptions(&s.arrow)
	duck.ConnectionGetArrowOptions(s.c.native, &s.arrow)
	return nil
}

// setSearchPath sets the schemas of the list that exist. PostgreSQL looks for
// the others each time a name is looked up; DuckDB refuses them.
func (s *session) setSearchPath(ctx context.Context, path string) error {
	names, err := splitIdentifiers(path)
	if err != nil {
		return err
	}
	rows, err := s.query(ctx, "SELECT schema_name FROM system.main.duckdb_schemas() WHERE database_name IN ("+
		literal(s.engine.catalog)+", 'system')")
	if err != nil {
		return err
	}
	exists := map[string]bool{}
	for _, r := range rows {
		exists[r[0]] = true
	}
	var found []string
	for _, n := range names {
		if exists[n] {
			found = append(found, identifier(n))
		}
	}
	if len(found) == 0 {
		return s.run(ctx, noSearchPath)
	}
	return s.run(ctx, set("search_path", strings.Join(found, ",")))
}

// splitIdentifiers splits a list of names as search_path has it: folded to
// lower case unless quoted.
func splitIdentifiers(list string) ([]string, error) {
	var names []string
	for rest := strings.TrimSpace(list); rest != ""; {
		var name string
		if rest[0] == '"' {
			var b strings.Builder
			rest = rest[1:]
			for {
				before, after, ok := strings.Cut(rest, `"`)
				if !ok {
					return nil, engine.Errorf("22023", `invalid list syntax in parameter "search_path"`)
				}
				b.WriteString(before)
				rest = after
				if !strings.HasPrefix(rest, `"`) {
					break
				}
				b.WriteByte('"')
				rest = rest[1:]
			}
			name = b.String()
		} else {
			end := strings.IndexByte(rest, ',')
			if end < 0 {
				end = len(rest)
			}
			name = strings.ToLower(strings.TrimSpace(rest[:end]))
			rest = rest[end:]
		}
		names = append(names, name)
		rest = strings.TrimSpace(rest)
		if rest == "" {
			break
		}
		if rest[0] != ',' {
			return nil, engine.Errorf("22023", `invalid list syntax in parameter "search_path"`)
		}
		rest = strings.TrimSpace(rest[1:])
	}
	return names, nil
}

// Close implements [engine.Session].
func (s *session) Close(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end(engine.Errorf("08003", "the session is closed"))
	return nil
}

// shutDown ends the session for Engine.Close, whatever it is doing.
func (s *session) shutDown() {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		s.c.keepInterrupting(quit)
	}()
	s.mu.Lock()
	close(quit)
	<-done
	s.end(errClosed())
	s.mu.Unlock()
}

// end frees everything of the session. mu is held.
func (s *session) end(reason *engine.Error) {
	if s.closed != nil {
		return
	}
	for r := range s.results {
		r.fail(reason)
	}
	for st := range s.statements {
		st.free()
	}
	duck.DestroyArrowOptions(&s.arrow)
	s.engine.byConnection.Delete(s.number)
	s.c.close()
	s.closed = reason
	s.engine.forget(s)
}

// failure is the error for DuckDB's text about a call that ran under ctx.
func (s *session) failure(ctx context.Context, text string) *engine.Error {
	e := newError(text)
	if e.Code == "57014" {
		if s.engine.closed.Load() {
			return errClosed()
		}
		if ctx.Err() != nil {
			return canceled(ctx)
		}
	}
	e.Message = s.engine.paths.Replace(e.Message)
	e.Detail = s.engine.paths.Replace(e.Detail)
	e.Hint = s.engine.paths.Replace(e.Hint)
	return e
}

// run executes statements of the engine's own, which have no rows.
func (s *session) run(ctx context.Context, sql string) error {
	watch := s.c.interruptOn(ctx)
	text := s.c.run(sql)
	watch.stop()
	if text != "" {
		return s.failure(ctx, text)
	}
	return nil
}
