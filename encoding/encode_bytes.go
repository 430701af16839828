package encoding

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// byteValues reads the values of any Arrow type whose values are bytes.
type byteValues struct {
	data      []byte
	offsets32 []int32
	offsets64 []int64
	views     []arrow.ViewHeader
	buffers   [][]byte // that views point into
	width     int      // of a fixed-size type; data begins with row 0
}

func (v *byteValues) bind(a arrow.Array) {
	d := a.Data()
	buffers := d.Buffers()
	*v = byteValues{buffers: v.buffers[:0]}
	if a.Len() == 0 {
		return
	}
	switch t := a.DataType().(type) {
	case *arrow.FixedSizeBinaryType:
		v.width = t.ByteWidth
		if buffers[1] != nil {
			v.data = buffers[1].Bytes()[d.Offset()*t.ByteWidth:]
		}
	case *arrow.StringViewType, *arrow.BinaryViewType:
		v.views = arrow.GetData[arrow.ViewHeader](buffers[1].Bytes())[d.Offset():]
		for _, b := range buffers[2:] {
			v.buffers = append(v.buffers, b.Bytes())
		}
	case *arrow.LargeStringType, *arrow.LargeBinaryType:
		v.offsets64 = arrow.GetOffsets[int64](d, 1)
	default:
		v.offsets32 = arrow.GetOffsets[int32](d, 1)
	}
	if v.data == nil && v.views == nil && buffers[2] != nil {
		v.data = buffers[2].Bytes()
	}
}

func (v *byteValues) at(row int) []byte {
	switch {
	case v.offsets32 != nil:
		return v.data[v.offsets32[row]:v.offsets32[row+1]]
	case v.width != 0:
		return v.data[row*v.width:][:v.width]
	case v.views != nil:
		h := &v.views[row]
		if h.IsInline() {
			return h.InlineBytes()
		}
		return v.buffers[h.BufferIndex()][h.BufferOffset():][:h.Len()]
	case v.offsets64 != nil:
		return v.data[v.offsets64[row]:v.offsets64[row+1]]
	}
	return nil // fixed_size_binary[0]
}

// longest is the length of the longest value, or unbounded for values that are not
// laid out one behind the other.
func (v *byteValues) longest() int {
	if v.offsets32 == nil {
		return unbounded
	}
	most := int32(0)
	for i, end := range v.offsets32[1:] {
		most = max(most, end-v.offsets32[i])
	}
	return int(most)
}

type (
	// rawBytes sends the bytes as they are: text, json, binary bytea.
	rawBytes struct{ byteValues }

	// fixedBytes does so with values that all have the same length.
	fixedBytes struct {
		byteValues
		length int
	}

	// paddedText adds the blanks at the end of a char(n), which are not kept.
	paddedText struct {
		byteValues
		length int
	}

	byteaText struct {
		byteValues
		output pgvalue.ByteaOutput
	}

	// uuidText reads 16 bytes, parsedUUID the text of a uuid.
	uuidText   struct{ byteValues }
	parsedUUID struct{ byteValues }

	// int128 reads a little-endian integer of 16 bytes.
	int128 struct {
		byteValues
		binary, unsigned bool
	}

	// numericBinary reads a numeric as text.
	numericBinary struct{ byteValues }

	// timetzEncoder reads text, as in 10:00:00+05:30.
	timetzEncoder struct {
		byteValues
		binary bool
	}

	// varbitBinary reads text, as in 0101.
	varbitBinary struct{ byteValues }
)

func newBytesEncoder(m *mapping, binary bool, c *shared) encoder {
	text := isText(m.storage)
	switch m.logical {
	case uuid:
		switch {
		case text && binary:
			return &parsedUUID{}
		case !text && !binary:
			return &uuidText{}
		}
		return newRawBytes(m.storage)
	case hugeint, uhugeint:
		return &int128{binary: binary, unsigned: m.logical == uhugeint}
	case bignum, numericText:
		if binary {
			return &numericBinary{}
		}
		return &rawBytes{}
	case timetz:
		return &timetzEncoder{binary: binary}
	case bit:
		if binary {
			return &varbitBinary{}
		}
		return &rawBytes{}
	case jsonbText:
		if binary {
			return &jsonbBinary{column{encoder: &rawBytes{}}}
		}
		return &rawBytes{}
	}
	if length := m.typ.length(); text && m.typ.OID == oid.Bpchar && length > 0 {
		return &paddedText{length: length}
	}
	if text || binary {
		return newRawBytes(m.storage)
	}
	return &byteaText{output: c.ByteaOutput}
}

func newRawBytes(t arrow.DataType) encoder {
	if t, ok := t.(*arrow.FixedSizeBinaryType); ok {
		return &fixedBytes{length: t.ByteWidth}
	}
	return &rawBytes{}
}

func (e *rawBytes) append(dst []byte, row int) []byte   { return append(dst, e.at(row)...) }
func (e *fixedBytes) append(dst []byte, row int) []byte { return append(dst, e.at(row)...) }

func (e *fixedBytes) size() int { return e.length }

func (e *paddedText) append(dst []byte, row int) []byte {
	v := e.at(row)
	dst = append(dst, v...)
	for n := utf8.RuneCount(v); n < e.length; n++ {
		dst = append(dst, ' ')
	}
	return dst
}

func (e *byteaText) append(dst []byte, row int) []byte {
	return pgvalue.AppendBytea(dst, e.at(row), e.output)
}

func (e *uuidText) append(dst []byte, row int) []byte {
	return pgvalue.AppendUUID(dst, [16]byte(e.at(row)))
}

func (e *uuidText) size() int   { return 36 }
func (e *parsedUUID) size() int { return 16 }

// append sends what is no uuid, which no engine produces, as zeros: a value of
// another length would break the client.
func (e *parsedUUID) append(dst []byte, row int) []byte {
	v, err := pgvalue.ParseUUID(e.at(row))
	if err != nil {
		v = [16]byte{}
	}
	return pgvalue.AppendUUIDBinary(dst, v)
}

func (e *int128) append(dst []byte, row int) []byte {
	v := e.at(row)
	n := numericOf(binary.LittleEndian.Uint64(v[8:]), binary.LittleEndian.Uint64(v), e.unsigned)
	return appendNumeric(dst, n, e.binary)
}

func (e *int128) size() int { return decimalSize(39, 0) }

// append sends what is no number, which no engine produces, as NaN.
func (e *numericBinary) append(dst []byte, row int) []byte {
	d, err := pgvalue.ParseNumeric(e.at(row))
	if err != nil {
		d = pgvalue.Decimal{Form: pgvalue.NaN}
	}
	return pgvalue.AppendDecimalBinary(dst, d)
}

// append reads the engine's text, to write PostgreSQL's. What is no time, which no
// engine produces, is midnight in binary.
func (e *timetzEncoder) append(dst []byte, row int) []byte {
	src := e.at(row)
	us, zone, err := pgvalue.ParseTimetz(src, 0)
	switch {
	case e.binary:
		return pgvalue.AppendTimetzBinary(dst, us, zone)
	case err != nil:
		return append(dst, src...)
	}
	return pgvalue.AppendTimetz(dst, us, zone)
}

// size is that of a time, or of what is none.
func (e *timetzEncoder) size() int {
	if e.binary {
		return 12
	}
	return max(len("24:00:00.000000+15:59:59"), e.longest())
}

func (e *varbitBinary) append(dst []byte, row int) []byte {
	return pgvalue.AppendVarbitBinary(dst, e.at(row))
}
