package numeric

import (
	"errors"
	"testing"

	"github.com/csvsql/csvsql/engine"
)

// TestWidthBucket has bounds both ways, operands on and beyond them, and what is
// refused; PostgreSQL 15's answers.
func TestWidthBucket(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		x, low, high string
		count        int32
		want         int32
		code         string
	}{
		{"5.35", "0.024", "10.06", 5, 3, ""},
		{"0", "0", "10", 5, 1, ""}, {"-0.1", "0", "10", 5, 0, ""}, {"10", "0", "10", 5, 6, ""},
		{"9.999999999999999999999999", "0", "10", 5, 5, ""}, {"2", "0", "10", 5, 2, ""},
		{"10", "10", "0", 5, 1, ""}, {"0", "10", "0", 5, 6, ""}, {"11", "10", "0", 5, 0, ""}, {"8", "10", "0", 5, 2, ""},
		{"Infinity", "0", "1", 3, 4, ""}, {"-Infinity", "0", "1", 3, 0, ""},
		{"1", "0", "1", 2147483647, 0, "22003"}, {"0", "1", "1", 2, 0, "2201G"}, {"0", "1", "2", 0, 0, "2201G"},
		{"NaN", "0", "1", 3, 0, "2201G"}, {"0", "0", "Infinity", 3, 0, "2201G"},
	} {
		var n [3]Decimal
		for i, text := range []string{test.x, test.low, test.high} {
			if err := Parse(&n[i], text); err != nil {
				t.Fatal(err)
			}
		}
		got, err := WidthBucket(&n[0], &n[1], &n[2], test.count)
		code := ""
		if e := (*engine.Error)(nil); errors.As(err, &e) {
			code = e.Code
		}
		if got != test.want || code != test.code {
			t.Errorf("width_bucket(%s, %s, %s, %d) = %d, %v", test.x, test.low, test.high, test.count, got, err)
		}
	}
}
