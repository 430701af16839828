// Package server is the glue: it serves the tables of engines to the clients of
// package wire.
//
// A statement's way: session.Parse cuts the text (package dialect). What the
// server answers itself becomes a command (SET, BEGIN, LOAD, ...), the rest a
// query, which the engine prepares at Describe and runs at Execute; its record
// batches go through package encoding to the client.
package server

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/csvsql/csvsql/catalog"
	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/engine/dialect/columns"
	"github.com/csvsql/csvsql/engine/dialect/rewrite"
	"github.com/csvsql/csvsql/engine/spool"
	"github.com/csvsql/csvsql/internal/settings"
	"github.com/csvsql/csvsql/wire"
)

// Version is the PostgreSQL version whose protocol and SQL are spoken. Clients
// choose what they send by it.
const Version = "15.0"

// Handler opens a session for each client. It must not be copied.
type Handler struct {
	// Database is that of a user, who has it until he calls release.
	Database func(ctx context.Context, user string) (d *Database, release func(), err error)

	translations rewrite.Cache
	columns      statementCache[[]columns.Column]
	checked      statementCache[checked]
	// Spool limits what each cursor with SCROLL or WITH HOLD keeps.
	Spool spool.Options

	// Log is told of what clients ask of the catalog and do not get; nil: nobody is.
	Log *slog.Logger

	probes probes
}

// Open implements wire.Handler.
func (h *Handler) Open(ctx context.Context, c *wire.Conn) (wire.Session, error) {
	addPostgresSettings()
	db, release, err := h.Database(ctx, c.Identity().Role)
	if err != nil {
		return nil, toWire(err, nil)
	}
	s := &session{handler: h, database: db, giveBack: release, conn: c, output: *encoding.DefaultSettings()}
	s.settings = settings.New(s.changed)
	if err := s.openEngine(ctx); err != nil {
		release()
		return nil, toWire(err, nil)
	}
	db.enter(s)
	if err := s.boot(); err != nil {
		s.Close()
		return nil, toWire(err, nil)
	}
	return s, nil
}

// boot sets what the client asked for at its start, and reports the outcome.
func (s *session) boot() error {
	timeouts := s.conn.Timeouts() // the server's
	start := []wire.Param{
		{Name: "session_authorization", Value: s.conn.Identity().Role},
		{Name: "server_version", Value: Version},
		{Name: "statement_timeout", Value: milliseconds(timeouts.Statement)},
		{Name: "idle_in_transaction_session_timeout", Value: milliseconds(timeouts.IdleInTransaction)},
		{Name: "idle_session_timeout", Value: milliseconds(timeouts.Idle)},
	}
	for _, p := range append(start, s.conn.Startup().Params...) {
		if err := s.settings.Boot(p.Name, p.Value); err != nil {
			return err
		}
	}
	for p := range settings.All() {
		value, err := s.settings.Get(p.Name)
		if err != nil {
			return err
		}
		if p.Report {
			s.conn.Report(p.Name, value)
		}
	}
	return nil
}

// addPostgresSettings makes PostgreSQL's parameters known that change nothing here.
var addPostgresSettings = sync.OnceFunc(func() {
	var list []settings.Postgres
	for _, p := range catalog.Parameters() {
		list = append(list, settings.Postgres(p))
	}
	settings.Add(list)
})

// milliseconds is a duration as a setting has it.
func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
