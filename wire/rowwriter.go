package wire

import (
	"encoding/binary"

	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

const (
	// flushSize is how much a connection queues before it writes.
	flushSize = 64 << 10

	// maxMessageOut is the longest message there is: clients read the length as
	// a signed 32-bit number, and PostgreSQL itself stops at 1 GiB - 1.
	maxMessageOut = 1<<30 - 1

	// rowHeader is 'D', the length and the number of fields.
	rowHeader = 1 + 4 + 2
)

var errMessageTooLong = &Error{Severity: "ERROR", Code: "54000", Message: "row is too large for one message of the protocol"}

// RowWriter appends DataRow messages to what is queued for the client
// (PostgreSQL documentation, 55.7 Message Formats).
//
// Field by field: one call of Null, Int64, Float64, Bool, Text, Bytes, Time
// or Field for every column, in order. A value goes out in the format that was asked for
// its column; one that the column's type cannot take is an error of the
// statement, reported when the row ends.
//
// An EncodeRows skips all of this and appends to the slice:
//
//	for row := from; row < to; row++ {
//		buf, at := wire.AppendRowHeader(w.Buf(), columns)
//		buf = ... // each field: its length as int32 (-1 for NULL), then its bytes
//		if err := wire.FinishRow(buf, at); err != nil {
//			return row, err
//		}
//		w.SetBuf(buf)
//		if w.Full() {
//			return row + 1, nil
//		}
//	}
//	return to, nil
//
// A RowWriter belongs to its connection and is valid only within the call of
// EncodeRow or EncodeRows that it was passed to.
type RowWriter struct {
	buf     []byte
	columns []Column
	formats []Format
	field   int  // the next field of the row
	row     int  // where the row begins
	copying bool // rows are CopyData
	err     error
}

// AppendRowHeader begins a DataRow of so many fields. at is FinishRow's.
func AppendRowHeader(dst []byte, columns int) (_ []byte, at int) {
	at = len(dst)
	return append(dst, 'D', 0, 0, 0, 0, byte(columns>>8), byte(columns)), at
}

// AppendCopyHeader begins a CopyData, as a CopyOut makes of every row.
func AppendCopyHeader(dst []byte) (_ []byte, at int) { return beginMessage(dst, 'd') }

// FinishRow fills in the length of the message that began at at. A row that is
// longer than a message may be is an error 54000, and the caller drops it.
func FinishRow(dst []byte, at int) error {
	n := len(dst) - at - 1
	if n > maxMessageOut {
		return errMessageTooLong
	}
	binary.BigEndian.PutUint32(dst[at+1:], uint32(n))
	return nil
}

// Buf returns what is queued. The caller may append whole messages, or fields
// of the row that BeginRow began, and gives the slice back with SetBuf.
func (w *RowWriter) Buf() []byte { return w.buf }

// SetBuf replaces what is queued by buf, which must begin with what Buf returned.
func (w *RowWriter) SetBuf(buf []byte) { w.buf = buf }

// Full reports that enough is queued to be sent: stop at the end of this row.
func (w *RowWriter) Full() bool { return len(w.buf) >= flushSize }

// Columns returns the description of the rows, for encoders that look at it.
func (w *RowWriter) Columns() []Column { return w.columns }

// Formats returns the format of each column.
func (w *RowWriter) Formats() []Format { return w.formats }

// BeginRow begins a DataRow or, of a CopyOut, a CopyData. Only an EncodeRows
// calls it; for EncodeRow the server does.
func (w *RowWriter) BeginRow() {
	w.field = 0
	if w.copying {
		w.buf, w.row = beginMessage(w.buf, 'd')
		return
	}
	w.buf, w.row = AppendRowHeader(w.buf, len(w.columns))
}

// EndRow ends the row that BeginRow began.
func (w *RowWriter) EndRow() {
	if err := FinishRow(w.buf, w.row); err != nil {
		w.fail(err)
	}
	// Rows written through Buf count no fields.
	if w.field != 0 && w.field != len(w.columns) {
		w.fail(Errorf("XX000", "row of %d fields where %d were described", w.field, len(w.columns)))
	}
}

// Null appends NULL.
func (w *RowWriter) Null() {
	w.field++
	w.buf = append(w.buf, 0xff, 0xff, 0xff, 0xff)
}

// Field appends a value that is encoded already, in the format of its column.
func (w *RowWriter) Field(value []byte) {
	w.field++
	if len(value) > maxMessageOut {
		w.fail(errMessageTooLong)
		return
	}
	w.buf = append(w.length(len(value)), value...)
}

// Text appends s as it is, in either format: the binary form of text is the
// text. The text form of any type may be sent so to a column of format Text.
func (w *RowWriter) Text(s string) {
	t, f := w.next()
	if f == Binary && !isString(t) {
		w.mismatch("a text", t)
		return
	}
	if len(s) > maxMessageOut {
		w.fail(errMessageTooLong)
		return
	}
	w.buf = append(w.length(len(s)), s...)
}

// Bytes appends a bytea.
func (w *RowWriter) Bytes(v []byte) {
	t, f := w.next()
	if f == Binary {
		if t != oid.Bytea && !isString(t) {
			w.mismatch("a bytea", t)
			return
		}
		w.field--
		w.Field(v)
		return
	}
	if len(v) > maxMessageOut/2-2 {
		w.fail(errMessageTooLong)
		return
	}
	at := w.open()
	w.buf = pgvalue.AppendByteaHex(w.buf, v)
	w.shut(at)
}

// Bool appends a boolean.
func (w *RowWriter) Bool(v bool) {
	t, f := w.next()
	switch {
	case f == Text || isString(t):
		w.buf = pgvalue.AppendBool(w.length(1), v)
	case t == oid.Bool:
		w.buf = pgvalue.AppendBoolBinary(w.length(1), v)
	default:
		w.mismatch("a boolean", t)
	}
}

// Int64 appends a number to a column of an integer, floating-point or text type.
func (w *RowWriter) Int64(v int64) {
	t, f := w.next()
	switch {
	case f == Text || isString(t):
		at := w.open()
		w.buf = pgvalue.AppendInt(w.buf, v)
		w.shut(at)
	case t == oid.Int8:
		w.buf = pgvalue.AppendInt8Binary(w.length(8), v)
	case t == oid.Int4 && v == int64(int32(v)):
		w.buf = pgvalue.AppendInt4Binary(w.length(4), int32(v))
	case t == oid.Int2 && v == int64(int16(v)):
		w.buf = pgvalue.AppendInt2Binary(w.length(2), int16(v))
	case (t == oid.OIDType || t == oid.Regproc) && v == int64(uint32(v)):
		w.buf = pgvalue.AppendOIDBinary(w.length(4), uint32(v))
	case t == oid.Int4 || t == oid.Int2 || t == oid.OIDType || t == oid.Regproc:
		w.fail(Errorf("22003", "value %d is out of range for type %d", v, t))
	case t == oid.Float8 || t == oid.Float4:
		w.field--
		w.Float64(float64(v))
	default:
		w.mismatch("an integer", t)
	}
}

// Float64 appends a number to a column of a floating-point or text type.
func (w *RowWriter) Float64(v float64) {
	t, f := w.next()
	switch {
	case f == Text && t == oid.Float4:
		at := w.open()
		w.buf = pgvalue.AppendFloat4(w.buf, float32(v))
		w.shut(at)
	case f == Text || isString(t):
		at := w.open()
		w.buf = pgvalue.AppendFloat8(w.buf, v)
		w.shut(at)
	case t == oid.Float8:
		w.buf = pgvalue.AppendFloat8Binary(w.length(8), v)
	case t == oid.Float4:
		w.buf = pgvalue.AppendFloat4Binary(w.length(4), float32(v))
	default:
		w.mismatch("a double precision", t)
	}
}

// next steps to the next field and returns its type and format.
func (w *RowWriter) next() (oid.OID, Format) {
	i := w.field
	w.field++
	if i >= len(w.columns) {
		return oid.Unspecified, Text // EndRow reports it
	}
	return w.columns[i].Type, w.formats[i]
}

// length appends the length of a field, for the field to be appended to.
func (w *RowWriter) length(n int) []byte {
	return binary.BigEndian.AppendUint32(w.buf, uint32(n))
}

// open and shut bracket a field whose length is known only afterwards.
func (w *RowWriter) open() (at int) {
	w.buf = append(w.buf, 0, 0, 0, 0)
	return len(w.buf)
}

func (w *RowWriter) shut(at int) {
	binary.BigEndian.PutUint32(w.buf[at-4:], uint32(len(w.buf)-at))
}

func (w *RowWriter) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *RowWriter) mismatch(value string, t oid.OID) {
	w.fail(Errorf("0A000", "cannot send %s as a binary value of type %d", value, t))
}

// takeError returns the first error of the rows since it was last called.
func (w *RowWriter) takeError() error {
	err := w.err
	w.err = nil
	return err
}

// isString reports whether the binary form of t is its text form.
func isString(t oid.OID) bool {
	switch t {
	case oid.Text, oid.Varchar, oid.Bpchar, oid.Name, oid.Unknown, oid.Unspecified, oid.JSON, oid.Char:
		return true
	}
	return false
}
