package server

import (
	"context"
	"encoding/binary"
	"hash/maphash"
	"slices"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// described is a statement as the engine has prepared it, and what the client is
// told of it.
type described struct {
	stmt        engine.Statement
	plan        *encoding.Plan // nil if the statement returns no rows
	description wire.Description
}

// keptStatements are statements of one session that are used by nobody, for when
// their text comes again: a simple Query, or a Parse of the same text, then costs
// about what an Execute does. A statement in use is not among them.
//
// What a text means depends on the database, whose version is kept with it, and on
// settings, with which all are forgotten. A statement that reads the catalog is not
// kept, for the engine may have planned with what it has read.
type keptStatements struct {
	list []keptStatement // the one kept last is the last
	seen [64]uint64      // hashes of texts that came lately; only what comes again is kept
	next int             // in seen
}

type keptStatement struct {
	key     textKey
	version uint64 // engine.Session.Version for which it holds
	described
}

// textKey is a text and the types that the client has declared for its parameters.
type textKey struct{ sql, params string }

const (
	maxKept     = 16      // statements of a session
	maxKeptText = 8 << 10 // bytes of one's text
)

func newTextKey(sql string, params []oid.OID) textKey {
	if len(params) == 0 {
		return textKey{sql: sql}
	}
	b := make([]byte, 0, 4*len(params))
	for _, p := range params {
		b = binary.LittleEndian.AppendUint32(b, uint32(p))
	}
	return textKey{sql, string(b)}
}

// take returns a statement to the one who uses it from then on. Those of another
// version go.
func (k *keptStatements) take(key textKey, version uint64) (d described, ok bool) {
	if len(k.list) > 0 && k.list[0].version != version {
		k.forget()
	}
	for i := len(k.list) - 1; i >= 0; i-- {
		if k.list[i].key == key {
			d = k.list[i].described
			k.list = slices.Delete(k.list, i, i+1)
			return d, true
		}
	}
	return d, false
}

// put keeps a statement if its text has come before. Otherwise it is closed.
func (k *keptStatements) put(key textKey, version uint64, d described) error {
	if len(key.sql) > maxKeptText || !k.cameBefore(key) {
		return d.stmt.Close(context.Background())
	}
	if len(k.list) > 0 && k.list[0].version != version {
		k.forget()
	}
	if len(k.list) == maxKept {
		k.list[0].stmt.Close(context.Background())
		k.list = slices.Delete(k.list, 0, 1)
	}
	k.list = append(k.list, keptStatement{key, version, d})
	return nil
}

var textSeed = maphash.MakeSeed()

func (k *keptStatements) cameBefore(key textKey) bool {
	h := maphash.Comparable(textSeed, key)
	if slices.Contains(k.seen[:], h) {
		return true
	}
	k.seen[k.next] = h
	k.next = (k.next + 1) % len(k.seen)
	return false
}

// forget closes all.
func (k *keptStatements) forget() {
	for _, s := range k.list {
		s.stmt.Close(context.Background())
	}
	clear(k.list)
	k.list = k.list[:0]
}

// mayKeep reports whether a statement that was prepared when the engine was at this
// version means the same for as long as it is. In a transaction that began earlier
// it may be about tables as they were then.
func (q *query) mayKeep(version uint64) bool {
	s := q.s
	switch q.stmt.Kind() {
	case engine.Select, engine.Insert, engine.Update, engine.Delete, engine.Merge:
	default:
		return false
	}
	if inTransaction := s.implicit || s.conn.TxStatus() != wire.Idle; inTransaction && s.begun != version {
		return false
	}
	return version == s.engine.Version() && q.stmt.Reusable() && !q.catalog
}
