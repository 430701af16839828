package pgvalue

import "encoding/binary"

// QuoteElement quotes what was appended to dst from start on as an element of an
// array in text, if it has to be: when it is empty, reads NULL, or has white
// space or a character of the array's own syntax in it
// (PostgreSQL documentation, 8.15.6 Array Input and Output Syntax).
func QuoteElement(dst []byte, start int) []byte {
	elem := dst[start:]
	escapes := 0
	quote := len(elem) == 0 || isNullWord(elem)
	for _, c := range elem {
		switch c {
		case '"', '\\':
			escapes++
			quote = true
		case '{', '}', ',', ' ', '\t', '\n', '\v', '\f', '\r':
			quote = true
		}
	}
	if !quote {
		return dst
	}
	dst = extend(dst, 2+escapes)
	to := len(dst) - 1
	dst[to] = '"'
	for from := start + len(elem) - 1; from >= start; from-- {
		to--
		c := dst[from]
		dst[to] = c
		if c == '"' || c == '\\' {
			to--
			dst[to] = '\\'
		}
	}
	dst[start] = '"'
	return dst
}

// isNullWord reports whether s is NULL in any case.
func isNullWord(s []byte) bool {
	return len(s) == 4 && s[0]|0x20 == 'n' && s[1]|0x20 == 'u' && s[2]|0x20 == 'l' && s[3]|0x20 == 'l'
}

// AppendArrayHeaderBinary begins an array in binary: the number of dimensions,
// whether NULLs follow, the type of the elements, and per dimension its length
// and lower bound 1. After it come the elements, each with an int32 length, -1
// for NULL, in row-major order. An array without elements has no dimensions.
func AppendArrayHeaderBinary(dst []byte, hasNull bool, element uint32, dims ...int32) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(dims)))
	dst = append(dst, 0, 0, 0, 0)
	if hasNull {
		dst[len(dst)-1] = 1
	}
	dst = binary.BigEndian.AppendUint32(dst, element)
	for _, n := range dims {
		dst = binary.BigEndian.AppendUint32(dst, uint32(n))
		dst = binary.BigEndian.AppendUint32(dst, 1)
	}
	return dst
}
