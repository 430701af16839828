package encoding

import (
	"bytes"
	"encoding/binary"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/wire/oid"
)

// isRecord reports whether a struct is what ROW(1, 'a') makes: none of its fields
// has a name.
func isRecord(t *arrow.StructType) bool {
	for _, f := range t.Fields() {
		if f.Name != "" {
			return false
		}
	}
	return t.NumFields() > 0
}

// record reads the fields of a record.
type record struct {
	fields []column
	types  []oid.OID
}

func newRecordEncoder(m *mapping, f form, c *shared) encoder {
	var r record
	for _, field := range m.fields {
		r.fields = append(r.fields, column{encoder: newEncoder(field.mapping, f, c)})
		r.types = append(r.types, field.typ.OID)
	}
	if f == binaryForm {
		return &recordBinary{r}
	}
	return &recordText{r}
}

func (r *record) bind(a arrow.Array) {
	s := a.(*array.Struct)
	for i := range r.fields {
		r.fields[i].bind(s.Field(i))
	}
}

// recordText writes (1,"a b",) as record_out does
// (PostgreSQL documentation, 8.16.6 Composite Type Input and Output Syntax).
type recordText struct{ record }

func (e *recordText) append(dst []byte, row int) []byte {
	dst = append(dst, '(')
	for i := range e.fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		if f := &e.fields[i]; !f.isNull(row) {
			start := len(dst)
			dst = quoteField(f.append(dst, row), start)
		}
	}
	return append(dst, ')')
}

// quoteField quotes what was appended to dst from start on as a field of a record,
// if it has to be: when it is empty, or has white space or a character of the
// record's own syntax in it. Quotes and backslashes are doubled.
func quoteField(dst []byte, start int) []byte {
	end := len(dst)
	if start < end && !bytes.ContainsAny(dst[start:], "\"\\(), \t\n\v\f\r") {
		return dst
	}
	for _, c := range dst[start:end] {
		if isDoubled(c) {
			dst = append(dst, 0)
		}
	}
	dst = append(dst, 0, '"')
	to := len(dst) - 1
	for from := end - 1; from >= start; from-- {
		to--
		dst[to] = dst[from]
		if isDoubled(dst[to]) {
			to--
			dst[to] = dst[to+1]
		}
	}
	dst[start] = '"'
	return dst
}

func isDoubled(c byte) bool { return c == '"' || c == '\\' }

// recordBinary writes the number of fields, and for each its type, its length, -1
// for NULL, and its value (record_send).
type recordBinary struct{ record }

func (e *recordBinary) append(dst []byte, row int) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(e.fields)))
	for i := range e.fields {
		dst = binary.BigEndian.AppendUint32(dst, uint32(e.types[i]))
		f := &e.fields[i]
		if f.isNull(row) {
			dst = binary.BigEndian.AppendUint32(dst, 0xffffffff)
			continue
		}
		start := len(dst)
		dst = f.append(append(dst, 0, 0, 0, 0), row)
		binary.BigEndian.PutUint32(dst[start:], uint32(len(dst)-start-4))
	}
	return dst
}
