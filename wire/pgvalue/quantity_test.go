package pgvalue_test

import (
	"testing"

	"github.com/csvsql/csvsql/wire/pgvalue"
)

// What PostgreSQL 15 shows after SET with these values.
func TestQuantity(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ unit, set, show string }{
		{"kB", "64MB", "64MB"},
		{"kB", "65536", "64MB"},
		{"kB", "1.5MB", "1536kB"},
		{"kB", "2097152", "2GB"},
		{"8kB", "16384", "128MB"},
		{"8kB", "1", "8kB"},
		{"ms", "30s", "30s"},
		{"ms", "90000", "90s"},
		{"ms", "0", "0"},
		{"ms", "-1", "-1"},
		{"s", "1d", "1d"},
		{"min", "1440", "1d"},
		{"ms", "0.5", "500us"},
	} {
		n, ok := pgvalue.ParseQuantity(test.set, test.unit)
		if got := pgvalue.FormatQuantity(n, test.unit); !ok || got != test.show {
			t.Errorf("%s of %s: %s, want %s", test.set, test.unit, got, test.show)
		}
	}
	for _, bad := range []string{"", "MB", "1 parsec", "1MBs", "12s"} {
		if n, ok := pgvalue.ParseQuantity(bad, "kB"); ok {
			t.Errorf("%q is %g", bad, n)
		}
	}
}
