package wire

import (
	"iter"
	"maps"
	"slices"
)

// PortalStore keeps the prepared statements and portals of one connection by
// name; the empty name is that of the unnamed one. It stores and does nothing
// else: the server closes what it takes out. It is used by the connection's
// goroutine only.
//
// The server itself replaces what is unnamed: it takes the old one first. So
// both Puts fail when there is one of that name, PutStatement with 42P05 and
// PutPortal with 42P03, or with 54000 when there are too many. What an iterator
// yields may be taken before it goes on.
type PortalStore interface {
	PutStatement(name string, s *Prepared) error
	Statement(name string) (*Prepared, bool)
	TakeStatement(name string) (*Prepared, bool)
	Statements() iter.Seq2[string, *Prepared]

	PutPortal(name string, p *Portal) error
	Portal(name string) (*Portal, bool)
	TakePortal(name string) (*Portal, bool)
	Portals() iter.Seq2[string, *Portal]
}

// NewMapStore returns a PortalStore in memory that holds up to so many
// statements and portals.
func NewMapStore(statements, portals int) PortalStore {
	return &mapStore{
		statements: namedStore[*Prepared]{limit: statements, kind: "prepared statement", duplicate: "42P05"},
		portals:    namedStore[*Portal]{limit: portals, kind: "cursor", duplicate: "42P03"},
	}
}

type mapStore struct {
	statements namedStore[*Prepared]
	portals    namedStore[*Portal]
}

func (m *mapStore) PutStatement(name string, s *Prepared) error { return m.statements.put(name, s) }
func (m *mapStore) Statement(name string) (*Prepared, bool)     { return m.statements.get(name) }
func (m *mapStore) TakeStatement(name string) (*Prepared, bool) { return m.statements.take(name) }
func (m *mapStore) Statements() iter.Seq2[string, *Prepared]    { return m.statements.all }
func (m *mapStore) PutPortal(name string, p *Portal) error      { return m.portals.put(name, p) }
func (m *mapStore) Portal(name string) (*Portal, bool)          { return m.portals.get(name) }
func (m *mapStore) TakePortal(name string) (*Portal, bool)      { return m.portals.take(name) }
func (m *mapStore) Portals() iter.Seq2[string, *Portal]         { return m.portals.all }

// namedStore is one kind of thing. The unnamed one, which most clients use and
// nothing else, stands outside the map.
type namedStore[T comparable] struct {
	unnamed   T
	named     map[string]T
	limit     int
	kind      string // in messages
	duplicate string // SQLSTATE
}

func (n *namedStore[T]) put(name string, v T) error {
	if _, ok := n.get(name); ok {
		return Errorf(n.duplicate, "%s \"%s\" already exists", n.kind, name)
	}
	if name == "" {
		n.unnamed = v
		return nil
	}
	if len(n.named) >= n.limit {
		return Errorf("54000", "too many open %ss", n.kind)
	}
	if n.named == nil {
		n.named = map[string]T{}
	}
	n.named[name] = v
	return nil
}

func (n *namedStore[T]) get(name string) (v T, ok bool) {
	if name == "" {
		var none T
		return n.unnamed, n.unnamed != none
	}
	v, ok = n.named[name]
	return v, ok
}

func (n *namedStore[T]) take(name string) (v T, ok bool) {
	v, ok = n.get(name)
	if name == "" {
		var none T
		n.unnamed = none
	} else {
		delete(n.named, name)
	}
	return v, ok
}

// all yields everything in the order of the names, also what is taken or put
// meanwhile, or not.
func (n *namedStore[T]) all(yield func(string, T) bool) {
	if v, ok := n.get(""); ok && !yield("", v) {
		return
	}
	if len(n.named) == 0 {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(n.named)) {
		if v, ok := n.named[name]; ok && !yield(name, v) {
			return
		}
	}
}
