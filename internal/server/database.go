package server

import (
	"iter"
	"maps"
	"slices"
	"sync"

	"github.com/csvsql/csvsql/datasets"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/internal/advisory"
	"github.com/csvsql/csvsql/internal/notify"
)

// Database is an engine and what its sessions have in common: its tables, the
// catalog, notifications, advisory locks, and each other. It must not be copied.
type Database struct {
	Engine engine.Engine
	Data   *datasets.Manager

	catalog sharedCatalog
	hub     notify.Hub
	locks   advisory.Table

	mu       sync.Mutex
	sessions map[*session]struct{}
}

// enter and leave are the beginning and the end of a session.
func (d *Database) enter(s *session) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.sessions == nil {
		d.sessions = map[*session]struct{}{}
	}
	d.sessions[s] = struct{}{}
}

func (d *Database) leave(s *session) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.sessions, s)
}

// all are the sessions. Of those of others only what may be read at any time is.
func (d *Database) all() iter.Seq[*session] {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Values(slices.Collect(maps.Keys(d.sessions)))
}
