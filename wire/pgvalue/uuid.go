package pgvalue

// AppendUUID appends a uuid as text: 36 characters, lower case.
func AppendUUID(dst []byte, v [16]byte) []byte {
	n := len(dst)
	dst = extend(dst, 36)
	b := dst[n:]
	putHex(b[0:8], v[0:4])
	b[8] = '-'
	putHex(b[9:13], v[4:6])
	b[13] = '-'
	putHex(b[14:18], v[6:8])
	b[18] = '-'
	putHex(b[19:23], v[8:10])
	b[23] = '-'
	putHex(b[24:36], v[10:16])
	return dst
}

// AppendUUIDBinary appends a uuid as its 16 bytes.
func AppendUUIDBinary(dst []byte, v [16]byte) []byte { return append(dst, v[:]...) }

// ParseUUID reads a uuid: 32 hex digits, with a hyphen allowed after any group
// of four, and braces around it all
// (PostgreSQL documentation, 8.12 UUID Type).
func ParseUUID(src []byte) (v [16]byte, err error) {
	s := src
	if len(s) > 0 && s[0] == '{' {
		if s[len(s)-1] != '}' {
			return v, errSyntax("uuid", src)
		}
		s = s[1 : len(s)-1]
	}
	for i := range v {
		if len(s) < 2 {
			return v, errSyntax("uuid", src)
		}
		high, ok1 := hexValue(s[0])
		low, ok2 := hexValue(s[1])
		if !ok1 || !ok2 {
			return v, errSyntax("uuid", src)
		}
		v[i] = high<<4 | low
		s = s[2:]
		if len(s) > 0 && s[0] == '-' && i%2 == 1 && i < 15 {
			s = s[1:]
		}
	}
	if len(s) > 0 {
		return v, errSyntax("uuid", src)
	}
	return v, nil
}

// DecodeUUID reads a uuid of 16 bytes.
func DecodeUUID(src []byte) (v [16]byte, err error) {
	if len(src) != 16 {
		return v, errLength(len(src), 16)
	}
	copy(v[:], src)
	return v, nil
}
