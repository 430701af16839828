package numeric

import (
	"math"

	"github.com/csvsql/csvsql/engine"
)

// CodeWidthBucket is the SQLSTATE of wrong arguments of width_bucket.
const CodeWidthBucket = "2201G"

// WidthBucket is which of count buckets of the same width between low and high x
// falls into, from 1: 0 and count+1 are those beyond. high may be less than low
// (PostgreSQL documentation, 9.3).
func WidthBucket(x, low, high *Decimal, count int32) (int32, error) {
	switch {
	case IsNaN(x) || IsNaN(low) || IsNaN(high):
		return 0, engine.Errorf(CodeWidthBucket, "operand, lower bound, and upper bound cannot be NaN")
	case !finite(low) || !finite(high):
		return 0, engine.Errorf(CodeWidthBucket, "lower and upper bounds must be finite")
	}
	var failed error
	bucket, err := Bucket(Cmp(x, low), Cmp(x, high), Cmp(low, high), count, func() int32 {
		var part, width, n, z Decimal
		SetInt64(&n, int64(count))
		for _, err := range []error{Sub(&part, x, low), Sub(&width, high, low), Mul(&z, &part, &n), Quo(&z, &z, &width)} {
			if err != nil {
				failed = err
				return 0
			}
		}
		return int32(z.Coeff.Int64())
	})
	if failed != nil {
		return 0, failed
	}
	return bucket, err
}

// Bucket is what width_bucket is by how its operand compares to both bounds, and
// the bounds to each other; inside counts the whole buckets before an operand that
// is between them, and is not called for another.
func Bucket(toLow, toHigh, bounds int, count int32, inside func() int32) (int32, error) {
	switch {
	case count <= 0:
		return 0, engine.Errorf(CodeWidthBucket, "count must be greater than zero")
	case bounds == 0:
		return 0, engine.Errorf(CodeWidthBucket, "lower bound cannot equal upper bound")
	case toLow*bounds > 0: // on the other side of low than high is
		return 0, nil
	case toHigh*bounds > 0:
		return inside() + 1, nil
	case count == math.MaxInt32:
		return 0, engine.Errorf("22003", "integer out of range")
	}
	return count + 1, nil
}
