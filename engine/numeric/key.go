package numeric

import (
	"bytes"

	"github.com/cockroachdb/apd/v3"

	"github.com/csvsql/csvsql/engine"
)

// A key is a value in bytes that sort as the values do:
//
//	class     one byte: -Infinity, negative, zero, positive, Infinity, NaN
//	exponent  three bytes: the number is 0.d1d2d3... · 10^exponent
//	digits    two to a byte, from 1, without zeros at the end; then a byte 0
//	scale     two bytes
//
// Exponent and digits of a negative number are complemented. Only finite values
// have a scale, only those other than zero an exponent and digits. Keys of equal
// values are the same but for the scale, the last two bytes.

// The classes.
const (
	keyNegativeInfinity = iota + 1
	keyNegative
	keyZero
	keyPositive
	keyInfinity
	keyNaN
)

const (
	exponentBytes = 3
	exponentBias  = 1 << 20
	scaleBytes    = 2
)

// AppendKey appends the key of x.
func AppendKey(dst []byte, x *Decimal) []byte {
	scale := Scale(x)
	switch {
	case IsNaN(x):
		return append(dst, keyNaN)
	case x.Form == apd.Infinite && x.Negative:
		return append(dst, keyNegativeInfinity)
	case x.Form == apd.Infinite:
		return append(dst, keyInfinity)
	case x.Coeff.Sign() == 0:
		return append(dst, keyZero, byte(scale>>8), byte(scale))
	}
	var buf [48]byte
	all := x.Coeff.Append(buf[:0], 10)
	exponent := len(all) - scale + exponentBias
	for all[len(all)-1] == '0' {
		all = all[:len(all)-1]
	}
	class, flip := byte(keyPositive), byte(0)
	if x.Negative {
		class, flip = keyNegative, 0xff
	}
	dst = append(dst, class, byte(exponent>>16)^flip, byte(exponent>>8)^flip, byte(exponent)^flip)
	for i := 0; i < len(all); i += 2 {
		pair := (all[i] - '0') * 10
		if i+1 < len(all) {
			pair += all[i+1] - '0'
		}
		dst = append(dst, (pair+1)^flip)
	}
	return append(dst, flip, byte(scale>>8), byte(scale))
}

// FromKey makes z the value of a key.
func FromKey[Bytes ~[]byte | ~string](z *Decimal, key Bytes) error {
	n := len(key)
	if n == 0 {
		return errKey()
	}
	switch key[0] {
	case keyNaN:
		setNaN(z)
		return nil
	case keyInfinity, keyNegativeInfinity:
		setInfinite(z, key[0] == keyNegativeInfinity)
		return nil
	}
	if n < 1+scaleBytes {
		return errKey()
	}
	scale := int(key[n-2])<<8 | int(key[n-1])
	z.Form, z.Negative, z.Exponent = apd.Finite, key[0] == keyNegative, int32(-scale)
	if key[0] == keyZero {
		z.Coeff.SetUint64(0)
		return nil
	}
	flip := byte(0)
	if z.Negative {
		flip = 0xff
	}
	last := n - scaleBytes - 1 // the byte 0
	if last < 1+exponentBytes+1 || key[0] != keyPositive && key[0] != keyNegative {
		return errKey()
	}
	exponent := int(key[1]^flip)<<16 | int(key[2]^flip)<<8 | int(key[3]^flip) - exponentBias
	z.Coeff.SetUint64(0)
	pairs := key[1+exponentBytes : last]
	for len(pairs) > 0 { // nine pairs of digits at a time fit into a word
		some := pairs[:min(len(pairs), 9)]
		pairs = pairs[len(some):]
		var word uint64
		for i := range len(some) {
			word = word*100 + uint64((some[i]^flip)-1)
		}
		if z.Coeff.Sign() == 0 {
			z.Coeff.SetUint64(word)
			continue
		}
		var more apd.BigInt
		z.Coeff.Mul(&z.Coeff, pow10(2*len(some)))
		z.Coeff.Add(&z.Coeff, more.SetUint64(word))
	}
	// The digits stand for an integer of 2·pairs digits; exponent + scale is how
	// many the coefficient has.
	shift := exponent + scale - 2*(last-1-exponentBytes)
	if shift >= 0 {
		z.Coeff.Mul(&z.Coeff, pow10(shift))
	} else {
		z.Coeff.Quo(&z.Coeff, pow10(-shift))
	}
	return nil
}

func errKey() error { return engine.Errorf("XX001", "malformed numeric") }

// SameKey reports whether two keys are of equal values, whatever their scales.
func SameKey[Bytes ~[]byte | ~string](x, y Bytes) bool {
	return string(digitsOf(x)) == string(digitsOf(y))
}

func digitsOf[Bytes ~[]byte | ~string](key Bytes) Bytes {
	if len(key) > scaleBytes {
		return key[:len(key)-scaleBytes]
	}
	return key
}

// CompareKeys compares the values of two keys: -1, 0 or 1.
func CompareKeys(x, y []byte) int { return bytes.Compare(digitsOf(x), digitsOf(y)) }
