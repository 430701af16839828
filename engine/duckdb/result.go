package duckdb

import (
	"cmp"
	"context"
	"sync/atomic"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/spool"
)

// result is the stream of an executed statement. It implements [engine.Result].
//
// Its rows come from spools, if it had to give the connection away, and then
// from DuckDB.
type result struct {
	session  *session
	text     rewritten
	ctx      context.Context // of Execute: it governs the whole stream
	schema   *schema
	writes   bool // the rows are those of a RETURNING
	affected int64

	refs   atomic.Int64
	batch  arrow.RecordBatch // what RecordBatch returns
	err    error
	spools []*spool.Spool

	// The live rows, if there are any left. watch is nil if DuckDB has collected
	// them: then they do not need the connection.
	native duck.Result
	live   bool
	watch  *interrupter
	// transaction says that the result has a transaction of its own, which ends
	// with it.
	transaction bool

	pace   pace
	served int               // batches that were fetched
	ahead  arrow.RecordBatch // fetched by readAhead, and not asked for yet
}

var _ engine.Result = (*result)(nil)

// Retain implements [array.RecordReader].
func (r *result) Retain() { r.refs.Add(1) }

// Release implements [array.RecordReader]; the last one cancels the statement.
func (r *result) Release() {
	if r.refs.Add(-1) != 0 {
		return
	}
	r.session.mu.Lock()
	defer r.session.mu.Unlock()
	r.setBatch(nil)
	r.fail(engine.Errorf("34000", "the result has been released"))
	delete(r.session.results, r)
}

// Schema implements [array.RecordReader].
func (r *result) Schema() *arrow.Schema { return r.schema.out }

// RecordBatch implements [array.RecordReader].
func (r *result) RecordBatch() arrow.RecordBatch { return r.batch }

// Record is the former name of RecordBatch.
func (r *result) Record() arrow.RecordBatch { return r.batch }

// Err implements [array.RecordReader].
func (r *result) Err() error {
	r.session.mu.Lock()
	defer r.session.mu.Unlock()
	return r.err
}

// Affected implements [engine.Result].
func (r *result) Affected() int64 { return r.affected }

// Next implements [array.RecordReader].
func (r *result) Next() bool {
	r.session.mu.Lock()
	defer r.session.mu.Unlock()
	defer r.session.effects.tell(r.session.options.Host)
	r.setBatch(nil)
	if r.err != nil {
		return false
	}
	if r.ctx.Err() != nil {
		r.fail(canceled(r.ctx))
		return false
	}
	for len(r.spools) > 0 {
		s := r.spools[0]
		if s.Next() {
			s.RecordBatch().Retain()
			r.setBatch(s.RecordBatch())
			return true
		}
		if err := s.Err(); err != nil {
			r.fail(err)
			return false
		}
		s.Release()
		r.spools = r.spools[1:]
	}
	if !r.live {
		return false
	}
	b, err := r.fetch()
	if err != nil {
		r.fail(err)
		return false
	}
	r.setBatch(b)
	if b == nil {
		return false
	}
	if r.writes {
		r.affected += b.NumRows()
	}
	if r.served++; r.served >= longResult && r.session.engine.options.ReadAhead {
		go r.readAhead()
	}
	return true
}

// longResult is how many batches make a result long enough that the next one is
// fetched while the reader is busy with the last.
const longResult = 4

// readAhead fetches the next batch, unless the reader was faster. It holds the
// session like any call: whoever wants the connection waits for it.
func (r *result) readAhead() {
	r.session.mu.Lock()
	defer r.session.mu.Unlock()
	if !r.live || r.ahead != nil || r.err != nil {
		return
	}
	b, err := r.fetch()
	if err != nil {
		r.fail(err)
		return
	}
	r.ahead = b
}

