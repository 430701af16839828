package spool

import (
	"context"
	"io"
	"os"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"

	"github.com/csvsql/csvsql/engine"
)

// Tape records a stream of record batches while it is read, so that it can be read
// again from any row: in memory up to a limit, beyond it in a file. It is an
// [array.RecordReader]; releasing the last reference releases the stream and
// deletes the file.
type Tape struct {
	source  array.RecordReader
	options Options
	refs    int64

	starts []int64 // the number of the first row of each recorded batch
	rows   int64   // recorded
	next   int     // the batch that Next goes to
	batch  arrow.RecordBatch
	err    error // that ended the stream; it becomes Err behind the last batch
	ended  bool  // the stream has

	memory  []arrow.RecordBatch // the first batches, owned
	bytes   int64               // in memory
	file    *os.File            // the others, each a stream of its own; nil if there are none
	offsets []int64             // where each begins in the file, and where the last one ends
	size    int64               // of the batches in the file
}

var _ array.RecordReader = (*Tape)(nil)

// NewTape returns the Tape of r, whose reference it takes over. It belongs to one
// goroutine.
func NewTape(r array.RecordReader, o Options) *Tape {
	return &Tape{source: r, options: o.withDefaults(), refs: 1, offsets: []int64{0}}
}

// Seek makes the next call of Next go to the batch that has the given row, which
// counts from 0. It returns the number of the batch's first row, and false if
// there are fewer rows than that. Reading ahead to the row fails with the error of
// the stream, of ctx, or with an [*engine.Error] of code 54000 when the limits are
// reached.
func (t *Tape) Seek(ctx context.Context, row int64) (first int64, ok bool, err error) {
	for row >= t.rows && !t.ended {
		if err := ctx.Err(); err != nil {
			return 0, false, context.Cause(ctx)
		}
		if err := t.record(); err != nil {
			return 0, false, err
		}
	}
	if row >= t.rows {
		t.next = len(t.starts)
		return 0, false, t.err
	}
	i, found := slices.BinarySearch(t.starts, row)
	if !found {
		i-- // the batch that begins before the row
	}
	t.next = i
	return t.starts[i], true, nil
}

// ReadAll records the stream to its end. Next goes on where it was.
func (t *Tape) ReadAll(ctx context.Context) error {
	for !t.ended {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		if err := t.record(); err != nil {
			return err
		}
	}
	return nil
}

// record takes one batch of the stream. What cannot be kept is an error, and ends
// the stream with it.
func (t *Tape) record() error {
	if !t.source.Next() {
		t.ended, t.err = true, t.source.Err()
		return nil
	}
	b := t.source.RecordBatch()
	if b.NumRows() == 0 {
		return nil
	}
	if err := t.keep(b); err != nil {
		t.ended, t.err = true, err
		return err
	}
	t.starts = append(t.starts, t.rows)
	t.rows += b.NumRows()
	return nil
}

func (t *Tape) keep(b arrow.RecordBatch) error {
	size := sizeOf(b)
	if t.file == nil && t.bytes+size <= t.options.Memory {
		b.Retain()
		t.memory = append(t.memory, b)
		t.bytes += size
		return nil
	}
	switch {
	case t.options.Dir == "":
		return tapeTooLarge("memory", t.options.Memory)
	case t.size+size > t.options.Disk:
		return tapeTooLarge("disk", t.options.Disk)
	}
	t.size += size
	if err := t.write(b); err != nil {
		return diskError(err)
	}
	return nil
}

func tapeTooLarge(where string, limit int64) error {
	e := engine.Errorf("54000", "the rows of the cursor are more than the %d bytes of %s it may take", limit, where)
	e.Hint = "A cursor without SCROLL and WITH HOLD keeps no rows."
	return e
}

// write appends b to the file, and makes the file if there is none yet.
func (t *Tape) write(b arrow.RecordBatch) (err error) {
	if t.file == nil {
		if t.file, err = os.CreateTemp(t.options.Dir, "tape-*.arrows"); err != nil {
			return err
		}
	}
	if _, err := t.file.Seek(t.offsets[len(t.offsets)-1], io.SeekStart); err != nil {
		return err
	}
	w := ipc.NewWriter(t.file, ipc.WithSchema(b.Schema()))
	if err := w.Write(b); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	end, err := t.file.Seek(0, io.SeekCurrent)
	t.offsets = append(t.offsets, end)
	return err
}

// read returns batch i, which belongs to the caller.
func (t *Tape) read(i int) (arrow.RecordBatch, error) {
	if i < len(t.memory) {
		t.memory[i].Retain()
		return t.memory[i], nil
	}
	i -= len(t.memory)
	r, err := ipc.NewReader(io.NewSectionReader(t.file, t.offsets[i], t.offsets[i+1]-t.offsets[i]))
	if err != nil {
		return nil, diskError(err)
	}
	defer r.Release()
	b, err := r.Read()
	if err != nil {
		return nil, diskError(err)
	}
	b.Retain()
	return b, nil
}

// Retain adds a reference.
func (t *Tape) Retain() { t.refs++ }

// Release drops a reference.
func (t *Tape) Release() {
	if t.refs--; t.refs != 0 {
		return
	}
	t.setBatch(nil)
	for _, b := range t.memory {
		b.Release()
	}
	t.memory = nil
	if t.file != nil {
		t.file.Close()
		os.Remove(t.file.Name())
	}
	t.source.Release()
}

// Schema is the schema of the stream.
func (t *Tape) Schema() *arrow.Schema { return t.source.Schema() }

// RecordBatch is the current batch. It is valid until the next call of Next.
func (t *Tape) RecordBatch() arrow.RecordBatch { return t.batch }

// Record is the former name of [Tape.RecordBatch].
func (t *Tape) Record() arrow.RecordBatch { return t.batch }

// Err is the error that ended the rows.
func (t *Tape) Err() error {
	if t.ended && t.next == len(t.starts) {
		return t.err
	}
	return nil
}

// Next goes to the next batch, or to the one that Seek chose.
func (t *Tape) Next() bool {
	t.setBatch(nil)
	for t.next == len(t.starts) && !t.ended {
		if t.record() != nil {
			return false
		}
	}
	if t.next == len(t.starts) {
		return false
	}
	b, err := t.read(t.next)
	if err != nil {
		t.ended, t.err, t.next = true, err, len(t.starts)
		return false
	}
	t.next++
	t.setBatch(b)
	return true
}

// setBatch makes b, whose reference it takes over, the current batch.
func (t *Tape) setBatch(b arrow.RecordBatch) {
	if t.batch != nil {
		t.batch.Release()
	}
	t.batch = b
}
