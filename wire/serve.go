package wire

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// errTerminate ends a connection at the client's wish.
var errTerminate = errors.New("wire: terminate")

// serve is the life of a connection.
func (c *Conn) serve() {
	err := c.guard(func() error {
		if err := c.login(); err != nil {
			return err
		}
		return c.loop()
	})
	c.goodbye(err)
	c.cleanUp()
}

// guard calls f, and makes an error of its panic.
func (c *Conn) guard(f func() error) (err error) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		c.server.log().Error("wire: panic in handler", "panic", r, "pid", c.key.PID, "stack", string(debug.Stack()))
		if c.out.encoding {
			c.out.w.buf = c.out.w.buf[:c.out.start]
			c.out.encoding = false
			c.out.mu.Unlock()
		}
		c.finish()
		err = &Error{Severity: "FATAL", Code: "XX000", Message: "internal error", Err: fmt.Errorf("panic: %v", r)}
	}()
	return f()
}

// loop answers messages until the connection ends, and returns why.
func (c *Conn) loop() error {
	for {
		letter, body, err := c.next()
		if err != nil {
			return err
		}
		if err := c.dispatch(letter, body); err != nil {
			return err
		}
	}
}

// next returns the next message, and waits for it if need be. The body is valid
// until the message has been decoded: while a handler runs, the watcher reads.
func (c *Conn) next() (letter byte, body []byte, err error) {
	for {
		if err := c.ending(); err != nil {
			return 0, nil, err
		}
		letter, body, ok, err := c.in.message(c.server.maxMessage())
		if ok || err != nil {
			return letter, body, err
		}
		if err := c.await(); err != nil {
			return 0, nil, err
		}
	}
}

// ending returns why the connection has to end now.
func (c *Conn) ending() error {
	if !c.leaving.Load() {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.terminated != nil:
		return c.terminated
	case c.draining && (c.atRest || len(c.in.buffered()) == 0):
		return ErrShutdown
	}
	return nil
}

// await reads from the client. Before it waits, the client gets what it waits
// for itself, and the large buffers go back.
func (c *Conn) await() error {
	if c.atRest {
		c.setState(StateIdle)
	}
	c.in.shrink()
	for {
		c.settleOutput()
		notifications, err := c.startWaiting()
		if err != nil {
			return err
		}
		if len(notifications) == 0 {
			break
		}
		c.send(append(c.queue(), notifications...))
		c.flushSoon = true
	}
	err := c.in.fill()
	c.stopWaiting()
	switch {
	case err == nil:
		return nil
	case !isTimeout(err):
		return ErrClientGone
	}
	if err := c.ending(); err != nil {
		return err
	}
	return c.idleTimeout()
}

// idleTimeout returns the error of a wait that took too long, or nil if it was ended
// for a notification, which is sent before the next.
func (c *Conn) idleTimeout() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.atRest && c.status == Idle && len(c.pending) > 0:
		return nil
	case c.status == Idle:
		return errIdle
	}
	return errIdleInTransaction
}

// settleOutput sends what is queued, if it is time, and gives the buffer back.
func (c *Conn) settleOutput() {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	if c.flushSoon {
		c.flushSoon = false
		c.flushLocked()
	}
	c.giveOutput()
}

// startWaiting lets others know that nothing runs, so that they wake the
// connection if it has to end. An error says that it has to already. If there are
// notifications, they are to be sent first.
func (c *Conn) startWaiting() (notifications []byte, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.terminated != nil {
		return nil, c.terminated
	}
	if c.draining {
		return nil, ErrShutdown
	}
	c.listening = c.atRest && c.status == Idle
	if c.listening && len(c.pending) > 0 {
		return c.takePending(), nil
	}
	deadline := c.idleDeadline()
	if !deadline.IsZero() || c.readDeadline {
		c.nc.SetReadDeadline(deadline)
		c.readDeadline = !deadline.IsZero()
	}
	c.idle = true
	return nil, nil
}

func (c *Conn) stopWaiting() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.idle, c.copyWait = false, false
	if c.readDeadline { // the watcher reads without
		c.readDeadline = false
		c.nc.SetReadDeadline(time.Time{})
	}
}

// dispatch answers one message. Its error ends the connection
// (PostgreSQL documentation, 55.2 Message Flow).
func (c *Conn) dispatch(letter byte, body []byte) error {
	if messageLimit(letter, maxSmallMessage) < 0 {
		return &Error{Severity: "FATAL", Code: "08P01", Message: fmt.Sprintf("invalid frontend message type %d", letter)}
	}
	if letter == 'X' {
		return errTerminate
	}
	if c.skipping && letter != 'S' {
		return nil
	}
	if letter == 'd' || letter == 'c' || letter == 'f' {
		return nil // of a COPY that has failed, or of none
	}
	c.atRest = false
	c.setState(StateActive)
	var err error
	switch letter {
	case 'Q':
		return c.ready(c.query(body))
	case 'F':
		return c.ready(Errorf("0A000", "function calls are not supported"))
	case 'S':
		c.skipping = false
		return c.ready(c.sync(body))
	case 'P':
		err = c.parse(body)
	case 'B':
		err = c.bind(body)
	case 'D':
		err = c.describe(body)
	case 'E':
		err = c.executePortal(body)
	case 'C':
		err = c.closeNamed(body)
	case 'H':
		err = c.flushMessage(body)
	}
	if err != nil {
		c.skipping = true
		return c.fail(err)
	}
	return nil
}

// fail tells the client the error of a statement. If it ends the connection,
// fail returns it, and goodbye tells.
func (c *Conn) fail(err error) error {
	e := toError(err)
	if isFatal(e) {
		return e
	}
	if e.Code == "XX000" {
		c.server.log().Error("wire: internal error", "error", err, "pid", c.key.PID)
	}
	c.counters.errors.Add(1)
	c.failed = true
	c.flushSoon = true
	if c.status == InTx {
		c.status = Failed
	}
	c.send(appendError(c.queue(), 'E', e))
	return c.lost
}

// ready ends what ReadyForQuery ends: a Query, a FunctionCall, or everything up
// to Sync. err is what came of it.
func (c *Conn) ready(err error) error {
	if err != nil {
		if err := c.fail(err); err != nil {
			return err
		}
	}
	if err := c.endImplicitTx(); err != nil {
		if err := c.fail(err); err != nil {
			return err
		}
	}
	c.failed = false
	c.sendReady()
	return nil
}

// sendReady queues what is late and ReadyForQuery.
func (c *Conn) sendReady() {
	buf := c.appendChanged(append(c.queue(), c.out.late...))
	c.out.late = c.out.late[:0]
	buf = append(buf, c.rest()...)
	c.send(appendReadyForQuery(buf, c.status))
	c.atRest = true
	c.flushSoon = true
}
