package wire

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"

	"github.com/csvsql/csvsql/wire/oid"
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

// Null reports whether parameter i, from 0, is NULL.
func (b *Bind) Null(i int) bool { return b.Params[i] == nil }

// Bytes returns parameter i as the bytes of a bytea, of which the text form is
// decoded; of any other type it returns what the client sent. NULL is nil.
func (b *Bind) Bytes(i int) ([]byte, error) {
	v := b.Params[i]
	if b.Types[i] != oid.Bytea || b.Formats[i] == Binary || v == nil {
		return v, nil
	}
	out, ok := decodeBytea(v)
	if !ok {
		return nil, Errorf("22P02", "invalid input syntax for type bytea")
	}
	return out, nil
}

// Text returns parameter i as text. A binary value of a type whose binary form
// is not its text is an error 0A000.
func (b *Bind) Text(i int) (string, error) {
	v, err := b.value(i)
	if err != nil {
		return "", err
	}
	if b.Formats[i] == Binary && !isString(b.Types[i]) {
		return "", b.unsupported(i, "text")
	}
	return string(v), nil
}

// Bool returns parameter i as a boolean.
func (b *Bind) Bool(i int) (bool, error) {
	v, err := b.value(i)
	if err != nil {
		return false, err
	}
	if b.Formats[i] == Binary && b.Types[i] == oid.Bool {
		if err := b.size(i, 1); err != nil {
			return false, err
		}
		return v[0] != 0, nil
	}
	if b.Formats[i] == Binary && !isString(b.Types[i]) {
		return false, b.unsupported(i, "boolean")
	}
	switch string(bytes.ToLower(bytes.TrimSpace(v))) {
	case "t", "tr", "tru", "true", "y", "ye", "yes", "on", "1":
		return true, nil
	case "f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0":
		return false, nil
	}
	return false, invalidInput("boolean", v)
}

// Int64 returns parameter i, of an integer or text type, as a number.
func (b *Bind) Int64(i int) (int64, error) {
	v, err := b.value(i)
	if err != nil {
		return 0, err
	}
	if b.Formats[i] == Binary && !isString(b.Types[i]) {
		switch b.Types[i] {
		case oid.Int8:
			err := b.size(i, 8)
			return int64(beUint(v)), err
		case oid.Int4:
			err := b.size(i, 4)
			return int64(int32(beUint(v))), err
		case oid.Int2:
			err := b.size(i, 2)
			return int64(int16(beUint(v))), err
		case oid.OIDType, oid.Regproc:
			err := b.size(i, 4)
			return int64(uint32(beUint(v))), err
		}
		return 0, b.unsupported(i, "bigint")
	}
	bits, name := 64, "bigint"
	switch b.Types[i] {
	case oid.Int4:
		bits, name = 32, "integer"
	case oid.Int2:
		bits, name = 16, "smallint"
	}
	v = bytes.TrimSpace(v)
	n, err := strconv.ParseInt(string(v), 10, bits)
	if err != nil {
		return 0, numberError(name, v, err)
	}
	return n, nil
}

// Float64 returns parameter i, of a number or text type, as a number.
func (b *Bind) Float64(i int) (float64, error) {
	v, err := b.value(i)
	if err != nil {
		return 0, err
	}
	if b.Formats[i] == Binary && !isString(b.Types[i]) {
		switch b.Types[i] {
		case oid.Float8:
			err := b.size(i, 8)
			return math.Float64frombits(beUint(v)), err
		case oid.Float4:
			err := b.size(i, 4)
			return float64(math.Float32frombits(uint32(beUint(v)))), err
		}
		n, err := b.Int64(i)
		return float64(n), err
	}
	v = bytes.TrimSpace(v)
	n, err := strconv.ParseFloat(string(v), 64)
	if err != nil || bytes.ContainsAny(v, "_xX") {
		return 0, numberError("double precision", v, err)
	}
	return n, nil
}

// value returns the bytes of parameter i, which has to be one and not NULL.
func (b *Bind) value(i int) ([]byte, error) {
	if b.Params[i] == nil {
		return nil, Errorf("22004", "parameter $%d is null", i+1)
	}
	return b.Params[i], nil
}

// size checks the length of a binary parameter.
func (b *Bind) size(i, want int) error {
	switch n := len(b.Params[i]); {
	case n < want:
		return errInsufficient
	case n > want:
		return Errorf("22P03", "incorrect binary data format in bind parameter %d", i+1)
	}
	return nil
}

func (b *Bind) unsupported(i int, as string) error {
	return Errorf("0A000", "cannot read a binary parameter $%d of type %d as %s", i+1, b.Types[i], as)
}

// beUint reads up to eight bytes as a big-endian number.
func beUint(v []byte) uint64 {
	var word [8]byte
	if len(v) > len(word) {
		v = v[:len(word)]
	}
	copy(word[len(word)-len(v):], v)
	return binary.BigEndian.Uint64(word[:])
}

func invalidInput(typ string, v []byte) error {
	return Errorf("22P02", "invalid input syntax for type %s: \"%s\"", typ, v)
}

func numberError(typ string, v []byte, err error) error {
	if ne, ok := err.(*strconv.NumError); ok && ne.Err == strconv.ErrRange {
		return Errorf("22003", "value \"%s\" is out of range for type %s", v, typ)
	}
	return invalidInput(typ, v)
}

// decodeBytea reads the text form of bytea: hex, or the older escape form.
func decodeBytea(v []byte) ([]byte, bool) {
	out := make([]byte, 0, len(v)/2)
	if hex, ok := bytes.CutPrefix(v, []byte(`\x`)); ok {
		for len(hex) > 0 {
			c := hex[0]
			if c == ' ' || c == '\t' || c == '\n' || c == '\r' {
				hex = hex[1:]
				continue
			}
			if len(hex) < 2 {
				return nil, false
			}
			hi, lo := hexDigit(hex[0]), hexDigit(hex[1])
			if hi > 15 || lo > 15 {
				return nil, false
			}
			out = append(out, hi<<4|lo)
			hex = hex[2:]
		}
		return out, true
	}
	for i := 0; i < len(v); i++ {
		switch rest := v[i:]; {
		case v[i] != '\\':
			out = append(out, v[i])
		case len(rest) >= 2 && rest[1] == '\\':
			out = append(out, '\\')
			i++
		case len(rest) >= 4 && rest[1] <= '3' && isOctal(rest[1:4]):
			out = append(out, (rest[1]-'0')<<6|(rest[2]-'0')<<3|(rest[3]-'0'))
			i += 3
		default:
			return nil, false
		}
	}
	return out, true
}

func isOctal(v []byte) bool {
	for _, c := range v {
		if c < '0' || c > '7' {
			return false
		}
	}
	return true
}

// hexDigit returns the value of a digit, or 255.
func hexDigit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}
