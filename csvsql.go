// Package csvsql serves files as a PostgreSQL server: it loads CSV, JSON and
// Parquet files as tables and answers psql, drivers and BI tools.
//
//	worker := csvsql.Main() // the first line of main
//	...
//	srv, err := csvsql.New(ctx, csvsql.Options{DataDirs: []string{"data"}, Worker: worker})
//	...
//	for report, err := range srv.LoadAll(ctx, requests) { ... }
//	err = srv.Serve(listener)
//
// The command csvsql is this package with flags. Who wants the protocol without
// the files uses package wire.
package csvsql

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net"
	"time"

	"github.com/csvsql/csvsql/datasets"
	"github.com/csvsql/csvsql/engine/spool"
	"github.com/csvsql/csvsql/engine/worker"
	"github.com/csvsql/csvsql/internal/privdir"
	"github.com/csvsql/csvsql/internal/server"
	"github.com/csvsql/csvsql/wire"
)

// Options say what a Server may read and use. The zero value reads nothing and
// keeps its tables in a private temporary file.
type Options struct {
	// DataDirs are the directories below which LOAD and the reading functions
	// may read. DataFiles are single files that may be read besides.
	DataDirs  []string
	DataFiles []string
	// Database is the file that keeps the tables; with WorkersUser a directory, in
	// which there is one for each user. Empty: a private one, removed by Shutdown.
	Database string
	// Memory is what the engine may use, in bytes; 0 is 80 % of the machine's. With
	// WorkersUser each engine may use an equal part of it, however many there are.
	// What does not fit is spilled to disk.
	Memory int64
	// Threads an engine uses; 0 is one for each processor.
	Threads int
	// Workers says which users share an engine; empty is all of them.
	Workers Workers
	// MaxWorkers is how many engines there may be with WorkersUser; 0 is 8. Who
	// comes when there are as many takes the place of one that no user is connected
	// to, or is refused with 53300.
	MaxWorkers int
	// WorkerIdle is how long the engine of a user who is not connected lives on; 0
	// is ten minutes.
	WorkerIdle time.Duration
	// Worker is what Main returned when the program began. Without it the engine
	// runs in this process.
	Worker Worker
	// Isolation says where the engine runs; empty is in a process of its own where
	// that is possible. The log says where it is not.
	Isolation Isolation
	// RequireSandbox makes it an error if the engine's process cannot be kept from
	// the network, other programs and other files.
	RequireSandbox bool
	// KillAfter is how long a statement may go on after it was canceled before the
	// engine's process is ended, and started again; 0 is two seconds.
	KillAfter time.Duration
	// Log gets what goes wrong; nil is slog.Default.
	Log *slog.Logger
	// Access says who may connect.
	Access Access
}

// Access says who may connect, how, and how much of the server he may use. The
// fields are those of wire.Server. The zero value trusts clients on this machine
// and refuses all others.
type Access struct {
	Auth          wire.Authenticator
	TLS           *tls.Config
	RequireTLS    bool
	MockSecret    []byte
	FailureDelay  time.Duration
	MaxFailures   int
	MaxConns      int
	MaxConnsPerIP int
	// Timeouts are what every session starts with; SET changes them.
	Timeouts wire.Timeouts
}

// Server is an engine, or several, with their tables and the clients connected to
// them.
type Server struct {
	wire      *wire.Server
	databases *databases
	shared    *database // that of all users; nil if each has one
	private   *privdir.Dir
}

// New opens the engine; with WorkersUser it sees whether one can be opened. The
// Server has no table and no listener yet. The caller calls Shutdown.
func New(ctx context.Context, o Options) (*Server, error) {
	private, err := privdir.New("")
	if err != nil {
		return nil, fmt.Errorf("private directory: %w", err)
	}
	s, err := open(ctx, o, private)
	if err != nil {
		return nil, errors.Join(err, private.Close())
	}
	return s, nil
}

func open(ctx context.Context, o Options, private *privdir.Dir) (*Server, error) {
	d, err := newDatabases(o, private.Path())
	if err != nil {
		return nil, err
	}
	s := &Server{databases: d, private: private}
	if o.Workers == WorkersUser {
		err = d.try(ctx)
	} else {
		s.shared, _, err = d.pool.Get(ctx, everyone) // it is never given back
	}
	if err != nil {
		return nil, errors.Join(err, d.pool.Close())
	}
	s.wire = o.Access.server(&server.Handler{Database: d.get, Spool: spool.Options{Dir: private.Path()}, Log: o.Log}, o.Log)
	return s, nil
}

func (a *Access) server(h wire.Handler, log *slog.Logger) *wire.Server {
	return &wire.Server{
		Handler:       h,
		Log:           log,
		Auth:          a.Auth,
		TLSConfig:     a.TLS,
		RequireTLS:    a.RequireTLS,
		MockSecret:    a.MockSecret,
		FailureDelay:  a.FailureDelay,
		MaxFailures:   a.MaxFailures,
		MaxConns:      a.MaxConns,
		MaxConnsPerIP: a.MaxConnsPerIP,
		Timeouts:      a.Timeouts,
	}
}

// LoadAll loads files as tables, one after the other, and yields what became of
// each. From the call of LoadAll itself, not from the iteration, the tables
// count as loading: a client's query on one of them waits. A request whose
// table is in the database already, made of the same unchanged files, is not
// loaded again.
//
// With WorkersUser it only looks for the files, and what it yields has no rows or
// columns: each engine that starts from then on loads them, and the log says what it
// cannot load.
func (s *Server) LoadAll(ctx context.Context, requests []datasets.Request) iter.Seq2[datasets.Report, error] {
	if s.shared != nil {
		return s.shared.load(ctx, requests)
	}
	return s.databases.loadLater(requests)
}

// Stats are counts of a Server.
type Stats struct {
	wire.Stats
	// Engine are those of the processes of all engines, nil if there are none.
	Engine *worker.Stats
}

// Stats returns the counts as they are now.
func (s *Server) Stats() Stats {
	stats := Stats{Stats: s.wire.Stats()}
	if e := s.databases.counts.Stats(); e.Starts > 0 {
		stats.Engine = &e
	}
	return stats
}

// Serve answers the clients that connect to l, until Shutdown. It then returns
// wire.ErrServerClosed.
func (s *Server) Serve(l net.Listener) error { return s.wire.Serve(l) }

// ServeConn answers one client, until it is gone.
func (s *Server) ServeConn(c net.Conn) { s.wire.ServeConn(c) }

// Shutdown lets running statements end and ends them when ctx is done. Then it
// closes the engines and removes what is private.
func (s *Server) Shutdown(ctx context.Context) error {
	return errors.Join(s.wire.Shutdown(ctx), s.databases.pool.Close(), s.private.Close())
}
