package main

import (
	"maps"
	"sync"

	"github.com/csvsql/csvsql/wire"
)

// store is the committed data. A commit replaces the map, so a transaction may
// read the one it began with for as long as it likes.
type store struct {
	mu      sync.Mutex
	data    map[string]string
	version uint64 // counts commits
}

// tx is a transaction: the data as it was when it began, with its own changes.
type tx struct {
	data    map[string]string
	version uint64 // of the store when it began
	written bool   // data is a copy of its own
}

func (s *store) begin() *tx {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &tx{data: s.data, version: s.version}
}

// commit makes the changes of t the store's. Of two transactions that wrote at
// the same time the second fails, and its client tries again.
func (s *store) commit(t *tx) error {
	if !t.written {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.version != t.version {
		return wire.Errorf("40001", "could not serialize access due to concurrent update")
	}
	s.data = t.data
	s.version++
	return nil
}

func (t *tx) put(key, value string) { t.own()[key] = value }

func (t *tx) delete(key string) { delete(t.own(), key) }

func (t *tx) own() map[string]string {
	if !t.written {
		t.data, t.written = maps.Clone(t.data), true
	}
	return t.data
}
