package server

import (
	"context"
	"sync/atomic"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/internal/advisory"
	"github.com/csvsql/csvsql/internal/notify"
	"github.com/csvsql/csvsql/internal/settings"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// session is one client.
type session struct {
	handler  *Handler
	database *Database
	giveBack func() // the database
	conn     *wire.Conn
	engine   engine.Session
	settings *settings.Values
	output   encoding.Settings // how values look, derived from settings
	// implicit says that a transaction is open in the engine that the client
	// did not ask for: the one around the statements up to the next Sync.
	implicit bool
	copying  atomic.Pointer[copying] // the COPY or LOAD that runs
	// dropAtCommit are temporary tables that go with the transaction: ON COMMIT DROP.
	dropAtCommit []string
	begun        uint64 // engine.Session.Version when the open transaction began
	// writes counts what was written, or tried, in the open transaction.
	writes     int
	savepoints []savepoint
	unstarted  []string // cursors that may not have been executed yet

	subscriptions []subscription // of the open transaction
	notifications notify.Queue   // of the open transaction
	locks         advisory.Owner
	taken         []heldLock // of the open transaction

	kept    keptStatements
	catalog sessionCatalog
	effects []engine.Effect // what functions of the running statement asked for
}

func (s *session) openEngine(ctx context.Context) (err error) {
	s.catalog, s.kept = sessionCatalog{}, keptStatements{}
	s.engine, err = s.database.Engine.Open(ctx, engine.SessionOptions{
		User:     s.conn.Identity().Role,
		Database: s.conn.Startup().Database,
		Host:     s,
	})
	return err
}

// Parse implements wire.Session. It looks at the text only.
func (s *session) Parse(_ context.Context, q wire.Query) ([]wire.Statement, error) {
	parts, err := dialect.Split(q.SQL)
	if err != nil {
		return nil, toWire(err, &source{text: q.SQL})
	}
	out := make([]wire.Statement, len(parts))
	for i, p := range parts {
		src := source{Statement: p, text: q.SQL, params: q.ParamTypes, simple: q.Simple, several: q.Simple && len(parts) > 1}
		if p.Utility != nil {
			out[i] = s.utility(&src)
		} else if p.Creation != nil {
			out[i] = &create{s: s, src: src}
		} else {
			out[i] = &query{s: s, src: src, declared: q.ParamTypes, alone: q.Simple && len(parts) == 1}
		}
	}
	return out, nil
}

// Close implements wire.Session.
func (s *session) Close() error {
	s.database.hub.Unlisten(s.conn, "")
	s.database.locks.Release(&s.locks, advisory.Transaction)
	s.database.locks.Release(&s.locks, advisory.Session)
	err := s.engine.Close(context.Background())
	s.database.leave(s)
	s.giveBack()
	return err
}

// Notice implements engine.Host.
func (s *session) Notice(n engine.Notice) {
	s.notify(&wire.Error{Severity: n.Severity, Code: n.Code, Message: n.Message, Detail: n.Detail, Hint: n.Hint})
}

// severities orders what client_min_messages chooses from.
var severities = map[string]int{
	"debug5": 0, "debug4": 0, "debug3": 0, "debug2": 0, "debug1": 0, "DEBUG": 0,
	"log": 1, "LOG": 1,
	"notice": 2, "NOTICE": 2,
	"warning": 3, "WARNING": 3,
	"error": 4,
}

// notify sends a notice, unless the client has said that it does not want such.
func (s *session) notify(n *wire.Error) {
	least, _ := s.settings.Get("client_min_messages")
	if n.Severity == "INFO" || severities[n.Severity] >= severities[least] {
		s.conn.Notice(n)
	}
}

func (s *session) warn(code, message string) {
	s.notify(&wire.Error{Severity: "WARNING", Code: code, Message: message})
}

// source is a statement and the whole text that the client sent it in, in
// which error positions count.
type source struct {
	dialect.Statement
	text    string
	params  []oid.OID // that the client has declared
	simple  bool      // from a Query: it is executed as soon as it is described
	several bool      // the text of a Query with other statements, of one transaction
}

// inBlock says whether the statement is in a transaction with others.
func (src *source) inBlock(s *session) bool {
	return src.several || s.conn.TxStatus() != wire.Idle
}
