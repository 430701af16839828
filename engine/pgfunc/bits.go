package pgfunc

import (
	"crypto/sha256"
	"crypto/sha512"
	"slices"

	"github.com/csvsql/csvsql/engine"
)

// bitsAndBytes are functions of single bytes and bits of a bytea, and hashes of it
// (PostgreSQL documentation, 9.5, table 9.12).
func bitsAndBytes() []engine.Function {
	hash := func(name string, sum func([]byte) []byte) engine.Function {
		return define(name, bytea, types{bytea}, func(r row) (any, error) { return sum(r.bytea(0)), nil })
	}
	return []engine.Function{
		hash("sha224", func(b []byte) []byte { s := sha256.Sum224(b); return s[:] }),
		hash("sha384", func(b []byte) []byte { s := sha512.Sum384(b); return s[:] }),
		hash("sha512", func(b []byte) []byte { s := sha512.Sum512(b); return s[:] }),
		define("get_byte", integer, types{bytea, bigint}, func(r row) (any, error) {
			b, i, err := byteOf(r.bytea(0), r.bigint(1), 1)
			if err != nil {
				return nil, err
			}
			return int32(b[i]), nil
		}),
		define("set_byte", bytea, types{bytea, bigint, bigint}, func(r row) (any, error) {
			b, i, err := byteOf(r.bytea(0), r.bigint(1), 1)
			if err != nil {
				return nil, err
			}
			b = slices.Clone(b)
			b[i] = byte(r.bigint(2))
			return b, nil
		}),
		define("bytea_get_bit", integer, types{bytea, bigint}, func(r row) (any, error) {
			b, i, err := byteOf(r.bytea(0), r.bigint(1), 8)
			if err != nil {
				return nil, err
			}
			return int32(b[i] >> (r.bigint(1) % 8) & 1), nil
		}),
		define("bytea_set_bit", bytea, types{bytea, bigint, bigint}, func(r row) (any, error) {
			b, i, err := byteOf(r.bytea(0), r.bigint(1), 8)
			if err != nil {
				return nil, err
			}
			if v := r.bigint(2); v != 0 && v != 1 {
				return nil, engine.Errorf("22023", "new bit must be 0 or 1")
			}
			b = slices.Clone(b)
			bit := byte(1) << (r.bigint(1) % 8)
			if b[i] &^= bit; r.bigint(2) == 1 {
				b[i] |= bit
			}
			return b, nil
		}),
	}
}

// byteOf is the index of the byte that unit n is in, of which a byte has size.
func byteOf(b []byte, n, size int64) ([]byte, int, error) {
	if n < 0 || n >= int64(len(b))*size {
		return nil, 0, engine.Errorf("2202E", "index %d out of valid range, 0..%d", n, int64(len(b))*size-1)
	}
	return b, int(n / size), nil
}
