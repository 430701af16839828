package wire

import (
	"slices"
	"sync"
	"time"
)

const (
	// watchDelay is how long a task may take before somebody looks after its
	// connection meanwhile; it can be twice that.
	watchDelay = 10 * time.Millisecond

	// maxQuiet is for how many watchDelays a connection on which nothing runs is
	// looked at. One that is in use would come back soon.
	maxQuiet = 10
)

// monitor looks at the connections of a server on which something runs, or has run
// a moment ago: every watchDelay, as long as there are any. It is the timer of all.
type monitor struct {
	mu    sync.Mutex
	added []*Conn // since the last tick
	timer *time.Timer
	seen  []sighting
	set   bool // the timer is set, or its tick runs, which alone changes seen
}

// sighting is a connection as the monitor has seen it last.
type sighting struct {
	conn  *Conn
	lease lease
	quiet int // for how long nothing has run
}

// add has the monitor look at c, unless it does.
func (m *monitor) add(c *Conn) {
	if !c.watch.listed.CompareAndSwap(false, true) {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.added = append(m.added, c)
	if m.set {
		return
	}
	m.set = true
	if m.timer == nil {
		m.timer = time.AfterFunc(watchDelay, m.tick)
	} else {
		m.timer.Reset(watchDelay)
	}
}

// tick looks at all of them, and must not wait.
func (m *monitor) tick() {
	m.mu.Lock()
	seen := m.seen
	m.mu.Unlock()
	for i := range seen {
		seen[i].look()
	}
	seen = slices.DeleteFunc(seen, sighting.unlist)

	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.added {
		seen = append(seen, sighting{conn: c, lease: c.watch.lease() &^ taken})
	}
	m.seen = seen
	clear(m.added)
	m.added = m.added[:0]
	if m.set = len(seen) > 0; m.set {
		m.timer.Reset(watchDelay)
	}
}

func (s *sighting) look() {
	l := s.conn.watch.lease()
	switch {
	case l&^taken != s.lease:
		s.lease, s.quiet = l&^taken, 0
	case l&lent == 0:
		s.quiet++
	default:
		s.conn.look(l)
	}
}

// unlist reports whether the connection need not be looked at any more. One that
// begins something at the same moment may have relied on being looked at.
func (s sighting) unlist() bool {
	if s.quiet < maxQuiet {
		return false
	}
	w := &s.conn.watch
	w.listed.Store(false)
	return w.lease() == s.lease || !w.listed.CompareAndSwap(false, true)
}
