package catalog

import "strconv"

// units are the units of parameters (PostgreSQL documentation, 20.1.1), each as a
// number of the smallest one of its kind.
var units = map[string]struct {
	factor int64
	kind   []unit
}{
	"B": {1, byteUnits}, "kB": {1 << 10, byteUnits}, "8kB": {8 << 10, byteUnits}, "MB": {1 << 20, byteUnits},
	"ms": {1000, timeUnits}, "s": {1000 * 1000, timeUnits}, "min": {60 * 1000 * 1000, timeUnits},
}

type unit struct {
	name string
	size int64
}

var (
	byteUnits = []unit{{"TB", 1 << 40}, {"GB", 1 << 30}, {"MB", 1 << 20}, {"kB", 1 << 10}, {"B", 1}}
	timeUnits = []unit{{"d", 86_400_000_000}, {"h", 3_600_000_000}, {"min", 60_000_000}, {"s", 1_000_000}, {"ms", 1000}, {"us", 1}}
)

// withUnit is what SHOW says of a parameter that pg_settings has as a number of a
// unit: with the largest unit that it is a whole number of. Zero and -1, which
// have meanings of their own, have none.
func withUnit(value, of string) string {
	u, ok := units[of]
	n, err := strconv.ParseFloat(value, 64)
	if !ok || err != nil || n <= 0 {
		return value
	}
	smallest := int64(n * float64(u.factor))
	for _, larger := range u.kind {
		if smallest%larger.size == 0 && smallest >= larger.size {
			return strconv.FormatInt(smallest/larger.size, 10) + larger.name
		}
	}
	return value
}
