package pgvalue

import (
	"math"
	"math/rand/v2"
	"testing"
)

// put calls one of the Put functions with as much room as it may want.
func put(f func(b []byte) int) string {
	b := make([]byte, PutRoom)
	return string(b[:f(b)])
}

// edges are where the number of digits changes, and random numbers of all sizes.
func edges() []int64 {
	values := []int64{0, math.MaxInt64, math.MinInt64, math.MinInt64 + 1}
	for _, p := range pow10[:19] {
		values = append(values, int64(p)-1, int64(p), int64(p)+1, 1-int64(p), -int64(p), -int64(p)-1)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		v := rnd.Int64() >> rnd.IntN(64)
		values = append(values, v, -v, v/10000*10000)
	}
	return values
}

// TestPutIsAppend compares the Put functions with those that append.
func TestPutIsAppend(t *testing.T) {
	t.Parallel()
	for _, v := range edges() {
		if got, want := put(func(b []byte) int { return PutInt(b, v) }), string(AppendInt(nil, v)); got != want {
			t.Fatalf("%d is %s", v, got)
		}
		n := Numeric{Low: uint64(v)}
		if v < 0 {
			n.Neg, n.Low = true, -n.Low
		}
		for n.Scale = 0; n.Scale <= 18; n.Scale++ {
			got, want := put(func(b []byte) int { return PutNumeric(b, v, n.Scale) }), string(AppendNumeric(nil, n))
			if got != want {
				t.Fatalf("%d with scale %d is %s, want %s", v, n.Scale, got, want)
			}
			got, want = put(func(b []byte) int { return PutNumericBinary(b, v, n.Scale) }), string(AppendNumericBinary(nil, n))
			if got != want {
				t.Fatalf("%d with scale %d is %x, want %x", v, n.Scale, got, want)
			}
		}
	}
}

// TestPutISO compares every day of the calendar, and moments of some.
func TestPutISO(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	for days := int32(minISODays) - 2; days <= maxISODays+2; days++ {
		got, want := put(func(b []byte) int { return PutISODate(b, days) }), string(AppendDate(nil, days, DateStyle{}))
		if inside := days >= minISODays && days <= maxISODays; inside && got != want || !inside && (got != "" || len(want) == 10) {
			t.Fatalf("day %d is %s, want %s", days, got, want)
		}
		if days%97 != 0 && days > minISODays && days < maxISODays {
			continue
		}
		for _, rest := range []int64{0, 1, 999_999, 1_000_000, microsPerDay - 1, rnd.Int64N(microsPerDay), rnd.Int64N(secondsPerDay) * microsPerSecond, rnd.Int64N(864_000) * 100_000} {
			us := int64(days)*microsPerDay + rest
			got, want := put(func(b []byte) int { return PutISOTimestamp(b, us) }), string(AppendTimestamp(nil, us, DateStyle{}))
			if got != "" && got != want || got == "" && days >= minISODays && days <= maxISODays {
				t.Fatalf("%d µs is %s, want %s", us, got, want)
			}
		}
	}
}
