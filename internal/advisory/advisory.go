// Package advisory has the advisory locks of a server: locks on numbers, whose
// meaning is the clients' own business
// (PostgreSQL documentation, 13.3.5 Advisory Locks).
package advisory

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// Key is what is locked: one number of 64 bits or two of 32, which are keys of
// their own.
type Key struct {
	Two       bool
	High, Low int64 // High is 0 if there is one number
}

// Mode says with whom a lock can be shared.
type Mode uint8

const (
	Exclusive Mode = iota // with nobody
	Shared                // with others that are Shared
)

// Scope says how long a lock is held: until it is unlocked, or until the end of a
// transaction. An owner can hold the same lock in both.
type Scope uint8

const (
	Session Scope = iota
	Transaction
)

// ErrDeadlock says that a lock was not waited for, because its holders wait for
// the one who wants it.
var ErrDeadlock = errors.New("deadlock detected")

// Owner is who holds locks. Its fields belong to the Table. It uses one Table, one
// call at a time.
type Owner struct {
	waits *waiter // for a lock, or nil
	held  map[Key]*counts
}

// counts are how often an owner holds a lock.
type counts [2][2]int // by Mode and Scope

func (c *counts) holds(m Mode) bool { return c[m][Session]+c[m][Transaction] > 0 }

// Table has the locks. The zero Table is ready, and safe for concurrent use.
type Table struct {
	mu    sync.Mutex
	locks map[Key]*lock
}

// lock is one that somebody holds or waits for.
type lock struct {
	holders map[*Owner]*counts
	queue   []*waiter // first come, first served
}

type waiter struct {
	owner   *Owner
	lock    *lock
	mode    Mode
	scope   Scope
	granted chan struct{} // closed once the owner holds the lock
}

// Lock takes the lock for o, once more if o has it, and waits for it until ctx is
// done; then it returns the cause. It fails with ErrDeadlock at once if the wait
// would have no end.
func (t *Table) Lock(ctx context.Context, o *Owner, k Key, m Mode, s Scope) error {
	w := t.request(o, k, m, s)
	if w == nil {
		return nil
	}
	if w.granted == nil {
		return ErrDeadlock
	}
	select {
	case <-w.granted:
		return nil
	case <-ctx.Done():
		t.giveUp(w, k)
		return context.Cause(ctx)
	}
}

// request takes the lock, or returns the waiter for it; one without a channel
// must not wait.
func (t *Table) request(o *Owner, k Key, m Mode, s Scope) *waiter {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.lock(k)
	if l.free(o, m, l.queue) {
		l.grant(o, k, m, s)
		return nil
	}
	w := &waiter{owner: o, lock: l, mode: m, scope: s}
	if w.deadlocked(o, map[*Owner]bool{}) {
		return w
	}
	w.granted = make(chan struct{})
	l.queue = append(l.queue, w)
	o.waits = w
	return w
}

// giveUp ends a wait. A lock that has just been granted is given back.
func (t *Table) giveUp(w *waiter, k Key) {
	t.mu.Lock()
	defer t.mu.Unlock()
	select {
	case <-w.granted:
		t.unlock(w.owner, k, w.mode, w.scope)
	default:
		w.owner.waits = nil
		w.lock.queue = slices.DeleteFunc(w.lock.queue, func(other *waiter) bool { return other == w })
		t.wake(k)
	}
}

// TryLock takes the lock if that needs no wait.
func (t *Table) TryLock(o *Owner, k Key, m Mode, s Scope) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.lock(k)
	if l.free(o, m, l.queue) {
		l.grant(o, k, m, s)
		return true
	}
	return false
}

// Unlock gives back what was taken once, and reports whether o had it.
func (t *Table) Unlock(o *Owner, k Key, m Mode, s Scope) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.unlock(o, k, m, s)
}

// Release gives back all locks of o of a scope.
func (t *Table) Release(o *Owner, s Scope) {
	if len(o.held) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for k, c := range o.held {
		for m := range c {
			for c[m][s] > 0 {
				t.unlock(o, k, Mode(m), s)
			}
		}
	}
}

// lock finds a lock, or makes one that nobody has.
func (t *Table) lock(k Key) *lock {
	l := t.locks[k]
	if l == nil {
		l = &lock{holders: map[*Owner]*counts{}}
		if t.locks == nil {
			t.locks = map[Key]*lock{}
		}
		t.locks[k] = l
	}
	return l
}

// free reports whether o can have the lock without a wait, those of queue being
// before it. Who has it already goes before all.
func (l *lock) free(o *Owner, m Mode, queue []*waiter) bool {
	for other, c := range l.holders {
		if other != o && conflict(m, c) {
			return false
		}
	}
	if l.holders[o] != nil {
		return true
	}
	return !slices.ContainsFunc(queue, func(w *waiter) bool { return m == Exclusive || w.mode == Exclusive })
}

func conflict(m Mode, held *counts) bool { return m == Exclusive || held.holds(Exclusive) }

func (l *lock) grant(o *Owner, k Key, m Mode, s Scope) {
	c := l.holders[o]
	if c == nil {
		c = &counts{}
		l.holders[o] = c
		if o.held == nil {
			o.held = map[Key]*counts{}
		}
		o.held[k] = c
	}
	c[m][s]++
}

func (t *Table) unlock(o *Owner, k Key, m Mode, s Scope) bool {
	c := o.held[k]
	if c == nil || c[m][s] == 0 {
		return false
	}
	c[m][s]--
	if *c == (counts{}) {
		delete(o.held, k)
		delete(t.locks[k].holders, o)
	}
	t.wake(k)
	return true
}

// wake grants the lock to those who can have it now, and forgets it if it is
// nobody's.
func (t *Table) wake(k Key) {
	l := t.locks[k]
	var left []*waiter
	for _, w := range l.queue {
		if !l.free(w.owner, w.mode, left) {
			left = append(left, w)
			continue
		}
		l.grant(w.owner, k, w.mode, w.scope)
		w.owner.waits = nil
		close(w.granted)
	}
	l.queue = left
	if len(l.holders) == 0 && len(l.queue) == 0 {
		delete(t.locks, k)
	}
}

// deadlocked reports whether somebody that w would wait for waits for o, at once
// or by way of others. seen are those that were looked at.
func (w *waiter) deadlocked(o *Owner, seen map[*Owner]bool) bool {
	for other, c := range w.lock.holders {
		if other != w.owner && conflict(w.mode, c) && other.waitsFor(o, seen) {
			return true
		}
	}
	for _, ahead := range w.lock.queue {
		if ahead == w {
			break
		}
		if (w.mode == Exclusive || ahead.mode == Exclusive) && ahead.owner.waitsFor(o, seen) {
			return true
		}
	}
	return false
}

func (other *Owner) waitsFor(o *Owner, seen map[*Owner]bool) bool {
	if other == o {
		return true
	}
	if other.waits == nil || seen[other] {
		return false
	}
	seen[other] = true
	return other.waits.deadlocked(o, seen)
}
