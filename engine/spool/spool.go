// Package spool keeps a stream of record batches that has to give way: in
// memory up to a limit, beyond it in a file.
//
// An engine that can hold one open stream for each connection drains it here
// before it uses the connection for anything else; whoever reads the stream
// does not notice.
package spool

import (
	"context"
	"io"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/engine"
)

// Options limit a Spool.
type Options struct {
	// Dir is a private directory for the files; if it is empty nothing is
	// written to disk.
	Dir string
	// Memory is the number of bytes kept as record batches; 0 means 16 MB.
	Memory int64
	// Disk is the number of bytes written to the file; 0 means 1 GB.
	Disk int64
}

func (o Options) withDefaults() Options {
	if o.Memory == 0 {
		o.Memory = 16 << 20
	}
	if o.Disk == 0 {
		o.Disk = 1 << 30
	}
	return o
}

// Spool is what was drained, an [array.RecordReader] that reads it once from
// the start. Releasing the last reference deletes its file.
type Spool struct {
	refs   atomic.Int64
	schema *arrow.Schema
	batch  arrow.RecordBatch

	memory []arrow.RecordBatch // owned; read before the file
	file   *file               // nil if memory was enough
	last   arrow.RecordBatch   // owned; read last: the batch for which there was no room

	err  error // of the file
	tail error // of the drained stream; it becomes Err when the rows have been read
}

var _ array.RecordReader = (*Spool)(nil)

// Drain reads r to its end, without releasing it, and returns what it read.
// An error of r itself is not an error of Drain: the Spool ends with it, after
// the rows that came before it.
//
// The Spool is never nil. If Drain fails, because ctx is done or with an
// [*engine.Error] of code 54000 because the limits are reached, it holds the
// rows read so far, and r goes on behind them.
func Drain(ctx context.Context, r array.RecordReader, o Options) (*Spool, error) {
	o = o.withDefaults()
	s := &Spool{schema: r.Schema()}
	s.refs.Store(1)
	var inMemory int64
	for {
		if err := ctx.Err(); err != nil {
			return s, s.finish(context.Cause(ctx))
		}
		if !r.Next() {
			s.tail = r.Err()
			return s, s.finish(nil)
		}
		b := r.RecordBatch()
		size := sizeOf(b)
		if s.file == nil && inMemory+size <= o.Memory {
			inMemory += size
			b.Retain()
			s.memory = append(s.memory, b)
			continue
		}
		if err := s.write(b, size, o); err != nil {
			b.Retain()
			s.last = b
			return s, s.finish(err)
		}
	}
}

// write appends b to the file, and makes the file if there is none yet.
func (s *Spool) write(b arrow.RecordBatch, size int64, o Options) error {
	if o.Dir == "" {
		return tooLarge("memory", o.Memory)
	}
	if s.file == nil {
		f, err := createFile(o.Dir, s.schema)
		if err != nil {
			return diskError(err)
		}
		s.file = f
	}
	if s.file.size+size > o.Disk {
		return tooLarge("disk", o.Disk)
	}
	if err := s.file.write(b); err != nil {
		return diskError(err)
	}
	return nil
}

// finish turns the file from writing to reading. err is what ended the drain.
func (s *Spool) finish(err error) error {
	if s.file == nil {
		return err
	}
	if rewindErr := s.file.rewind(); rewindErr != nil {
		s.err = diskError(rewindErr)
		if err == nil {
			err = s.err
		}
	}
	return err
}

func tooLarge(where string, limit int64) error {
	e := engine.Errorf("54000", "suspended result is larger than the %d bytes of %s it may take", limit, where)
	e.Hint = "Read or close the open result before you run another statement."
	return e
}

// Retain adds a reference.
func (s *Spool) Retain() { s.refs.Add(1) }

// Release drops a reference; the last one frees the batches and the file.
func (s *Spool) Release() {
	if s.refs.Add(-1) != 0 {
		return
	}
	s.setBatch(nil)
	for _, b := range s.memory {
		b.Release()
	}
	s.memory = nil
	if s.file != nil {
		s.file.close()
		s.file = nil
	}
	if s.last != nil {
		s.last.Release()
		s.last = nil
	}
}

// Schema is the schema of the drained stream.
func (s *Spool) Schema() *arrow.Schema { return s.schema }

// RecordBatch is the current batch. It is valid until the next call of Next.
func (s *Spool) RecordBatch() arrow.RecordBatch { return s.batch }

// Record is the former name of [Spool.RecordBatch].
func (s *Spool) Record() arrow.RecordBatch { return s.batch }

// Err is the error that ended the rows: the file's, or the drained stream's own.
func (s *Spool) Err() error { return s.err }

// Next goes to the next batch.
func (s *Spool) Next() bool {
	if s.err != nil {
		s.setBatch(nil)
		return false
	}
	if len(s.memory) > 0 {
		s.setBatch(s.memory[0])
		s.memory = s.memory[1:]
		return true
	}
	if s.file != nil {
		b, err := s.file.read()
		switch err {
		case nil:
			s.setBatch(b)
			return true
		case io.EOF:
			s.file.close()
			s.file = nil
		default:
			s.setBatch(nil)
			s.err = diskError(err)
			return false
		}
	}
	if s.last != nil {
		s.setBatch(s.last)
		s.last = nil
		return true
	}
	s.setBatch(nil)
	s.err = s.tail
	return false
}

// setBatch makes b, whose reference it takes over, the current batch.
func (s *Spool) setBatch(b arrow.RecordBatch) {
	if s.batch != nil {
		s.batch.Release()
	}
	s.batch = b
}