// fetch is the next batch of the live stream, which belongs to the caller, or
// nil at its end.
func (r *result) fetch() (arrow.RecordBatch, error) {
	if b := r.ahead; b != nil {
		r.ahead = nil
		return b, nil
	}
	for r.live {
		fetching := time.Now()
		chunk := duck.FetchChunk(r.native)
		if r.pace.waits(fetching) {
			r.session.engine.helpers.hurry()
		}
		if chunk.Ptr == nil {
			// An error in the middle looks like the end.
			var err error
			if text := duck.ResultError(&r.native); text != "" {
				err = r.statementError(text)
			}
			return nil, cmp.Or(err, r.closeStream(err == nil))
		}
		if duck.DataChunkGetSize(chunk) == 0 {
			duck.DestroyDataChunk(&chunk)
			continue
		}
		b, err := r.schema.batch(r.session.arrow, chunk)
		duck.DestroyDataChunk(&chunk)
		if err != nil {
			r.abandon()
		}
		return b, err
	}
	return nil, nil
}

// statementError is the error for DuckDB's text about the statement.
func (r *result) statementError(text string) error {
	e := r.session.failure(r.ctx, text)
	e.Position = r.text.original(e.Position)
	return e
}

// drain moves the rest of the live stream to a spool. If there is no room for it
// (54000) what is left stays in the stream, and the reader goes on undisturbed.
// If ctx is done the result ends as well, because a stream that has been
// interrupted cannot go on.
func (r *result) drain(ctx context.Context) error {
	if r.ctx.Err() != nil {
		r.fail(canceled(r.ctx))
		return nil
	}
	watch := r.session.c.interruptOn(ctx)
	defer watch.stop()
	s, err := spool.Drain(ctx, &liveReader{result: r}, r.session.engine.options.Spool)
	r.spools = append(r.spools, s)
	if err != nil && ctx.Err() != nil {
		return canceled(ctx)
	}
	return err
}

// closeStream gives the connection back. What the result's own transaction has
// done is kept if commit is true.
func (r *result) closeStream(commit bool) error {
	if !r.live {
		return nil
	}
	r.live = false
	duck.DestroyResult(&r.native)
	err := r.endTransaction(r.ctx, commit)
	r.releaseConnection()
	return err
}

// releaseConnection ends the result's hold on the connection.
func (r *result) releaseConnection() {
	r.stopWatch()
	if r.session.stream == r {
		r.session.stream = nil
	}
}

// stopWatch ends the interrupts that the result's context asks for.
func (r *result) stopWatch() {
	if r.watch != nil {
		r.watch.stop()
		r.watch = nil
	}
}

// abandon closes a live stream that has not come to its end.
func (r *result) abandon() {
	if !r.live {
		return
	}
	streaming := r.session.stream == r
	r.closeStream(false)
	if streaming {
		// DuckDB keeps the statement, its memory and its snapshot until the
		// connection is used again. To interrupt it would abort the transaction.
		var nothing duck.PreparedStatement
		duck.Prepare(r.session.c.native, "SELECT 1", &nothing)
		duck.DestroyPrepare(&nothing)
	}
}

// fail ends the result with an error, unless it has one already. The current
// batch stays: whoever reads it may not know yet.
func (r *result) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	for _, s := range r.spools {
		s.Release()
	}
	r.spools = nil
	if r.ahead != nil {
		r.ahead.Release()
		r.ahead = nil
	}
	r.abandon()
}

// setBatch makes b, whose reference it takes over, the current batch.
func (r *result) setBatch(b arrow.RecordBatch) {
	if r.batch != nil {
		r.batch.Release()
	}
	r.batch = b
}

// liveReader reads the live stream of a result for a spool, past the spools
// that the result has already.
type liveReader struct {
	result *result
	batch  arrow.RecordBatch
	err    error
}

var _ array.RecordReader = (*liveReader)(nil)

func (l *liveReader) Retain()  {}
func (l *liveReader) Release() {}

func (l *liveReader) Schema() *arrow.Schema          { return l.result.schema.out }
func (l *liveReader) RecordBatch() arrow.RecordBatch { return l.batch }
func (l *liveReader) Record() arrow.RecordBatch      { return l.batch }
func (l *liveReader) Err() error                     { return l.err }

func (l *liveReader) Next() bool {
	if l.batch != nil {
		l.batch.Release()
		l.batch = nil
	}
	if l.err != nil || !l.result.live {
		return false
	}
	l.batch, l.err = l.result.fetch()
	return l.batch != nil
}
