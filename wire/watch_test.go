package wire

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestMonitorForgets: a connection is looked at while something runs on it, and is
// forgotten a moment later, but not if it begins something just then.
func TestMonitorForgets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &Conn{server: &Server{}}
		m := &c.server.monitor
		listed := func(want bool) {
			t.Helper()
			m.mu.Lock()
			defer m.mu.Unlock()
			if got := len(m.added)+len(m.seen) == 1; got != want || c.watch.listed.Load() != want {
				t.Fatalf("%d and %d listed, the connection says %v, want %v", len(m.added), len(m.seen), c.watch.listed.Load(), want)
			}
			if m.set != want {
				t.Fatalf("timer set: %v, want %v", m.set, want)
			}
		}
		listed(false)
		for range 3 {
			for range 3 * maxQuiet {
				c.lendInput()
				c.takeInput()
				time.Sleep(watchDelay / 2)
				synctest.Wait()
				listed(true)
			}
			time.Sleep((maxQuiet + 2) * watchDelay)
			synctest.Wait()
			listed(false)
		}
	})
}

// TestUnlist: what is lent while the monitor forgets its connection is looked at.
func TestUnlist(t *testing.T) {
	t.Parallel()
	for _, relist := range []bool{false, true} {
		c := &Conn{server: &Server{}}
		c.server.monitor.set = true // without a timer
		c.lendInput()
		c.takeInput()
		s := sighting{conn: c, lease: c.watch.lease(), quiet: maxQuiet}
		c.watch.state.Add(uint64(once | lent)) // after the monitor has looked
		if relist {
			c.watch.listed.Store(false)
			c.server.monitor.add(c)
		}
		if s.unlist() || !c.watch.listed.Load() {
			t.Errorf("relisted %v: forgotten", relist)
		}
	}
}
