package wire

import (
	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// Bind is what a portal is executed with. The server has checked the counts
// against the statement's Description and expanded the formats, so that there
// is one of each per parameter and per column. It is valid as long as the
// portal, and must not be changed.
type Bind struct {
	Params  [][]byte  // nil is NULL
	Formats []Format  // of each parameter
	Types   []oid.OID // of each parameter, as Describe gave them
	Results []Format  // of each column

	// Limit is how many rows the first Execute asks for, 0 for all. It is a
	// hint: the server stops pulling by itself.
	Limit int64
}

// The methods below read parameter i, from 0, by its type and format. Errors are
// of the value (22P02, 22003, 08P01), of NULL where a value is asked for
// (22004), or of a binary value whose type they do not know (0A000).

// Null reports whether parameter i is NULL.
func (b *Bind) Null(i int) bool { return b.Params[i] == nil }

// Bytes returns parameter i as the bytes of a bytea. Of any other type it
// returns what the client sent. NULL is nil.
func (b *Bind) Bytes(i int) ([]byte, error) {
	v := b.Params[i]
	if v == nil || b.Types[i] != oid.Bytea || b.Formats[i] == Binary {
		return v, nil
	}
	return pgvalue.ParseBytea(make([]byte, 0, len(v)/2), v)
}

// Text returns parameter i as text.
func (b *Bind) Text(i int) (string, error) {
	v, asText, err := b.value(i)
	if err == nil && !asText {
		err = b.unsupported(i, "text")
	}
	return string(v), err
}

// Bool returns parameter i as a boolean.
func (b *Bind) Bool(i int) (bool, error) {
	_, asText, err := b.value(i)
	switch {
	case err != nil:
		return false, err
	case asText || b.Types[i] == oid.Bool:
		return read(b, i, 1, pgvalue.ParseBool, pgvalue.DecodeBool)
	}
	return false, b.unsupported(i, "boolean")
}

// Int64 returns parameter i, of an integer or text type, as a number.
func (b *Bind) Int64(i int) (int64, error) {
	v, asText, err := b.value(i)
	if err != nil {
		return 0, err
	}
	switch b.Types[i] {
	case oid.Int2:
		n, err := read(b, i, 2, pgvalue.ParseInt2, pgvalue.DecodeInt2)
		return int64(n), err
	case oid.Int4:
		n, err := read(b, i, 4, pgvalue.ParseInt4, pgvalue.DecodeInt4)
		return int64(n), err
	case oid.Int8:
		return read(b, i, 8, pgvalue.ParseInt8, pgvalue.DecodeInt8)
	case oid.OIDType, oid.Regproc:
		n, err := read(b, i, 4, pgvalue.ParseOID, pgvalue.DecodeOID)
		return int64(n), err
	}
	if asText {
		return pgvalue.ParseInt8(v)
	}
	return 0, b.unsupported(i, "bigint")
}

// Float64 returns parameter i, of a number or text type, as a number.
func (b *Bind) Float64(i int) (float64, error) {
	v, asText, err := b.value(i)
	if err != nil {
		return 0, err
	}
	switch b.Types[i] {
	case oid.Float4:
		n, err := read(b, i, 4, pgvalue.ParseFloat4, pgvalue.DecodeFloat4)
		return float64(n), err
	case oid.Float8:
		return read(b, i, 8, pgvalue.ParseFloat8, pgvalue.DecodeFloat8)
	}
	if asText {
		return pgvalue.ParseFloat8(v)
	}
	n, err := b.Int64(i)
	return float64(n), err
}

// value returns the bytes of parameter i, which must not be NULL, and whether
// they are text: in format Text, or of a type whose binary form is its text.
func (b *Bind) value(i int) (v []byte, asText bool, err error) {
	v = b.Params[i]
	if v == nil {
		return nil, false, Errorf("22004", "parameter $%d is null", i+1)
	}
	return v, b.Formats[i] == Text || isString(b.Types[i]), nil
}

// read reads parameter i, of a type with size bytes, by its format.
func read[T any](b *Bind, i, size int, parse, decode func([]byte) (T, error)) (v T, err error) {
	value, asText, err := b.value(i)
	switch {
	case err != nil:
		return v, err
	case asText:
		return parse(value)
	case len(value) < size:
		return v, errInsufficient
	case len(value) > size:
		return v, Errorf("22P03", "incorrect binary data format in bind parameter %d", i+1)
	}
	return decode(value)
}

func (b *Bind) unsupported(i int, as string) error {
	return Errorf("0A000", "cannot read binary parameter $%d of type %d as %s", i+1, b.Types[i], as)
}
