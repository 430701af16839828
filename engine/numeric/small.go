package numeric

import "math/bits"

// Small is a value whose digits fit into 128 bits, as nearly all do: ±(High·2^64 +
// Low) over 10^Scale. What is computed of it needs no memory.
type Small struct {
	Negative  bool
	High, Low uint64
	Scale     int
}

// SmallInt is an integer over 10^scale.
func SmallInt(n int64, scale int) Small {
	if n < 0 {
		return Small{true, 0, -uint64(n), scale}
	}
	return Small{false, 0, uint64(n), scale}
}

// Set makes z the value of x.
func (x Small) Set(z *Decimal) { SetUint128(z, x.Negative, x.High, x.Low, x.Scale) }

var smallPowers = func() (list [20]uint64) {
	list[0] = 1
	for i := 1; i < len(list); i++ {
		list[i] = 10 * list[i-1]
	}
	return list
}()

// wordDigits is the number of decimal digits of n; 0 has one.
func wordDigits(n uint64) int {
	d := (bits.Len64(n)*1233)>>12 + 1 // log10(2) is about 1233/4096
	if d > 1 && n < smallPowers[d-1] {
		d--
	}
	return d
}

// QuoSmall is the quotient of two values, as [Div] has it. It reports false for
// those that Div has to divide: y is not zero.
func QuoSmall(x, y Small) (z Small, ok bool) {
	if x.High != 0 || y.High != 0 || y.Low == 0 {
		return z, false
	}
	weightX, firstX := leadingWord(x)
	weightY, firstY := leadingWord(y)
	weight := weightX - weightY
	if firstX <= firstY {
		weight--
	}
	scale := chosenScale(weight*groupDigits, x.Scale, y.Scale)
	shift := scale + y.Scale - x.Scale
	if shift < 0 || wordDigits(x.Low)+shift > 38 {
		return z, false
	}
	high, low := multiply128(0, x.Low, shift)
	z = Small{x.Negative != y.Negative, high / y.Low, 0, scale}
	rest := high % y.Low
	z.Low, rest = bits.Div64(rest, low, y.Low)
	if rest >= y.Low-rest {
		var carry uint64
		z.Low, carry = bits.Add64(z.Low, 1, 0)
		z.High += carry
	}
	if z.High|z.Low == 0 {
		z.Negative = false
	}
	return z, true
}

// multiply128 multiplies by 10^shift what does not become too large by it.
func multiply128(high, low uint64, shift int) (uint64, uint64) {
	for shift > 0 {
		by := smallPowers[min(shift, len(smallPowers)-1)]
		shift -= len(smallPowers) - 1
		over, l := bits.Mul64(low, by)
		high, low = high*by+over, l
	}
	return high, low
}

// leadingWord is leading of a value of one word.
func leadingWord(x Small) (weight int, first uint64) {
	if x.Low == 0 {
		return 0, 0
	}
	n := wordDigits(x.Low)
	point := n - x.Scale
	weight = floorDiv(point-1, groupDigits)
	if size := point - weight*groupDigits; size <= n {
		return weight, x.Low / smallPowers[n-size]
	} else {
		return weight, x.Low * smallPowers[size-n]
	}
}

// AppendKey appends the key of x, as the function of that name does.
func (x Small) AppendKey(dst []byte) []byte {
	if x.High|x.Low == 0 {
		return append(dst, keyZero, byte(x.Scale>>8), byte(x.Scale))
	}
	// The digits in pairs, from the end of buf.
	var buf [40]byte
	at := len(buf)
	high, low := x.High, x.Low
	for high != 0 {
		const chunk, chunkPairs = 1e18, 9
		var rest uint64
		quotient := high / chunk
		low, rest = bits.Div64(high%chunk, low, chunk)
		high = quotient
		for range chunkPairs {
			at--
			buf[at] = byte(rest % 100)
			rest /= 100
		}
	}
	for low != 0 {
		at--
		buf[at] = byte(low % 100)
		low /= 100
	}
	for buf[at] == 0 {
		at++
	}
	pairs := buf[at:]
	digits := 2 * len(pairs)
	for pairs[len(pairs)-1] == 0 {
		pairs = pairs[:len(pairs)-1]
	}
	return appendPairs(dst, x, pairs, digits)
}

