package encoding

import (
	"context"
	"encoding/binary"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// Rows encodes record batches as DataRows. It implements [wire.Rows] and
// [wire.BlockEncoder].
type Rows struct {
	plan     *Plan
	reader   array.RecordReader
	settings *Settings
	tag      func(rows int64) string

	checked bool              // the reader's schema is the plan's
	batch   arrow.RecordBatch // the current one, or nil
	columns []column          // made by SetFormats, bound to batch
	block   *block            // of columns; nil until there are many rows
	formats []wire.Format
	shared  shared
}

// SetFormats sets the formats of the columns and reads the settings again: one
// format for all columns, one for each, or none, which is text. It may be called
// between batches and within one, at the start of every leg of a portal.
func (r *Rows) SetFormats(formats []wire.Format) error {
	if len(formats) > 1 && len(formats) != len(r.plan.columns) {
		return wire.Errorf("08P01", "bind message has %d result formats but query has %d columns",
			len(formats), len(r.plan.columns))
	}
	for _, f := range formats {
		if f != wire.Text && f != wire.Binary {
			return wire.Errorf("22023", "unsupported format code: %d", f)
		}
	}
	r.formats = append(r.formats[:0], formats...)
	for i, m := range r.plan.columns {
		if err := m.checkForm(r.form(i)); err != nil {
			return err
		}
	}
	r.build()
	if r.batch != nil {
		r.bind()
	}
	return nil
}

// build makes the encoders for the formats and settings as they are now.
func (r *Rows) build() {
	r.shared.Settings = *r.settings
	r.shared.zone = pgvalue.NewZone(r.settings.Location)
	r.columns, r.block = make([]column, len(r.plan.columns)), nil
	for i, m := range r.plan.columns {
		r.columns[i].encoder = newEncoder(m, r.form(i), &r.shared)
	}
}

func (r *Rows) form(column int) form {
	f := wire.Text
	switch {
	case len(r.formats) == 1:
		f = r.formats[0]
	case len(r.formats) > 1:
		f = r.formats[column]
	}
	if f == wire.Binary {
		return binaryForm
	}
	return textForm
}

// bind points the encoders at the current batch.
func (r *Rows) bind() {
	for i := range r.columns {
		r.columns[i].bind(r.batch.Column(i))
	}
	if r.block != nil {
		r.block.bind()
	}
}

// NextBatch makes the next batch current. It implements [wire.Rows].
func (r *Rows) NextBatch(ctx context.Context) (int, error) {
	if err := context.Cause(ctx); err != nil {
		return 0, err
	}
	r.release()
	if !r.reader.Next() {
		if err := r.reader.Err(); err != nil {
			return 0, err
		}
		return 0, io.EOF
	}
	if err := r.check(); err != nil {
		return 0, err
	}
	if r.columns == nil {
		r.build()
	}
	r.batch = r.reader.RecordBatch()
	r.batch.Retain() // past the reader, should Swap replace it
	r.bind()
	return int(r.batch.NumRows()), nil
}

// check compares the schema of the data with what was described. A difference
// that no client sees, such as the zone of a timestamptz, is taken over.
func (r *Rows) check() error {
	if r.checked {
		return nil
	}
	r.checked = true
	if s := r.reader.Schema(); !s.Equal(r.plan.schema) {
		plan := Compile(s)
		plan.likeThat(r.plan)
		if !r.plan.matches(plan) {
			return wire.Errorf("0A000", "cached plan must not change result type")
		}
		r.plan, r.columns = plan, nil
	}
	return nil
}

// EncodeRow appends the fields of a row. It implements [wire.Rows].
func (r *Rows) EncodeRow(w *wire.RowWriter, row int) error {
	w.SetBuf(r.appendRow(w.Buf(), row))
	return nil
}

// EncodeRows appends whole rows. It implements [wire.BlockEncoder].
func (r *Rows) EncodeRows(w *wire.RowWriter, from, to int) (next int, err error) {
	return r.encodeRows(w, r, from, to)
}

// rowEncoder makes messages of rows: Rows, or what embeds them.
type rowEncoder interface {
	newBlock() *block
	// beginRow appends what precedes the fields; at is where the message begins.
	beginRow(dst []byte) (_ []byte, at int)
	// appendRow appends the fields.
	appendRow(dst []byte, row int) []byte
}

func (r *Rows) newBlock() *block {
	head, _ := r.beginRow(nil)
	return newBlock(r.columns, head, nil)
}

func (r *Rows) beginRow(dst []byte) ([]byte, int) { return wire.AppendRowHeader(dst, len(r.columns)) }

func (r *Rows) appendRow(dst []byte, row int) []byte { return appendFields(dst, r.columns, row) }

// encodeRows appends rows until w is full: in blocks, if they are many and of types
// that a block takes.
func (r *Rows) encodeRows(w *wire.RowWriter, e rowEncoder, from, to int) (next int, err error) {
	for next = from; next < to && (next == from || !w.Full()); {
		if to-next >= fewRows && !w.Full() {
			if r.block == nil {
				r.block = e.newBlock()
				r.block.bind()
			}
			dst, n := r.block.append(w.Buf(), next, to)
			w.SetBuf(dst)
			if next += n; n > 0 {
				continue
			}
		}
		dst, at := e.beginRow(w.Buf())
		dst = e.appendRow(dst, next)
		if err := wire.FinishRow(dst, at); err != nil {
			w.SetBuf(dst[:at])
			return next, err
		}
		w.SetBuf(dst)
		next++
	}
	return next, nil
}

// appendFields appends the fields of a row, each after its length.
func appendFields(dst []byte, columns []column, row int) []byte {
	for i := range columns {
		dst = columns[i].appendField(dst, row)
	}
	return dst
}

// appendField appends a field after its length, -1 for NULL.
func (c *column) appendField(dst []byte, row int) []byte {
	if c.isNull(row) {
		return append(dst, 0xff, 0xff, 0xff, 0xff)
	}
	dst = append(dst, 0, 0, 0, 0)
	start := len(dst)
	dst = c.encoder.append(dst, row)
	binary.BigEndian.PutUint32(dst[start-4:], uint32(len(dst)-start))
	return dst
}

// Clamped is how many values have gone out as an infinity so far, because they
// are beyond what PostgreSQL's format can hold. The caller may tell the client.
func (r *Rows) Clamped() int64 { return r.shared.clamped }

// Swap continues with another reader once the current batch is sent, and
// returns the one before, which the caller now owns.
func (r *Rows) Swap(next array.RecordReader) array.RecordReader {
	old := r.reader
	r.reader, r.checked = next, false
	return old
}

// Tag implements [wire.Result].
func (r *Rows) Tag(rows int64) string { return r.tag(rows) }

// Close releases the reader and the current batch. It implements [wire.Result].
func (r *Rows) Close() error {
	r.release()
	if r.reader != nil {
		r.reader.Release()
		r.reader = nil
	}
	return nil
}

func (r *Rows) release() {
	if r.batch != nil {
		r.batch.Release()
		r.batch = nil
	}
}

var (
	_ wire.Rows         = (*Rows)(nil)
	_ wire.BlockEncoder = (*Rows)(nil)
)
