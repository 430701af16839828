package wire

import (
	"sync"
	"time"
)

// output is what is queued for the client. The connection's goroutine appends
// to it under the mutex, a message or a block of rows at a time, and never
// holds it while it runs a handler, but for EncodeRow and EncodeRows. So the
// watcher can send what is queued while a handler takes its time.
type output struct {
	mu     sync.Mutex
	w      RowWriter
	pooled *[]byte // where w.buf comes from
	gone   bool    // a write has failed
	trace  *Tracer

	// Of the connection's goroutine alone.
	encoding bool   // inside EncodeRow or EncodeRows, with mu held
	start    int    // what was queued before it
	late     []byte // messages to send before the next ReadyForQuery
}

// queue returns what is queued, to append whole messages to it; send takes it
// back. In between the queue is locked.
//
//	c.send(appendCommandComplete(c.queue(), tag))
func (c *Conn) queue() []byte {
	c.out.mu.Lock()
	c.takeOutput()
	return c.out.w.buf
}

func (c *Conn) send(buf []byte) {
	c.out.w.buf = buf
	c.flushIfFull()
	c.out.mu.Unlock()
}

// flushIfFull sends what is queued if it is enough. The queue is locked.
func (c *Conn) flushIfFull() {
	if c.out.w.Full() {
		c.flushLocked()
	}
}

// flush writes what is queued. A client that cannot be written to is gone: then
// the connection's context is done, and the queue is dropped. If Cancel has
// interrupted the write, the rest stays queued.
func (c *Conn) flush() {
	c.out.mu.Lock()
	c.flushLocked()
	c.out.mu.Unlock()
}

func (c *Conn) flushLocked() {
	buf := c.out.w.buf
	if c.out.gone {
		c.out.w.buf = buf[:0]
	}
	if len(c.out.w.buf) == 0 {
		return
	}
	c.beginWrite()
	n, err := c.stream.Write(buf)
	interrupted := c.disturbed.Load()
	c.counters.out.Add(int64(n))
	if c.out.trace != nil {
		c.out.trace.Backend(buf[:n])
	}
	switch late := c.transport.wasLate(); {
	case err == nil && (!late || interrupted):
		c.out.w.buf = buf[:0]
	case interrupted && isTimeout(err):
		c.out.w.buf = buf[:copy(buf, buf[n:])]
	default:
		c.out.w.buf = buf[:0]
		c.out.gone = true
		c.Terminate(ErrClientGone)
	}
}

// beginWrite sets the deadline of a write, which has none most of the time.
func (c *Conn) beginWrite() {
	timeout := c.server.WriteTimeout
	if timeout <= 0 && !c.disturbed.Load() && !c.leaving.Load() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var deadline time.Time
	switch {
	case c.lastWords || c.terminated != nil:
		deadline = time.Now().Add(lastWords)
	case timeout > 0:
		deadline = time.Now().Add(timeout)
	}
	c.disturbed.Store(false)
	c.nc.SetWriteDeadline(deadline)
}

// interruptWrite wakes a write that waits for the client, if there is one, unless
// it is none of ours. c.mu is held.
func (c *Conn) interruptWrite() {
	if c.hijacked {
		return
	}
	c.disturbed.Store(true)
	c.nc.SetWriteDeadline(longAgo())
}

// takeOutput takes a buffer for the queue, if it has none. The queue is locked.
func (c *Conn) takeOutput() {
	if c.out.pooled == nil {
		c.out.pooled = c.server.takeBuffer()
		c.out.w.buf = *c.out.pooled
	}
}

// giveOutput gives the buffer back, if nothing is queued. The queue is locked.
func (c *Conn) giveOutput() {
	if c.out.pooled != nil && len(c.out.w.buf) == 0 {
		*c.out.pooled = c.out.w.buf
		c.server.giveBuffer(c.out.pooled)
		c.out.pooled, c.out.w.buf = nil, nil
		c.out.w.columns, c.out.w.formats = nil, nil
	}
}