// appendPairs appends the key of a number whose digits are pairs and zeros; there
// are so many in all, the first of which may be 0.
func appendPairs(dst []byte, x Small, pairs []byte, digits int) []byte {
	class, flip := byte(keyPositive), byte(0)
	if x.Negative {
		class, flip = keyNegative, 0xff
	}
	odd := pairs[0] < 10
	if odd {
		digits--
	}
	exponent := digits - x.Scale + exponentBias
	dst = append(dst, class, byte(exponent>>16)^flip, byte(exponent>>8)^flip, byte(exponent)^flip)
	if !odd {
		for _, p := range pairs {
			dst = append(dst, (p+1)^flip)
		}
		return append(dst, flip, byte(x.Scale>>8), byte(x.Scale))
	}
	// One digit on: the pairs of the key begin with the first digit.
	for i, p := range pairs {
		next := byte(0)
		if i+1 < len(pairs) {
			next = pairs[i+1] / 10
		}
		if pair := p%10*10 + next; pair != 0 || i+1 < len(pairs) {
			dst = append(dst, (pair+1)^flip)
		}
	}
	return append(dst, flip, byte(x.Scale>>8), byte(x.Scale))
}

// SmallFromKey is the value of a key, and false if it is none of a Small.
func SmallFromKey(key []byte) (x Small, ok bool) {
	n := len(key)
	if n < 1+scaleBytes {
		return x, false
	}
	x.Scale = int(key[n-2])<<8 | int(key[n-1])
	switch key[0] {
	case keyZero:
		return x, true
	case keyNegative:
		x.Negative = true
	case keyPositive:
	default:
		return x, false
	}
	flip := byte(0)
	if x.Negative {
		flip = 0xff
	}
	last := n - scaleBytes - 1
	if last <= 1+exponentBytes {
		return x, false
	}
	exponent := int(key[1]^flip)<<16 | int(key[2]^flip)<<8 | int(key[3]^flip) - exponentBias
	pairs := key[1+exponentBytes : last]
	// exponent + scale is how many digits the integer has.
	digits := exponent + x.Scale
	if digits > 38 || digits < 1 {
		return x, false
	}
	shift := digits - 2*len(pairs)
	if shift < 0 { // the second digit of the last pair is a 0 behind the scale
		if shift < -1 {
			return x, false
		}
		last := pairs[len(pairs)-1]
		pairs = pairs[:len(pairs)-1]
		x.High, x.Low = words(pairs, flip)
		x.High, x.Low = multiply128(x.High, x.Low, 1)
		var carry uint64
		x.Low, carry = bits.Add64(x.Low, uint64((last^flip)-1)/10, 0)
		x.High += carry
		return x, true
	}
	x.High, x.Low = words(pairs, flip)
	x.High, x.Low = multiply128(x.High, x.Low, shift)
	return x, true
}

// words is the integer that pairs of digits are.
func words(pairs []byte, flip byte) (high, low uint64) {
	for len(pairs) > 0 {
		some := pairs[:min(len(pairs), 9)]
		pairs = pairs[len(some):]
		var word uint64
		for _, p := range some {
			word = word*100 + uint64((p^flip)-1)
		}
		if high|low != 0 {
			high, low = multiply128(high, low, 2*len(some))
		}
		var carry uint64
		low, carry = bits.Add64(low, word, 0)
		high += carry
	}
	return high, low
}

// AppendTrimmed appends a key with the smallest scale that holds its value.
func AppendTrimmed(dst, key []byte) []byte {
	n := len(key)
	switch {
	case n < 1+scaleBytes:
		return append(dst, key...)
	case key[0] == keyZero:
		return append(dst, keyZero, 0, 0)
	}
	flip := byte(0)
	if key[0] == keyNegative {
		flip = 0xff
	}
	last := n - scaleBytes - 1
	exponent := int(key[1]^flip)<<16 | int(key[2]^flip)<<8 | int(key[3]^flip) - exponentBias
	digits := 2 * (last - 1 - exponentBytes)
	if ((key[last-1]^flip)-1)%10 == 0 {
		digits--
	}
	scale := max(0, digits-exponent)
	return append(append(dst, key[:n-scaleBytes]...), byte(scale>>8), byte(scale))
}
