package server

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/csvsql/csvsql/catalog"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect/rewrite"
	"github.com/csvsql/csvsql/wire"
)

// The catalog's rows are published to the engine before a statement that reads
// them is prepared, and again before it is executed: those of the database once
// for all sessions whenever the engine's version has changed, those of a session
// for itself. A session that has temporary tables, or has changed tables in a
// transaction that is open, sees a database of its own.

// sharedCatalog publishes what is committed. It reads that in a session of its
// own, since those of clients may be in the middle of a transaction.
type sharedCatalog struct {
	mu          sync.Mutex
	snapshot    *catalog.Snapshot // the latest; nil: none was needed yet
	version     uint64            // of what is published
	incarnation uint64            // of the engine, in which that is; 0: nothing is
}

// read is what is committed, as of the version that s is at.
func (c *sharedCatalog) read(ctx context.Context, e engine.Engine, version uint64) (*catalog.Snapshot, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.snapshot != nil && c.snapshot.Version == version {
		return c.snapshot, nil
	}
	s, err := e.Open(ctx, engine.SessionOptions{})
	if err != nil {
		return nil, err
	}
	defer s.Close(context.WithoutCancel(ctx))
	snapshot, err := catalog.Read(ctx, s)
	if err == nil {
		c.snapshot = snapshot
	}
	return snapshot, err
}

// refresh publishes the shared rows in an incarnation of the engine, to which ctx
// is bound, if they are not its latest. s is any session of the engine.
func (c *sharedCatalog) refresh(ctx context.Context, e engine.Engine, s engine.Session, incarnation uint64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.incarnation == incarnation && c.version == s.Version() {
		return nil
	}
	own, err := e.Open(ctx, engine.SessionOptions{})
	if err != nil {
		return err
	}
	defer own.Close(context.WithoutCancel(ctx))
	snapshot, err := catalog.Read(ctx, own)
	if err != nil {
		return err
	}
	c.snapshot = snapshot
	if err := own.(engine.CatalogHost).Publish(ctx, engine.Shared, snapshot.Version, snapshot.Relations()); err != nil {
		return err
	}
	c.incarnation, c.version = incarnation, snapshot.Version
	return nil
}

// sessionCatalog is what a session has published for itself.
type sessionCatalog struct {
	ready       bool   // its settings and its role, as they are
	incarnation uint64 // of the engine, in which all that is
	changes     bool   // it has executed DDL, and may have tables of its own
	own         bool   // it has published its own view of the database
	version     uint64

	snapshot *catalog.Snapshot // its own view, if it has one
}

// snapshot is the database as this session sees it.
func (s *session) snapshot(ctx context.Context) (*catalog.Snapshot, error) {
	version := s.engine.Version()
	if !s.catalog.changes {
		return s.database.catalog.read(ctx, s.database.Engine, version)
	}
	if own := s.catalog.snapshot; own != nil && own.Version == version {
		return own, nil
	}
	own, err := catalog.Read(ctx, s.engine)
	if err == nil {
		s.catalog.snapshot = own
	}
	return own, err
}

// withCatalog calls f when what a statement with these words may read of the
// catalog is published, with a context that is bound to where it is. If the engine
// was started again before f had an effect, f is called once more.
func (s *session) withCatalog(ctx context.Context, words []string, f func(ctx context.Context) error) error {
	host, ok := s.engine.(engine.CatalogHost)
	if !ok {
		return f(ctx)
	}
	for {
		n, err := host.Incarnation(ctx)
		if err != nil {
			return err
		}
		bound := engine.WithIncarnation(ctx, n)
		if err = s.publishCatalog(bound, host, n, words); err == nil {
			err = f(bound)
		}
		if !errors.Is(err, engine.ErrRestarted) {
			return err
		}
	}
}

// publishCatalog publishes what withCatalog says.
func (s *session) publishCatalog(ctx context.Context, host engine.CatalogHost, incarnation uint64, words []string) error {
	if err := s.database.catalog.refresh(ctx, s.database.Engine, s.engine, incarnation); err != nil {
		return err
	}
	if s.catalog.incarnation != incarnation {
		s.catalog = sessionCatalog{incarnation: incarnation, changes: s.catalog.changes}
	}
	if err := s.publishOwnTables(ctx, host); err != nil {
		return err
	}
	if !s.catalog.ready {
		if err := host.Publish(ctx, engine.Private, 0, s.describe().Relations()); err != nil {
			return err
		}
		s.catalog.ready = true
	}
	if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(w, "_backend") || w == "pg_stat_activity" }) {
		if err := host.Publish(ctx, engine.Private, 0, catalog.Activity(s.backends())); err != nil {
			return err
		}
	}
	if slices.Contains(words, "pg_stat_progress_copy") {
		if err := host.Publish(ctx, engine.Private, 0, catalog.Copies(s.copies())); err != nil {
			return err
		}
	}
	if slices.Contains(words, "pg_prepared_statements") || slices.Contains(words, "pg_cursors") {
		return host.Publish(ctx, engine.Private, 0, catalog.Statements(s.statements()))
	}
	return nil
}

// publishOwnTables publishes the database as this session sees it, if others see
// another one.
func (s *session) publishOwnTables(ctx context.Context, host engine.CatalogHost) error {
	version := s.engine.Version()
	if !s.catalog.changes || s.catalog.version == version {
		return nil
	}
	snapshot, err := s.snapshot(ctx)
	if err != nil {
		return err
	}
	inTransaction := s.implicit || s.conn.TxStatus() != wire.Idle
	if own := inTransaction || snapshot.HasTemporary(); own {
		err = host.Publish(ctx, engine.Private, 0, snapshot.Relations())
		s.catalog.own = true
	} else {
		if s.catalog.own {
			err = host.Publish(ctx, engine.Private, 0, snapshot.Withdrawal())
		}
		s.catalog.own, s.catalog.changes = false, false
	}
	s.catalog.version = version
	return err
}

// describe is this session for the catalog.
func (s *session) describe() *catalog.Session {
	return &catalog.Session{
		Database: s.conn.Startup().Database,
		User:     s.conn.Identity().Role,
		PID:      s.conn.PID(),
		Client:   s.conn.RemoteAddr(),
		Setting: func(name string) (string, bool) {
			value, err := s.settings.Get(name)
			return value, err == nil
		},
	}
}

// statements are the prepared statements and cursors of this session.
func (s *session) statements() (prepared, cursors []catalog.Named) {
	for name, p := range s.conn.Store().Statements() {
		if name != "" {
			prepared = append(prepared, catalog.Named{Name: name, SQL: p.SQL, FromSQL: p.FromSQL, Created: p.Created})
		}
	}
	for name, p := range s.conn.Store().Portals() {
		if name != "" {
			cursors = append(cursors, catalog.Named{Name: name, SQL: p.Prepared().SQL, Holdable: p.Hold(), Scrolls: p.Scroll()})
		}
	}
	byName := func(a, b catalog.Named) int { return strings.Compare(a.Name, b.Name) }
	slices.SortFunc(prepared, byName)
	slices.SortFunc(cursors, byName)
	return prepared, cursors
}

// references are the relations and functions that statements are redirected to.
var references = sync.OnceValue(func() *rewrite.Catalog {
	return &rewrite.Catalog{Relations: catalog.ColumnNames(), Functions: catalog.FunctionNames()}
})
