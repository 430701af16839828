package pgvalue

import (
	"bytes"
	"math"
	"math/bits"
	"strconv"
)

// appendScientific appends the fewest digits, in scientific notation, that lie
// strictly between the midpoints of v and its neighbours, as PostgreSQL wants
// them. strconv also takes a midpoint itself where reading it back, rounding to
// even, gives v: it writes 1e+23 where PostgreSQL writes 9.999999999999999e+22.
func appendScientific(dst []byte, v float64, bitSize int) []byte {
	n := len(dst)
	dst = strconv.AppendFloat(dst, v, 'e', -1, bitSize)
	if !isMidpoint(dst[n:], v, bitSize) {
		return dst
	}
	for prec := mantissaDigits(dst[n:]); ; prec++ {
		dst = strconv.AppendFloat(dst[:n], v, 'e', prec, bitSize)
		back, _ := strconv.ParseFloat(string(dst[n:]), bitSize)
		if back == v && !isMidpoint(dst[n:], v, bitSize) {
			return dst
		}
	}
}

// isMidpoint reports whether the number written in s, as 1.2345e+20, lies
// exactly half-way between v and one of its neighbours.
//
// With v = m·2^e and s = d·10^k that is d·5^k = M·2^(e-1-k) for M = 2m±1, or
// M = 4m-1 and one less in the exponent below a power of two, where the
// neighbour is nearer. M is odd: it is d·5^k without its factors of two.
func isMidpoint(s []byte, v float64, bitSize int) bool {
	d, k := splitScientific(s)
	var high, low uint64
	switch {
	case k > 23 || k < -2: // 5^24 is above M, a negative k leaves no integer
		return false
	case k >= 0:
		high, low = bits.Mul64(d, pow5(k))
	case d%pow5(-k) == 0:
		low = d / pow5(-k)
	default:
		return false
	}
	twos := bits.TrailingZeros64(low)
	if twos == 64 {
		twos += bits.TrailingZeros64(high)
		low, high = high>>(twos-64), 0
	} else {
		low, high = low>>twos|high<<(64-twos), high>>twos
	}
	m, exp := splitFloat(v, bitSize)
	switch {
	case high != 0:
		return false
	case low == 4*m-1 && m&(m-1) == 0:
		return twos+k == exp-2
	case low == 2*m+1, low == 2*m-1:
		return twos+k == exp-1
	}
	return false
}

// appendFixed4 appends the fewest digits of a float4 without an exponent. Where
// two numbers of that many digits are equally near, PostgreSQL takes the even
// one, strconv not always: 2^-12 is 0.000244140625.
func appendFixed4(dst []byte, v float32) []byte {
	n := len(dst)
	dst = strconv.AppendFloat(dst, float64(v), 'f', -1, 32)
	m, exp := splitFloat(float64(v), 32)
	twos := bits.TrailingZeros64(m)
	fives := -exp - twos // v is (m>>twos)·5^fives / 10^fives
	if fives < 1 || fives > 13 {
		return dst
	}
	exact := (m >> twos) * pow5(fives)
	frac := len(dst) - 1 - bytes.IndexByte(dst[n:], '.') - n
	last := &dst[len(dst)-1]
	if frac != fives-1 || exact/10%2 != 0 || *last%2 == 0 {
		return dst
	}
	*last--
	if back, _ := strconv.ParseFloat(string(dst[n:]), 32); float32(back) != v {
		*last++
	}
	return dst
}

// splitScientific reads 1.2345e+20 as 12345·10^16.
func splitScientific(s []byte) (d uint64, k int) {
	frac := 0
	seenPoint := false
	for i, c := range s {
		switch {
		case c == '.':
			seenPoint = true
		case c == 'e':
			exp, _ := strconv.Atoi(string(s[i+1:]))
			return d, exp - frac
		case isDigit(c):
			d = d*10 + uint64(c-'0')
			if seenPoint {
				frac++
			}
		}
	}
	return d, -frac
}

// mantissaDigits counts the digits before the e.
func mantissaDigits(s []byte) int {
	n := 0
	for _, c := range s {
		if c == 'e' {
			break
		}
		if isDigit(c) {
			n++
		}
	}
	return n
}

// splitFloat returns |v| as m·2^exp with the mantissa m of a normal number of
// that size.
func splitFloat(v float64, bitSize int) (m uint64, exp int) {
	const mantissa64, mantissa32 = 52, 23
	if bitSize == 32 {
		b := math.Float32bits(float32(v))
		return uint64(b)&(1<<mantissa32-1) | 1<<mantissa32, int(b>>mantissa32&0xff) - 127 - mantissa32
	}
	b := math.Float64bits(v)
	return b&(1<<mantissa64-1) | 1<<mantissa64, int(b>>mantissa64&0x7ff) - 1023 - mantissa64
}

func pow5(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 5
	}
	return p
}
