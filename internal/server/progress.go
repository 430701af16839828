package server

import (
	"io"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/catalog"
	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// copying is a COPY or LOAD that runs: a row of pg_stat_progress_copy
// (documentation, 28.4.6).
type copying struct {
	command, source string // as the view names them
	table           oid.OID
	bytes, tuples   atomic.Int64
	// What only the engine knows: whether rows are left out by a WHERE, and how far
	// a LOAD has got.
	filtered, uncounted bool
}

// copies are the COPYs and LOADs of the database.
func (s *session) copies() []catalog.Copy {
	var all []catalog.Copy
	for other := range s.database.all() {
		if c := other.copying.Load(); c != nil {
			row := catalog.Copy{
				PID: other.conn.PID(), Database: other.conn.Startup().Database, Table: uint32(c.table), Command: c.command, Type: c.source,
				Bytes: c.bytes.Load(), Tuples: c.tuples.Load(),
			}
			if c.uncounted {
				row.Bytes = -1
			}
			if c.uncounted || c.filtered {
				row.Tuples = -1
			}
			all = append(all, row)
		}
	}
	return all
}

// countedReader counts the data of a COPY FROM.
type countedReader struct {
	io.Reader
	to *copying
}

func (r countedReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	r.to.bytes.Add(int64(n))
	return n, err
}

// countedRows counts its rows.
type countedRows struct {
	array.RecordReader
	to *copying
}

func (r countedRows) Next() bool {
	if !r.RecordReader.Next() {
		return false
	}
	r.to.tuples.Add(r.RecordBatch().NumRows())
	return true
}

// countedOut counts the rows of a COPY TO and their data.
type countedOut struct {
	*encoding.CopyOut
	to *copying
}

// headerSize is what CopyData has before a row.
const headerSize = 5

// EncodeRow implements [wire.Rows].
func (c countedOut) EncodeRow(w *wire.RowWriter, row int) error {
	before := len(w.Buf())
	err := c.CopyOut.EncodeRow(w, row)
	c.to.bytes.Add(int64(len(w.Buf()) - before))
	c.to.tuples.Add(1)
	return err
}

// EncodeRows implements [wire.BlockEncoder].
func (c countedOut) EncodeRows(w *wire.RowWriter, from, to int) (next int, err error) {
	before := len(w.Buf())
	next, err = c.CopyOut.EncodeRows(w, from, to)
	c.to.bytes.Add(int64(len(w.Buf()) - before - headerSize*(next-from)))
	c.to.tuples.Add(int64(next - from))
	return next, err
}
