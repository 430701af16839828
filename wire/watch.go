package wire

import (
	"errors"
	"os"
	"time"
)

// watchDelay is how long a statement, or a handler that has left something in
// the queue, may take before the watcher looks after the connection.
const watchDelay = 5 * time.Millisecond

// watch is the state of the watcher: the goroutine of a timer that, while a
// statement runs for longer than watchDelay, sends what is queued and reads
// ahead, so that a client that hangs up is noticed. Statements that are shorter
// pay for one timer that is started and stopped.
type watch struct {
	timer   *time.Timer
	running bool          // a statement runs
	armed   bool          // the timer is set
	reading bool          // the watcher owns the input, until it sends on done
	done    chan struct{} // of capacity 1
}

// queued is called when something was queued: it must not wait for a handler.
func (w *watch) queued() {
	if w.running && !w.armed {
		w.armed = true
		w.timer.Reset(watchDelay)
	}
}

// startWatch begins the time of a statement.
func (c *Conn) startWatch() {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	w := &c.out.watch
	if w.timer == nil {
		w.done = make(chan struct{}, 1)
		w.timer = time.AfterFunc(watchDelay, c.tick)
	} else {
		w.timer.Reset(watchDelay)
	}
	w.running, w.armed = true, true
}

// stopWatch ends it, and takes the input back.
func (c *Conn) stopWatch() {
	c.out.mu.Lock()
	w := &c.out.watch
	if w.armed {
		w.timer.Stop() // a tick that is under way finds that nothing runs
	}
	w.running, w.armed = false, false
	reading := w.reading
	w.reading = false
	c.out.mu.Unlock()
	if reading {
		c.nc.SetReadDeadline(longAgo())
		<-w.done
		c.nc.SetReadDeadline(time.Time{})
	}
}

// takeInput takes the input from the watcher while a statement runs, and lendInput
// lets it read ahead again.
func (c *Conn) takeInput() { c.stopWatch() }
func (c *Conn) lendInput() { c.startWatch() }

// tick is the watcher.
func (c *Conn) tick() {
	c.out.mu.Lock()
	w := &c.out.watch
	w.armed = false
	if !w.running {
		c.out.mu.Unlock()
		return
	}
	read := !w.reading
	w.reading = true
	c.flushLocked()
	c.out.mu.Unlock()
	if read {
		c.readAhead()
		w.done <- struct{}{}
	}
}

// readAhead reads until the buffer is full, the client has hung up, or
// stopWatch sets a deadline.
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
