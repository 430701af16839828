package wire

import (
	"errors"
	"os"
	"sync/atomic"
	"time"
)

// While a task runs, the input is lent: the monitor of the server may give it to a
// watcher, a goroutine that sends what is queued and reads ahead, so that a client
// that hangs up is noticed. It does so when a task has run for watchDelay. All that
// a shorter one pays is that the lease is set and taken back.

// lease says who has the input: a count of how often it was lent, and two bits.
type lease uint64

const (
	lent  lease = 1 << iota // a watcher may take it
	taken                   // a watcher has taken it
	once                    // added for each time it is lent
)

// watch is what the connection, its watcher and the monitor share.
type watch struct {
	state  atomic.Uint64 // a lease
	listed atomic.Bool   // the monitor looks at the connection
	done   chan struct{} // the watcher gives the input back; made for the first one
}

func (w *watch) lease() lease { return lease(w.state.Load()) }

// lendInput lets a watcher take the input.
func (c *Conn) lendInput() {
	w := &c.watch
	w.state.Store(uint64(w.lease() + once | lent))
	if !w.listed.Load() {
		c.server.monitor.add(c)
	}
}

// takeInput takes the input back, if it is lent.
func (c *Conn) takeInput() {
	w := &c.watch
	l := w.lease()
	if l&lent == 0 {
		return
	}
	if lease(w.state.Swap(uint64(l&^(lent|taken))))&taken == 0 {
		return
	}
	c.nc.SetReadDeadline(longAgo())
	<-w.done
	c.nc.SetReadDeadline(time.Time{})
}

// look is called by the monitor every watchDelay while the same task runs: first it
// starts the watcher, later it sees to it that what was queued since is sent. It does
// not wait.
func (c *Conn) look(l lease) {
	w := &c.watch
	if l&taken == 0 {
		if w.done == nil {
			w.done = make(chan struct{}, 1)
		}
		if w.state.CompareAndSwap(uint64(l), uint64(l|taken)) {
			go c.watchOver(l | taken)
		}
		return
	}
	if !c.out.mu.TryLock() {
		return // it is being queued to, or written
	}
	waiting := len(c.out.w.buf) > 0
	c.out.mu.Unlock()
	if waiting {
		go c.sendQueued(l)
	}
}

// watchOver is the watcher.
func (c *Conn) watchOver(l lease) {
	c.sendQueued(l)
	c.readAhead()
	c.watch.done <- struct{}{}
}

// sendQueued sends what is queued, if the task that queued it still runs. The end of
// a task is often that of an answer, which is sent as a whole.
func (c *Conn) sendQueued(l lease) {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	if c.watch.lease() == l {
		c.flushLocked()
	}
}

// readAhead reads until the buffer is full, the client has hung up, or takeInput
// sets a deadline.
func (c *Conn) readAhead() {
	for len(c.in.buffered()) < flushSize {
		if err := c.in.fill(); isTimeout(err) {
			return
		} else if err != nil {
			c.Terminate(ErrClientGone)
			return
		}
	}
}

func isTimeout(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }

// longAgo is a deadline that ends a Read or Write that waits.
func longAgo() time.Time { return time.Unix(1, 0) }
