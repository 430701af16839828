package duckdb

import (
	"context"
	"iter"
	"maps"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

// published is what Publish was given, by relationKey. It is never changed, but
// replaced, so that scans and functions read it without a lock.
type published struct {
	version uint64
	rows    map[string]*rowSet
}

// publisher holds the published rows of one scope.
type publisher struct {
	mu      sync.Mutex // orders those who replace
	current atomic.Pointer[published]
}

func (p *publisher) get(key string) *rowSet {
	now := p.current.Load()
	if now == nil {
		return nil
	}
	return now.rows[key]
}

// publish replaces the rows of the relations that it is given.
func (p *publisher) publish(version uint64, rows map[string]*rowSet) {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := &published{version: version, rows: map[string]*rowSet{}}
	if now := p.current.Load(); now != nil {
		if version < now.version {
			return
		}
		maps.Copy(next.rows, now.rows)
	}
	for key, set := range rows {
		if set == nil {
			delete(next.rows, key)
		} else {
			next.rows[key] = set
		}
	}
	p.current.Store(next)
}

// Publish implements [engine.CatalogHost].
func (s *session) Publish(_ context.Context, scope engine.Scope, version uint64, relations iter.Seq2[engine.TableName, array.RecordReader]) error {
	rows := map[string]*rowSet{}
	for name, reader := range relations {
		set, err := readRows(reader)
		if err != nil {
			return err
		}
		rows[relationKey(name)] = set
	}
	if scope == engine.Shared {
		s.engine.shared.publish(version, rows)
	} else {
		s.private.publish(version, rows)
	}
	return nil
}

// Incarnation implements [engine.CatalogHost]. What is published lives as long as
// the engine.
func (s *session) Incarnation(context.Context) (uint64, error) { return 1, nil }

// readRows reads a reader to its end, and releases it. Nil is nil.
func readRows(r array.RecordReader) (*rowSet, error) {
	if r == nil {
		return nil, nil
	}
	defer r.Release()
	vector := int64(duck.VectorSize())
	var batches []arrow.RecordBatch
	for r.Next() {
		b := r.RecordBatch()
		for from := int64(0); from < b.NumRows(); from += vector {
			batches = append(batches, b.NewSlice(from, min(from+vector, b.NumRows())))
		}
	}
	return newRowSet(batches), r.Err()
}

// rowSets are the rows of a relation as the session sees them.
func (s *session) rowSets(r *relation) ([]*rowSet, error) {
	never, err := r.never()
	if err != nil {
		return nil, err
	}
	key := relationKey(r.Name)
	more := s.private.get(key)
	if more == nil {
		more = s.engine.shared.get(key)
	}
	if more == nil {
		return []*rowSet{never}, nil
	}
	return []*rowSet{never, more}, nil
}

// sessionOf is the session of a connection, or nil.
func (e *Engine) sessionOf(context duck.ClientContext) *session {
	defer duck.DestroyClientContext(&context)
	s, _ := e.byConnection.Load(uint64(duck.ClientContextGetConnectionId(context)))
	found, _ := s.(*session)
	return found
}

// functionValues implements [engine.Values]. Functions run while the session is
// inside of a call, on threads of DuckDB's: nothing here may take its lock.
type functionValues struct{ s *session }

func (v functionValues) User() string     { return v.s.options.User }
func (v functionValues) Database() string { return v.s.options.Database }

func (v functionValues) Published(name engine.TableName) []arrow.RecordBatch {
	key := relationKey(name)
	set := v.s.private.get(key)
	if set == nil {
		set = v.s.engine.shared.get(key)
	}
	if set == nil {
		return nil
	}
	return set.batches
}

func (v functionValues) Memo(derive func() (any, error)) (any, error) {
	return v.s.memo.get(v.s, derive)
}

func (v functionValues) Snapshot() (string, error) { return v.s.snapshotName() }

func (v functionValues) Effect(e engine.Effect) { v.s.effects.add(e) }

// memo keeps what a session's functions derived, for as long as what is
// published stays the same.
type memo struct {
	mu              sync.Mutex
	shared, private *published
	value           any
}

func (m *memo) get(s *session, derive func() (any, error)) (any, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	shared, private := s.engine.shared.current.Load(), s.private.current.Load()
	if m.value != nil && m.shared == shared && m.private == private {
		return m.value, nil
	}
	value, err := derive()
	if err != nil {
		return nil, err
	}
	m.shared, m.private, m.value = shared, private, value
	return value, nil
}

// effects are collected on threads of DuckDB's and told on the caller's.
type effects struct {
	some atomic.Bool
	mu   sync.Mutex
	list []engine.Effect
}

func (e *effects) add(one engine.Effect) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.list = append(e.list, one)
	e.some.Store(true)
}

// tell gives the host what was collected. It is called on the goroutine that is
// inside of a Session method or Result.Next.
func (e *effects) tell(h engine.Host) {
	if !e.some.Load() {
		return
	}
	e.mu.Lock()
	list := e.list
	e.list = nil
	e.some.Store(false)
	e.mu.Unlock()
	if h == nil {
		return
	}
	for _, one := range list {
		h.Effect(one)
	}
}
