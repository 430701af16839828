package client

import "encoding/binary"

// Row is the body of a DataRow: the number of fields, then each field behind its
// length, -1 for NULL (PostgreSQL documentation, 55.7 Message Formats).
type Row []byte

// Len is the number of fields the row claims to have.
func (r Row) Len() int {
	if len(r) < 2 {
		return 0
	}
	return int(binary.BigEndian.Uint16(r))
}

// AppendFields appends the fields to dst, nil for NULL, and returns it. They share
// the memory of r. With a dst that is used again nothing is allocated.
func (r Row) AppendFields(dst [][]byte) ([][]byte, error) {
	f := fieldReader{b: r}
	for range uint16(f.int16()) {
		n := f.int32()
		if n == -1 {
			dst = append(dst, nil)
			continue
		}
		field := f.bytes(int(n))
		if f.bad {
			break
		}
		dst = append(dst, field)
	}
	if f.bad || len(f.b) != 0 {
		return dst, errMalformed("DataRow")
	}
	return dst, nil
}
