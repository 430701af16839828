package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

const (
	// cancelGrace is how long a server may take to answer once its statement was
	// cancelled. After it the connection is given up.
	cancelGrace = 30 * time.Second
	cancelRetry = 100 * time.Millisecond
)

// Results are the answers up to the next ReadyForQuery: those of one simple
// query, or of extended messages up to one Sync. A Conn has one open Results at a
// time.
//
//	r := c.Query(ctx, "SELECT 1; SELECT 2")
//	for r.NextResult() {
//		for r.NextRow() {
//			use(r.Row())
//		}
//	}
//	err := r.Close()
type Results struct {
	c        *Conn
	ctx      context.Context
	unwatch  func()
	columns  []wire.Column
	formats  []wire.Format
	row      Row
	tag      string
	suspends bool
	copyOut  bool
	state    resultState
	err      error
}

type resultState int

const (
	between resultState = iota // no result has begun
	first                      // one has begun, and row is its first
	inside                     // one has begun
	ended                      // ReadyForQuery, or the connection is lost
)

// Query runs sql, one statement or several, in the simple protocol. When ctx is
// done before the results are, the server is asked to cancel, and its answer to
// that, an error 57014, is how they end. When it is done already, nothing is sent.
func (c *Conn) Query(ctx context.Context, sql string) *Results {
	if ctx.Err() != nil {
		return &Results{state: ended, err: context.Cause(ctx)}
	}
	c.SendQuery(sql)
	return c.Results(ctx)
}

// Exec runs sql in the simple protocol, passes over all rows, and returns the
// tag of the last statement.
func (c *Conn) Exec(ctx context.Context, sql string) (tag string, err error) {
	r := c.Query(ctx, sql)
	for r.NextResult() {
		for r.NextRow() {
		}
		tag = r.Tag()
	}
	return tag, r.Close()
}

// Results reads the answers to the messages sent so far, a Sync being the last
// of them. ctx is as in Query.
func (c *Conn) Results(ctx context.Context) *Results {
	return &Results{c: c, ctx: ctx, unwatch: c.cancelOn(ctx)}
}

// Prepare makes the statement name, syncs, and returns what it takes and gives.
func (c *Conn) Prepare(ctx context.Context, name, sql string, types []oid.OID) (wire.Description, error) {
	c.SendParse(name, sql, types)
	c.SendDescribe(Statement, name)
	c.SendSync()
	defer c.cancelOn(ctx)()
	var d wire.Description
	var failure error
	for {
		m, err := c.Receive()
		if err != nil {
			return d, err
		}
		switch m.Type {
		case 't':
			d.Params, err = m.Params()
		case 'T':
			d.Columns, _, err = m.Columns()
		case 'E':
			err = m.failure()
		case 'Z':
			return d, failure
		}
		if failure == nil {
			failure = err
		}
	}
}

// cancelOn sends a cancel request when ctx is done, and again as long as the
// results go on: one that arrives before the statement has started is lost. The
// function it returns ends that, and waits for a request that is under way, lest
// it hit what is sent next.
func (c *Conn) cancelOn(ctx context.Context) (unwatch func()) {
	if ctx.Done() == nil {
		return func() {}
	}
	over, finished := make(chan struct{}), make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(finished)
		c.nc.SetReadDeadline(time.Now().Add(cancelGrace))
		grace, done := context.WithTimeout(context.Background(), cancelGrace)
		defer done()
		for {
			c.Cancel(grace) // if it fails, the deadline ends the wait
			select {
			case <-over:
				return
			case <-time.After(cancelRetry):
			}
		}
	})
	return func() {
		if !stop() {
			close(over)
			<-finished
			c.nc.SetReadDeadline(time.Time{})
		}
	}
}

// NextResult goes on to the result of the next statement that returned
// something: rows, or a tag only. What is left of the current one is passed over.
func (r *Results) NextResult() bool {
	for r.NextRow() {
	}
	r.columns, r.formats, r.tag, r.suspends, r.copyOut = nil, nil, "", false, false
	for r.state == between {
		m, ok := r.receive()
		if !ok {
			return false
		}
		switch m.Type {
		case 'T':
			r.state = inside
			r.describe(m)
		case 'D', 'd':
			r.row = Row(m.Body)
			r.state = first
		case 'H':
			r.copyOut = true
			r.state = inside
		case 'C', 's':
			r.finish(m)
			return true
		}
	}
	return r.state != ended
}

// NextRow goes on to the next row of the current result.
func (r *Results) NextRow() bool {
	if r.state == first {
		r.state = inside
		return true
	}
	for r.state == inside {
		m, ok := r.receive()
		if !ok {
			return false
		}
		switch m.Type {
		case 'D', 'd':
			r.row = Row(m.Body)
			return true
		case 'C', 's':
			r.finish(m)
		case 'T': // Describe of the statement and then of the portal
			r.describe(m)
		}
	}
	return false
}

// Row is the current row, valid until the next call of NextRow. In the result of
// COPY TO STDOUT it is the body of a CopyData.
func (r *Results) Row() Row { return r.row }

// Columns describe the current result; nil if the server has not described it,
// as it does in the extended protocol only on demand.
func (r *Results) Columns() []wire.Column { return r.columns }

// Formats are those of the columns.
func (r *Results) Formats() []wire.Format { return r.formats }

// Tag is the command tag of the current result, once NextRow was false.
func (r *Results) Tag() string { return r.tag }

// Suspended says that NextRow was false because the row limit of Execute was
// reached. Executing the portal again goes on.
func (r *Results) Suspended() bool { return r.suspends }

// CopyOut says that the current result is that of COPY TO STDOUT.
func (r *Results) CopyOut() bool { return r.copyOut }

// Close reads up to ReadyForQuery and returns the first error: a [*wire.Error]
// if it is the server's, after which the connection goes on, unless its severity
// is FATAL.
func (r *Results) Close() error {
	for r.NextResult() {
	}
	return r.err
}

func (r *Results) finish(m Message) {
	r.state = between
	if r.suspends = m.Type == 's'; r.suspends {
		return
	}
	var err error
	if r.tag, err = m.Tag(); err != nil {
		r.end(err)
	}
}

func (r *Results) describe(m Message) {
	var err error
	if r.columns, r.formats, err = m.Columns(); err != nil {
		r.end(err)
	}
}

// receive returns the next message. It is false at the end of the results.
func (r *Results) receive() (m Message, ok bool) {
	m, err := r.c.Receive()
	if err != nil {
		r.end(err)
		return m, false
	}
	switch m.Type {
	case 'E':
		r.keep(m.failure())
		r.state = between
	case 'G':
		r.c.SendCopyFail("the client has no data to send")
		r.keep(errors.New("client: COPY FROM STDIN needs Conn.CopyIn"))
	case 'Z':
		r.end(nil)
		return m, false
	}
	return m, true
}

func (r *Results) keep(err error) {
	if r.err == nil {
		r.err = err
	}
}

// end is the last thing that happens to r.
func (r *Results) end(err error) {
	if r.state == ended {
		return
	}
	r.state = ended
	r.unwatch()
	if err == nil {
		return
	}
	if cause := context.Cause(r.ctx); cause != nil {
		err = fmt.Errorf("%w (%w)", err, cause)
	}
	r.keep(err)
}
