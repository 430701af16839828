package duckdb

import (
	"context"
	"sync"
	"time"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

// connection is a connection of DuckDB. One goroutine uses it at a time; only
// interrupt may be called by others.
type connection struct {
	native duck.Connection

	mu     sync.Mutex // orders interrupt and close
	closed bool
}

func connect(db duck.Database) (*connection, error) {
	c := &connection{}
	if duck.Connect(db, &c.native) == duck.StateError {
		return nil, engine.Errorf("58000", "could not open a connection of the engine")
	}
	return c, nil
}

// close closes the connection. What was prepared on it and is still open keeps
// the database open.
func (c *connection) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.closed = true
	duck.Disconnect(&c.native)
}

// interrupt ends what the connection is doing with an error of type Interrupt.
// If it is idle nothing happens, now or later.
func (c *connection) interrupt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		duck.Interrupt(c.native)
	}
}

// run executes statements whose rows, if they have any, nobody wants. It is for
// the engine's own statements. The error text is DuckDB's, "" if there is none.
func (c *connection) run(sql string) (errorText string) {
	var r duck.Result
	defer duck.DestroyResult(&r)
	if duck.Query(c.native, sql, &r) == duck.StateError {
		return duck.ResultError(&r)
	}
	return ""
}

// runWhole is run for a BEGIN, a COMMIT or a ROLLBACK: interrupts wait for its end.
// DuckDB may have done it when it sees one, and would say that it has failed.
func (c *connection) runWhole(sql string) (errorText string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.run(sql)
}

// text is the one text that a statement of the engine's own returns.
func (c *connection) text(sql string) (string, error) {
	var r duck.Result
	defer duck.DestroyResult(&r)
	if duck.Query(c.native, sql, &r) == duck.StateError {
		return "", newError(duck.ResultError(&r))
	}
	chunk := duck.FetchChunk(r)
	defer duck.DestroyDataChunk(&chunk)
	value := (*duck.StringT)(duck.VectorGetData(duck.DataChunkGetVector(chunk, 0)))
	return duck.StringTData(value), nil
}

// interrupter interrupts a connection once its context is done, for as long as
// the connection works for that context.
type interrupter struct {
	unregister func() bool
	quit, done chan struct{}
}

// interruptOn starts an interrupter. The caller has to stop it before the
// connection works for anyone else.
func (c *connection) interruptOn(ctx context.Context) *interrupter {
	i := &interrupter{quit: make(chan struct{}), done: make(chan struct{})}
	i.unregister = context.AfterFunc(ctx, func() {
		defer close(i.done)
		c.keepInterrupting(i.quit)
	})
	return i
}

// stop returns when no further interrupt will come.
func (i *interrupter) stop() {
	if i.unregister() {
		return
	}
	select {
	case <-i.quit: // stopped before
	default:
		close(i.quit)
	}
	<-i.done
}

// keepInterrupting interrupts until quit is closed. Once is not enough: DuckDB
// forgets an interrupt that arrives before a statement has begun.
func (c *connection) keepInterrupting(quit <-chan struct{}) {
	const first, last = time.Millisecond, 100 * time.Millisecond
	wait := time.NewTimer(first)
	defer wait.Stop()
	for d := first; ; d = min(2*d, last) {
		c.interrupt()
		select {
		case <-quit:
			return
		case <-wait.C:
			wait.Reset(d)
		}
	}
}
