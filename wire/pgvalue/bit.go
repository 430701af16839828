package pgvalue

import "encoding/binary"

// A varbit is held as in its text format, one byte '0' or '1' per bit.

// AppendVarbitBinary appends a bit or varbit: its length in bits, then the bits
// from the most significant down, padded with zeros. Any byte of bits but '1'
// counts as 0.
func AppendVarbitBinary(dst, bits []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(bits)))
	var b byte
	for i, c := range bits {
		b = b<<1 | c&1
		if i%8 == 7 {
			dst = append(dst, b)
		}
	}
	if n := len(bits) % 8; n != 0 {
		dst = append(dst, b<<(8-n))
	}
	return dst
}

// ParseVarbit reads a bit string, written as 0101, b0101 or x5f, and appends
// its bits to dst.
func ParseVarbit(dst, src []byte) ([]byte, error) {
	if len(src) > 0 && (src[0] == 'x' || src[0] == 'X') {
		for _, c := range src[1:] {
			v, ok := hexValue(c)
			if !ok {
				return nil, &Error{InvalidText, `"` + string(c) + `" is not a valid hexadecimal digit`}
			}
			dst = append(dst, '0'+v>>3, '0'+v>>2&1, '0'+v>>1&1, '0'+v&1)
		}
		return dst, nil
	}
	s := src
	if len(s) > 0 && (s[0] == 'b' || s[0] == 'B') {
		s = s[1:]
	}
	for _, c := range s {
		if c != '0' && c != '1' {
			return nil, &Error{InvalidText, `"` + string(c) + `" is not a valid binary digit`}
		}
	}
	return append(dst, s...), nil
}

// DecodeVarbit reads what AppendVarbitBinary writes and appends the bits to dst.
func DecodeVarbit(dst, src []byte) ([]byte, error) {
	if len(src) < 4 {
		return nil, errLength(len(src), 4)
	}
	n := uint64(binary.BigEndian.Uint32(src))
	src = src[4:]
	if uint64(len(src)) != (n+7)/8 {
		return nil, errLength(len(src), int((n+7)/8))
	}
	for i := range n {
		dst = append(dst, '0'+src[i/8]>>(7-i%8)&1)
	}
	return dst, nil
}
