package pgvalue

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"
)

// TID is the place of a row in its table: a number of a block in the upper bits, and
// in the lower 16 the row's number in it (PostgreSQL documentation, 8.19 Object
// Identifier Types). So places sort as numbers do.
type TID uint64

const tidOffsetBits = 16

// AppendTID appends a tid as text: (block,row).
func AppendTID(dst []byte, v TID) []byte {
	dst = AppendUint(append(dst, '('), uint64(v>>tidOffsetBits))
	dst = AppendUint(append(dst, ','), uint64(v&math.MaxUint16))
	return append(dst, ')')
}

// AppendTIDBinary appends a tid as its 4 and 2 bytes.
func AppendTIDBinary(dst []byte, v TID) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(v>>tidOffsetBits))
	return binary.BigEndian.AppendUint16(dst, uint16(v))
}

// ParseTID reads (block,row). As PostgreSQL does, it does not look at what stands
// before and behind the brackets, and takes a block below 0 as one from above.
func ParseTID(src []byte) (TID, error) {
	start := bytes.IndexAny(src, "(,")
	if start < 0 {
		return 0, errSyntax("tid", src)
	}
	block, rest, ok := tidNumber(src[start+1:], ',')
	row, _, closed := tidNumber(rest, ')')
	if !ok || !closed || block < math.MinInt32 || block > math.MaxUint32 || row < 0 || row > math.MaxUint16 {
		return 0, errSyntax("tid", src)
	}
	return TID(uint32(block))<<tidOffsetBits | TID(row), nil
}

// tidNumber reads a number up to a delimiter, and returns what is behind that. No
// digits are a 0.
func tidNumber(src []byte, delimiter byte) (n int64, rest []byte, ok bool) {
	number, rest, ok := bytes.Cut(src, []byte{delimiter})
	if len(number) == 0 {
		return 0, rest, ok
	}
	n, err := strconv.ParseInt(string(bytes.TrimLeft(number, " \t\n\v\f\r")), 10, 64)
	return n, rest, ok && err == nil
}

// DecodeTID reads a tid of 6 bytes.
func DecodeTID(src []byte) (TID, error) {
	if len(src) != 6 {
		return 0, errLength(len(src), 6)
	}
	return TID(binary.BigEndian.Uint32(src))<<tidOffsetBits | TID(binary.BigEndian.Uint16(src[4:])), nil
}
