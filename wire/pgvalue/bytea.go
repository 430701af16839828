package pgvalue

import "strings"

const hexDigits = "0123456789abcdef"

// ByteaOutput is the setting bytea_output.
type ByteaOutput uint8

const (
	ByteaHex    ByteaOutput = iota // \x00ff
	ByteaEscape                    // \000\377
)

func (o ByteaOutput) String() string { return [...]string{"hex", "escape"}[o] }

// ParseByteaOutput reads the value of SET bytea_output.
func ParseByteaOutput(value string) (o ByteaOutput, ok bool) {
	for o := ByteaHex; o <= ByteaEscape; o++ {
		if strings.EqualFold(value, o.String()) {
			return o, true
		}
	}
	return 0, false
}

// AppendBytea appends a bytea as text. Its binary format is the bytes
// themselves. (PostgreSQL documentation, 8.4 Binary Data Types.)
func AppendBytea(dst, v []byte, out ByteaOutput) []byte {
	if out == ByteaEscape {
		return appendByteaEscape(dst, v)
	}
	dst = append(dst, '\\', 'x')
	n := len(dst)
	dst = extend(dst, 2*len(v))
	putHex(dst[n:], v)
	return dst
}

// AppendByteaHex appends a bytea as text in the hex format.
func AppendByteaHex(dst, v []byte) []byte { return AppendBytea(dst, v, ByteaHex) }

func putHex(b, v []byte) {
	for i, c := range v {
		b[2*i] = hexDigits[c>>4]
		b[2*i+1] = hexDigits[c&15]
	}
}

func appendByteaEscape(dst, v []byte) []byte {
	for _, c := range v {
		switch {
		case c == '\\':
			dst = append(dst, '\\', '\\')
		case c < 0x20 || c > 0x7e:
			dst = append(dst, '\\', '0'+c>>6, '0'+c>>3&7, '0'+c&7)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// ParseBytea reads a bytea in the hex or the escape format and appends its
// bytes to dst.
func ParseBytea(dst, src []byte) ([]byte, error) {
	if len(src) >= 2 && src[0] == '\\' && src[1] == 'x' {
		return parseByteaHex(dst, src[2:])
	}
	for i := 0; i < len(src); i++ {
		c := src[i]
		if c != '\\' {
			dst = append(dst, c)
			continue
		}
		rest := src[i+1:]
		switch {
		case len(rest) >= 1 && rest[0] == '\\':
			dst = append(dst, '\\')
			i++
		case len(rest) >= 3 && rest[0] >= '0' && rest[0] <= '3' && isOctal(rest[1]) && isOctal(rest[2]):
			dst = append(dst, (rest[0]-'0')<<6|(rest[1]-'0')<<3|(rest[2]-'0'))
			i += 3
		default:
			return nil, &Error{InvalidText, "invalid input syntax for type bytea"}
		}
	}
	return dst, nil
}

func isOctal(c byte) bool { return c >= '0' && c <= '7' }

// parseByteaHex reads pairs of hex digits, with white space between pairs.
func parseByteaHex(dst, src []byte) ([]byte, error) {
	for i := 0; i < len(src); i++ {
		if isSpace(src[i]) {
			continue
		}
		high, ok := hexValue(src[i])
		if !ok {
			return nil, &Error{"22023", "invalid hexadecimal digit: \"" + string(src[i:i+1]) + "\""}
		}
		i++
		if i == len(src) {
			return nil, &Error{"22023", "invalid hexadecimal data: odd number of digits"}
		}
		low, ok := hexValue(src[i])
		if !ok {
			return nil, &Error{"22023", "invalid hexadecimal digit: \"" + string(src[i:i+1]) + "\""}
		}
		dst = append(dst, high<<4|low)
	}
	return dst, nil
}

func hexValue(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
