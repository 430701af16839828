package server

import (
	"maps"
	"slices"
	"sync"

	"github.com/csvsql/csvsql/datasets"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/internal/advisory"
	"github.com/csvsql/csvsql/internal/notify"
	"github.com/csvsql/csvsql/wire"
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
	sessions map[*wire.Conn]struct{}
}

// enter and leave are the beginning and the end of a session.
func (d *Database) enter(c *wire.Conn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.sessions == nil {
		d.sessions = map[*wire.Conn]struct{}{}
	}
	d.sessions[c] = struct{}{}
}

func (d *Database) leave(c *wire.Conn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.sessions, c)
}

// conns are the clients with a session.
func (d *Database) conns() []*wire.Conn {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Collect(maps.Keys(d.sessions))
}
