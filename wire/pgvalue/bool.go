package pgvalue

import "bytes"

// AppendBool appends a bool as text: t or f.
func AppendBool(dst []byte, v bool) []byte {
	if v {
		return append(dst, 't')
	}
	return append(dst, 'f')
}

// AppendBoolBinary appends a bool as 1 byte.
func AppendBoolBinary(dst []byte, v bool) []byte {
	if v {
		return append(dst, 1)
	}
	return append(dst, 0)
}

// ParseBool reads a bool: true, yes, on, 1, their opposites, and prefixes of
// the words that are unambiguous
// (PostgreSQL documentation, 8.6 Boolean Type).
func ParseBool(src []byte) (bool, error) {
	s := bytes.ToLower(trimSpace(src))
	n := len(s)
	switch {
	case n == 0:
	case string(s) == "1" || isPrefix(s, "true") || isPrefix(s, "yes") || string(s) == "on":
		return true, nil
	case string(s) == "0" || isPrefix(s, "false") || isPrefix(s, "no") || n >= 2 && isPrefix(s, "off"):
		return false, nil
	}
	return false, errSyntax("boolean", src)
}

// DecodeBool reads a bool of 1 byte; any but 0 is true.
func DecodeBool(src []byte) (bool, error) {
	if len(src) != 1 {
		return false, errLength(len(src), 1)
	}
	return src[0] != 0, nil
}

func isPrefix(s []byte, word string) bool {
	return len(s) <= len(word) && string(s) == word[:len(s)]
}
