package numeric

import (
	"math/big"
	"math/bits"
	"slices"

	"github.com/cockroachdb/apd/v3"

	"github.com/csvsql/csvsql/engine"
)

// Moments are what sums, averages and deviations are made of: the number of values, their sum, as
// an integer over 10^scale, and that of their squares, over 10^(2·scale). The
// integers are in two's complement, the lowest word first.
type Moments struct {
	count                int64
	scale                int64
	nan, infinite, minus int64 // how many values were that
	sum                  [4]uint64
	squares              [8]uint64
}

// Add adds a value, and its square if squares are wanted.
func (m *Moments) Add(x *Decimal, squares bool) error {
	m.count++
	if !IsFinite(x) {
		switch {
		case IsNaN(x):
			m.nan++
		case x.Negative:
			m.minus++
		default:
			m.infinite++
		}
		return nil
	}
	scale := int64(Scale(x))
	if scale > m.scale {
		if err := m.rescale(scale); err != nil {
			return err
		}
	}
	var buf [4]uint64
	value, ok := magnitude(&x.Coeff, buf[:0])
	if !ok {
		return errTooWide()
	}
	for shift := int(m.scale - scale); shift > 0; shift -= len(smallPowers) - 1 {
		value = append(value, multiplySmall(value, smallPowers[min(shift, len(smallPowers)-1)]))
	}
	return m.addWords(value, x.Negative, squares)
}

func (m *Moments) addWords(value []uint64, negative, squares bool) error {
	for len(value) > 1 && value[len(value)-1] == 0 {
		value = value[:len(value)-1]
	}
	if len(value) > len(m.sum)-1 { // a word for the sum of many
		return errTooWide()
	}
	addWords(m.sum[:], value, negative)
	if squares {
		var product [8]uint64
		for i, a := range value {
			carry := uint64(0)
			for k, b := range value {
				high, low := bits.Mul64(a, b)
				var c uint64
				low, c = bits.Add64(low, product[i+k], 0)
				high += c
				low, c = bits.Add64(low, carry, 0)
				product[i+k], carry = low, high+c
			}
			product[i+len(value)] = carry
		}
		addWords(m.squares[:], product[:], false)
	}
	return nil
}

func errTooWide() error { return engine.Errorf("22003", "value overflows numeric format") }

// magnitude are the words of n, if there are no more than three.
func magnitude(n *apd.BigInt, words []uint64) ([]uint64, bool) {
	if n.BitLen() > 3*64 {
		return nil, false
	}
	if n.IsUint64() {
		return append(words, n.Uint64()), true
	}
	for _, w := range n.Bits() {
		words = append(words, uint64(w))
	}
	return words, true
}

// addWords adds an integer without a sign to one in two's complement, or takes
// it away.
func addWords(sum, value []uint64, negative bool) {
	var carry uint64
	for i := range sum {
		var v uint64
		if i < len(value) {
			v = value[i]
		} else if carry == 0 {
			return
		}
		if negative {
			sum[i], carry = bits.Sub64(sum[i], v, carry)
		} else {
			sum[i], carry = bits.Add64(sum[i], v, carry)
		}
	}
}

// multiplySmall multiplies an integer without a sign, and returns the word that
// is more.
func multiplySmall(words []uint64, by uint64) (carry uint64) {
	for i, w := range words {
		high, low := bits.Mul64(w, by)
		var c uint64
		words[i], c = bits.Add64(low, carry, 0)
		carry = high + c
	}
	return carry
}

// rescale gives the sums a larger scale.
func (m *Moments) rescale(scale int64) error {
	for range scale - m.scale {
		if !multiplySigned(m.sum[:], 10) || !multiplySigned(m.squares[:], 100) {
			return errTooWide()
		}
	}
	m.scale = scale
	return nil
}

// multiplySigned multiplies an integer in two's complement. false: it is too large.
func multiplySigned(words []uint64, by uint64) bool {
	negative := int64(words[len(words)-1]) < 0
	if negative {
		negate(words)
	}
	carry := multiplySmall(words, by)
	fits := carry == 0 && int64(words[len(words)-1]) >= 0
	if negative {
		negate(words)
	}
	return fits
}

func negate(words []uint64) {
	carry := uint64(1)
	for i, w := range words {
		words[i], carry = bits.Add64(^w, 0, carry)
	}
}

// get makes z one of the sums, whose scale is times that of the values.
func (m *Moments) get(z *Decimal, words []uint64, times int) {
	switch {
	case m.nan > 0 || m.infinite > 0 && m.minus > 0:
		setNaN(z)
		return
	case m.infinite > 0 || m.minus > 0:
		setInfinite(z, m.minus > 0)
		return
	}
	positive := slices.Clone(words)
	negative := int64(words[len(words)-1]) < 0
	if negative {
		negate(positive)
	}
	number := make([]big.Word, len(positive))
	for i, w := range positive {
		number[i] = big.Word(w)
	}
	z.Form, z.Negative, z.Exponent = apd.Finite, negative, int32(-m.scale*int64(times))
	z.Coeff.SetMathBigInt(new(big.Int).SetBits(number))
}

// Variance makes z the variance of the values: of a sample, or of all there are.
// Its square root, the standard deviation, is asked for by root. It reports false
// if there is none, because there are too few values.
func (m *Moments) Variance(z *Decimal, sample, root bool) (bool, error) {
	var sum, squares Decimal
	m.get(&sum, m.sum[:], 1)
	m.get(&squares, m.squares[:], 2)
	return variance(z, m.count, &sum, &squares, sample, root)
}

// Combine adds the values of other.
func (m *Moments) Combine(other *Moments) error {
	from, into := *other, *m
	scale := max(from.scale, into.scale)
	if err := from.rescale(scale); err != nil {
		return err
	}
	if err := into.rescale(scale); err != nil {
		return err
	}
	into.count += from.count
	into.nan += from.nan
	into.infinite += from.infinite
	into.minus += from.minus
	addWords(into.sum[:], from.sum[:], false)
	addWords(into.squares[:], from.squares[:], false)
	*m = into
	return nil
}

// Sum makes z the sum, and reports false if there is none, because there are no
// values.
func (m *Moments) Sum(z *Decimal) bool {
	m.get(z, m.sum[:], 1)
	return m.count > 0
}

// Sum128 is the sum of integers, in two's complement, with the high word first.
// There cannot be so many of 64 bits that it has more.
func (m *Moments) Sum128() (high, low uint64, ok bool) { return m.sum[1], m.sum[0], m.count > 0 }

// AddSmall is Add of a Small.
func (m *Moments) AddSmall(x Small, squares bool) error {
	m.count++
	scale := int64(x.Scale)
	if scale > m.scale {
		if err := m.rescale(scale); err != nil {
			return err
		}
	}
	var buf [4]uint64
	buf[0], buf[1] = x.Low, x.High
	value := buf[:2]
	for shift := int(m.scale - scale); shift > 0; shift -= len(smallPowers) - 1 {
		value = append(value, multiplySmall(value, smallPowers[min(shift, len(smallPowers)-1)]))
	}
	return m.addWords(value, x.Negative, squares)
}
