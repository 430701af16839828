// Package duckdb is the embedded engine: DuckDB in this process, read as a
// stream of Arrow record batches.
//
// It uses DuckDB's C API through duckdb-go-bindings and never database/sql,
// because only the C API streams: the memory of a result is a few chunks, however
// many rows it has.
//
// A DuckDB connection holds one open stream. A session is one connection, so a
// stream that is open when the session is used for anything else is first
// drained into a [spool.Spool]; whoever reads it does not notice.
//
// DuckDB in process is no sandbox. The settings of seal.go and the gate of
// gate.go are the second line of a defence whose first line is the dialect's
// gate, and whose last line is a process boundary (engine/worker).
package duckdb

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/pgfunc"
	"github.com/csvsql/csvsql/engine/spool"
)

// Options open an engine. The zero value is a database in memory that reads no
// files and never spills.
type Options struct {
	// Path is the database file; "" keeps the database in memory. The file has
	// to lie outside of DataDirs.
	Path string
	// TempDir is a private directory to which DuckDB spills what does not fit
	// in Memory; if it is "", such a statement fails with 53200.
	TempDir string
	// DataDirs and DataFiles are the files that may be read: everything below
	// the directories, and single files beside them. Absolute paths.
	DataDirs, DataFiles []string
	// LoadDir is a directory of files that were made to be loaded: Load may read
	// them, statements may not. Absolute; "" for none.
	LoadDir string
	// Threads is how many threads DuckDB uses; 0 means one for each core.
	Threads int
	// Memory is DuckDB's memory limit in bytes; 0 means 80 % of the machine's
	// or the control group's. It bounds what DuckDB accounts for, not the
	// process.
	Memory int64
	// ReadAhead has a long result fetch its next batch while the last one is read.
	// That pays if whoever reads takes about as long as the engine, and costs two
	// switches of threads if it only passes batches on.
	ReadAhead bool
	// Spool says where suspended results are kept.
	Spool spool.Options
	// Builtins are the catalog that is served beside the tables. They hold code:
	// whoever sends Options to another process adds them there.
	Builtins engine.Builtins `json:"-"`
}

// Engine is an open database. It implements [engine.Engine].
type Engine struct {
	options Options
	db      duck.Database
	catalog string            // DuckDB's name for the database
	paths   *strings.Replacer // takes the server's directories out of messages
	access  access
	version atomic.Uint64 // see engine.Session.Version
	changes changes
	helpers *helpers
	number  uint32 // that others which ran before, or run elsewhere, hardly have: see snapshotName

	loggedSchema atomic.Bool // see saveSchemas

	relations    map[string]*relation // by relationKey
	shared       publisher
	byConnection sync.Map // of uint64, DuckDB's number of a connection, to *session

	closed   atomic.Bool
	mu       sync.Mutex
	sessions map[*session]struct{}
}

var _ engine.Engine = (*Engine)(nil)

// Open opens the database and seals it: from then on no statement can change a
// setting of the instance, load an extension, or reach a file outside of the
// given ones. The caller closes the Engine.
func Open(ctx context.Context, o Options) (*Engine, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	e := &Engine{options: o, number: rand.Uint32(), paths: pathRemover(o), access: newAccess(o), sessions: map[*session]struct{}{}, relations: map[string]*relation{}}
	for _, r := range o.Builtins.Relations {
		e.relations[relationKey(r.Name)] = newRelation(r)
	}
	if err := openDatabase(o.Path, &e.db); err != nil {
		return nil, err
	}
	err := e.furnish()
	if err == nil && o.Path != "" {
		err = e.loadIndexes(ctx)
	}
	if err != nil {
		e.helpers.stop()
		duck.Close(&e.db)
		return nil, err
	}
	return e, nil
}

// furnish makes the open database what sessions expect.
func (e *Engine) furnish() error {
	c, err := connect(e.db)
	if err != nil {
		return err
	}
	defer c.close()
	err = errors.Join(c.registerNumeric(), c.registerJSONB(), c.registerTID(), e.registerRelations(c), e.registerFunctions(c, pgfunc.Functions()),
		e.registerFunctions(c, e.options.Builtins.Functions), c.attachMacros())
	if err != nil {
		return err
	}
	if e.helpers, err = c.takeThreads(e.db, e.options.Threads); err != nil {
		return err
	}
	if err := c.seal(e.options); err != nil {
		return err
	}
	if e.catalog, err = c.text("SELECT current_database()"); err != nil {
		return err
	}
	if e.options.Path != "" { // see saveSchemas: public may be new
		if text := c.run(checkpoint(e.catalog)); text != "" {
			return newError(text)
		}
	}
	return nil
}

func openDatabase(path string, db *duck.Database) error {
	if path == "" {
		path = ":memory:"
	}
	var config duck.Config
	if duck.CreateConfig(&config) == duck.StateError {
		return engine.Errorf("53200", "out of memory")
	}
	defer duck.DestroyConfig(&config)
	var text string
	if duck.OpenExt(path, db, config, &text) == duck.StateError {
		return newError(text)
	}
	return nil
}

// Info says which DuckDB this is.
func (e *Engine) Info(context.Context) (engine.Info, error) {
	return engine.Info{Name: "duckdb", Version: duck.LibraryVersion()}, nil
}

// Open opens a session with a connection of its own.
func (e *Engine) Open(ctx context.Context, o engine.SessionOptions) (engine.Session, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed.Load() {
		return nil, errClosed()
	}
	s, err := openSession(ctx, e, o)
	if err != nil {
		return nil, err
	}
	e.sessions[s] = struct{}{}
	return s, nil
}

// Close interrupts and ends every session, and then closes the database. If ctx
// is done before a running statement has given way, Close returns and the
// database stays open until it has.
func (e *Engine) Close(ctx context.Context) error {
	e.mu.Lock()
	if e.closed.Swap(true) {
		e.mu.Unlock()
		return nil
	}
	sessions := e.sessions
	e.sessions = nil
	e.mu.Unlock()

	done := make(chan struct{})
	go func() {
		defer close(done)
		var wait sync.WaitGroup
		for s := range sessions {
			wait.Go(s.shutDown)
		}
		wait.Wait()
		e.helpers.stop()
		duck.Close(&e.db)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (e *Engine) forget(s *session) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.sessions, s)
}

func errClosed() *engine.Error {
	e := engine.Errorf("57P01", "the engine has been shut down")
	e.Lost = true
	return e
}

// pathRemover takes directories that are no business of a client's out of
// messages: what is left of a data file's path is the name the user knows.
func pathRemover(o Options) *strings.Replacer {
	dirs := append([]string{o.TempDir, o.Spool.Dir}, o.DataDirs...)
	if o.Path != "" {
		dirs = append(dirs, filepath.Dir(o.Path))
	}
	for _, f := range o.DataFiles {
		dirs = append(dirs, filepath.Dir(f))
	}
	var pairs []string
	for _, dir := range dirs {
		if dir == "" {
			continue
		}
		for _, d := range pathForms(dir) {
			if d != "." && d != string(filepath.Separator) {
				pairs = append(pairs, d+string(filepath.Separator), "")
			}
		}
	}
	return strings.NewReplacer(pairs...)
}
