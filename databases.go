package csvsql

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/csvsql/csvsql/catalog"
	"github.com/csvsql/csvsql/datasets"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/duckdb"
	"github.com/csvsql/csvsql/engine/spool"
	"github.com/csvsql/csvsql/engine/worker"
	"github.com/csvsql/csvsql/engine/worker/sandbox"
	"github.com/csvsql/csvsql/internal/lease"
	"github.com/csvsql/csvsql/internal/server"
	"github.com/csvsql/csvsql/wire"
)

// Workers says which users share an engine, and with it its process and tables.
type Workers string

const (
	// WorkersShared is one engine for all users.
	WorkersShared Workers = "shared"
	// WorkersUser is an engine for each user, in a process of its own: it starts when
	// he connects, with tables of the files that LoadAll was given, and ends when he
	// has not been connected for Options.WorkerIdle. What he makes, crashes or fills
	// is his own. His tables are kept until Shutdown, and in Options.Database for
	// longer.
	WorkersUser Workers = "user"
)

const (
	defaultMaxWorkers = 8
	defaultWorkerIdle = 10 * time.Minute
)

// databases are those of a Server, each with an engine: one for all users, or one
// for each.
type databases struct {
	options Options
	private string // directory
	counts  worker.Counts
	pool    *lease.Pool[*database] // by owner

	mu    sync.Mutex
	files []datasets.Request // that a user's database begins with
}

// everyone owns the database that users share. No user has this name.
const everyone = ""

// newDatabases checks the options. The caller closes the databases: ends their pool.
func newDatabases(o Options, private string) (*databases, error) {
	if o.MaxWorkers < 0 {
		return nil, fmt.Errorf("%d workers are less than none", o.MaxWorkers)
	}
	o.MaxWorkers, o.WorkerIdle = cmp.Or(o.MaxWorkers, defaultMaxWorkers), cmp.Or(o.WorkerIdle, defaultWorkerIdle)
	if o.Log == nil {
		o.Log = slog.Default()
	}
	switch o.Workers {
	case "", WorkersShared:
		o.MaxWorkers = 1
	case WorkersUser:
		if o.Isolation == IsolateNone {
			return nil, fmt.Errorf("workers %q: there are none with isolation %q", o.Workers, o.Isolation)
		}
		o.Isolation = IsolateProcess
		o.Memory = cmp.Or(o.Memory, sandbox.MachineMemory()/10*8) / int64(o.MaxWorkers)
		if err := checkHomes(o, private); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("workers %q: it is %q or %q", o.Workers, WorkersShared, WorkersUser)
	}
	d := &databases{options: o, private: private}
	d.pool = lease.New(lease.Options[*database]{Open: d.open, End: d.end, Idle: o.WorkerIdle, Max: o.MaxWorkers})
	return d, nil
}

// checkHomes refuses directories in which users could read each other's databases.
func checkHomes(o Options, private string) error {
	if info, err := os.Stat(o.Database); err == nil && !info.IsDir() {
		return fmt.Errorf("%s is a file: with an engine for each user it is a directory, which has theirs", o.Database)
	}
	data, err := datasets.New(o.DataDirs, nil)
	if err != nil {
		return err
	}
	for _, homes := range []string{o.Database, private} {
		if homes != "" && data.Allows(homes) {
			return fmt.Errorf("users could read each other's tables: %s, where they are kept, is in a data directory; choose others (--data-dir)", homes)
		}
	}
	return nil
}

// owner is whose database a user has.
func (d *databases) owner(user string) string {
	if d.options.Workers == WorkersUser {
		return user
	}
	return everyone
}

