package pgvalue

import "math/bits"

// pairs holds the decimal digits of 00 to 99: formatters write two digits for
// one division.
const pairs = "" +
	"0001020304050607080910111213141516171819" +
	"2021222324252627282930313233343536373839" +
	"4041424344454647484950515253545556575859" +
	"6061626364656667686970717273747576777879" +
	"8081828384858687888990919293949596979899"

// pow10 holds the powers of ten that fit in 64 bits.
var pow10 = [20]uint64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
	1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
}

// digitCount is the number of decimal digits of v; 1 for 0.
func digitCount(v uint64) int {
	// 1233/4096 is just above log10(2): n is the count or one below it.
	n := bits.Len64(v|1) * 1233 >> 12
	if v|1 >= pow10[n] {
		n++
	}
	return n
}

// extend makes dst n bytes longer; the caller writes them all.
func extend(dst []byte, n int) []byte {
	if len(dst)+n <= cap(dst) {
		return dst[:len(dst)+n]
	}
	return enlarge(dst, n)
}

//go:noinline
func enlarge(dst []byte, n int) []byte {
	return append(dst, make([]byte, n)...)
}

// putDigits writes the lowest len(b) digits of v, with leading zeros, and
// returns what is left of v above them.
func putDigits(b []byte, v uint64) (rest uint64) {
	i := len(b)
	for i >= 2 {
		q := v / 100
		p := (v - q*100) * 2
		v = q
		b[i-1] = pairs[p+1]
		b[i-2] = pairs[p]
		i -= 2
	}
	if i == 1 {
		q := v / 10
		b[0] = byte('0' + v - q*10)
		v = q
	}
	return v
}

// put2 writes v, below 100, as two digits.
func put2(b []byte, v uint32) {
	_ = b[1]
	b[0] = pairs[v*2]
	b[1] = pairs[v*2+1]
}

// appendPadded appends v with leading zeros to at least width digits.
func appendPadded(dst []byte, v uint64, width int) []byte {
	n := max(digitCount(v), width)
	dst = extend(dst, n)
	putDigits(dst[len(dst)-n:], v)
	return dst
}
