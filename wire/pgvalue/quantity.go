package pgvalue

import (
	"math"
	"strconv"
	"strings"
)

// A quantity is the value of a run-time parameter that is a number of a unit
// (PostgreSQL documentation, 20.1.1 Parameter Names and Values). pg_settings has
// the number and the unit, SHOW and SET write both in one.

// quantityUnit is a unit in terms of the smallest one of its kind.
type quantityUnit struct {
	name string
	size float64
}

var (
	bytesUnits = []quantityUnit{{"TB", 1 << 40}, {"GB", 1 << 30}, {"MB", 1 << 20}, {"kB", 1 << 10}, {"B", 1}}
	timeUnits  = []quantityUnit{{"d", 86_400e6}, {"h", 3600e6}, {"min", 60e6}, {"s", 1e6}, {"ms", 1000}, {"us", 1}}
)

// unitsOf are the units that a parameter of a unit is written in, and the size of
// its own; nil for one that PostgreSQL does not have.
func unitsOf(unit string) (all []quantityUnit, size float64) {
	if unit == "8kB" { // blocks
		return bytesUnits, 8 << 10
	}
	for _, list := range [][]quantityUnit{bytesUnits, timeUnits} {
		for _, u := range list {
			if u.name == unit {
				return list, u.size
			}
		}
	}
	return nil, 0
}

// ParseQuantity reads a number of a unit, as in 64MB; without one it is of the
// parameter's own. It returns the number of those, which may have a fraction.
func ParseQuantity(text, unit string) (float64, bool) {
	text = strings.TrimSpace(text)
	end := strings.IndexFunc(text, func(c rune) bool { return !strings.ContainsRune("0123456789+-.eE", c) })
	if end < 0 {
		end = len(text)
	}
	n, err := strconv.ParseFloat(text[:end], 64)
	if err != nil {
		return 0, false
	}
	name := strings.TrimSpace(text[end:])
	if name == "" {
		return n, true
	}
	all, size := unitsOf(unit)
	for _, u := range all {
		if u.name == name {
			return n * u.size / size, true
		}
	}
	return 0, false
}

// FormatQuantity writes a number of a unit with the largest one that it is a whole
// number of. Zero and negative numbers, which have meanings of their own, have none.
func FormatQuantity(n float64, unit string) string {
	all, size := unitsOf(unit)
	if n > 0 {
		for _, u := range all {
			if scaled := n * size / u.size; scaled == math.Trunc(scaled) {
				return strconv.FormatFloat(scaled, 'f', -1, 64) + u.name
			}
		}
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// QuantityUnits are the units that a parameter of a unit is written in, the
// smallest first.
func QuantityUnits(unit string) []string {
	all, _ := unitsOf(unit)
	var names []string
	for i := range all {
		names = append(names, all[len(all)-1-i].name)
	}
	return names
}
