package pgvalue

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

// The expected texts are PostgreSQL's.
func TestAppendFloat8(t *testing.T) {
	for _, tt := range []struct {
		v    float64
		want string
	}{
		{0, "0"}, {math.Copysign(0, -1), "-0"}, {1, "1"}, {-1.5, "-1.5"}, {0.1, "0.1"},
		{100000, "100000"}, {123456789012345, "123456789012345"}, {1e15, "1e+15"}, {0.0001, "0.0001"},
		{1e-5, "1e-05"}, {math.MaxFloat64, "1.7976931348623157e+308"}, {5e-324, "5e-324"},
		{math.NaN(), "NaN"}, {math.Inf(1), "Infinity"}, {math.Inf(-1), "-Infinity"},
		// strconv writes the midpoint between two numbers, PostgreSQL does not.
		{1e23, "9.999999999999999e+22"}, {math.Ldexp(1, 80), "1.2089258196146292e+24"},
		{9007199254740992, "9.007199254740992e+15"},
	} {
		if got := string(AppendFloat8(nil, tt.v)); got != tt.want {
			t.Errorf("%g: got %s, want %s", tt.v, got, tt.want)
		}
	}
}

func TestAppendFloat4(t *testing.T) {
	for _, tt := range []struct {
		v    float32
		want string
	}{
		{0, "0"}, {float32(math.Copysign(0, -1)), "-0"}, {123456.7, "123456.7"}, {1e6, "1e+06"},
		{16777216, "1.6777216e+07"}, {math.MaxFloat32, "3.4028235e+38"}, {1e-45, "1e-45"},
		{0.0001, "0.0001"}, {0.00001, "1e-05"}, {float32(math.Inf(1)), "Infinity"},
		// Of two numbers equally near, the even one.
		{0.000244140625, "0.00024414062"}, {459236.125, "459236.12"}, {520379.125, "520379.12"},
	} {
		if got := string(AppendFloat4(nil, tt.v)); got != tt.want {
			t.Errorf("%g: got %s, want %s", tt.v, got, tt.want)
		}
	}
}

// TestAppendFloat8Fixed compares with the standard library, which agrees below
// 2^51.
func TestAppendFloat8Fixed(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		for _, v := range []float64{
			float64(r.IntN(1e9)) / 100, float64(r.IntN(1e9)) / 1e4, float64(r.IntN(1e9)) / 1e5,
			float64(r.Int64N(1e15)) / 1e4, float64(r.Int64N(1e15)), r.Float64(), r.NormFloat64() * 1e10,
			math.Nextafter(float64(r.IntN(1e9))/1e4, 0),
		} {
			if v < 1e-4 {
				continue
			}
			if got, want := string(AppendFloat8(nil, -v)), strconv.FormatFloat(-v, 'f', -1, 64); got != want {
				t.Fatalf("%g: got %s, want %s", -v, got, want)
			}
		}
	}
}