// get returns the database of a user, for a session.
func (d *databases) get(ctx context.Context, user string) (*server.Database, func(), error) {
	db, release, err := d.pool.Get(ctx, d.owner(user))
	switch {
	case err == nil:
		return &db.Database, release, nil
	case errors.Is(err, lease.ErrFull):
		e := wire.Errorf("53300", "there are engines for %d users at a time, and as many are connected", d.options.MaxWorkers)
		e.Hint = "Connect when one of them has gone; the server may be started with more (--max-workers)."
		return nil, nil, e
	case errors.Is(err, lease.ErrClosed):
		return nil, nil, wire.ErrShutdown
	case ctx.Err() != nil:
		return nil, nil, err
	}
	e := wire.Errorf("57P03", "the engine of user %q cannot be started", user)
	e.Hint = "It is tried again at the next connection; the server's log says what is wrong."
	return nil, nil, e
}

// open opens the database of an owner.
func (d *databases) open(ctx context.Context, owner string) (*database, error) {
	db, err := d.openEngine(ctx, owner)
	if err != nil {
		if owner != everyone {
			d.options.Log.Error("the engine of a user cannot be started", "user", owner, "err", err)
		}
		return nil, err
	}
	d.loadFiles(ctx, owner, db)
	return db, nil
}

func (d *databases) openEngine(ctx context.Context, owner string) (*database, error) {
	data, err := datasets.New(d.options.DataDirs, d.options.DataFiles)
	if err != nil {
		return nil, err
	}
	file, temporary, err := d.place(owner)
	if err != nil {
		return nil, err
	}
	data.Scratch = loadDir(temporary)
	if err := os.MkdirAll(data.Scratch, 0o700); err != nil {
		return nil, err
	}
	eng, err := d.startEngine(ctx, owner, file, temporary)
	if err != nil {
		return nil, err
	}
	return &database{Database: server.Database{Engine: eng, Data: data}}, nil
}

// startEngine starts an engine on a file, as the options say.
func (d *databases) startEngine(ctx context.Context, owner, file, temporary string) (engine.Engine, error) {
	o := d.options
	if owner != everyone {
		o.Log = o.Log.With("user", owner)
	}
	return startEngine(ctx, o, &d.counts, duckdb.Options{
		Path:      file,
		TempDir:   temporary,
		DataDirs:  o.DataDirs,
		DataFiles: o.DataFiles,
		LoadDir:   loadDir(temporary),
		Memory:    o.Memory,
		Threads:   o.Threads,
		Builtins:  catalog.Builtins(),
		Spool:     spool.Options{Dir: temporary},
	})
}

// try starts an engine and ends it: what is wrong with the options is told when the
// server starts, and not to its first user.
func (d *databases) try(ctx context.Context) error {
	dir, err := os.MkdirTemp(d.private, "")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	eng, err := d.startEngine(ctx, everyone, filepath.Join(dir, databaseName), dir)
	if err != nil {
		return err
	}
	return eng.Close(context.WithoutCancel(ctx))
}

// databaseName is the name of a database's file where nobody has given it another.
const databaseName = "tables.duckdb"

// place is where a database lies, and what is temporary of it. The engine's process
// may write to both directories, so no user's has the database of another.
func (d *databases) place(owner string) (file, temporary string, err error) {
	if owner == everyone {
		return cmp.Or(d.options.Database, filepath.Join(d.private, databaseName)), d.private, nil
	}
	home := filepath.Join(cmp.Or(d.options.Database, d.private), directoryName(owner))
	temporary = filepath.Join(d.private, directoryName(owner))
	return filepath.Join(home, databaseName), temporary, errors.Join(os.MkdirAll(home, 0o700), os.MkdirAll(temporary, 0o700))
}

// loadDir is where copies of files lie that the engine could not read as they are.
func loadDir(temporary string) string { return filepath.Join(temporary, "load") }

// directoryName is the name of a user as a file's: what is not a small letter of
// ASCII, a digit, - or _ is %XX, so that no two are the same on any file system.
func directoryName(user string) string {
	var b strings.Builder
	for _, c := range []byte(user) {
		if 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// end closes a database.
func (d *databases) end(owner string, db *database) error {
	db.stopLoading()
	db.loading.Wait()
	err := db.Engine.Close(context.Background())
	if err != nil && owner != everyone {
		d.options.Log.Error("the engine of a user did not end well", "user", owner, "err", err)
	}
	return err
}
