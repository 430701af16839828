package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// size is a number of bytes, written as PostgreSQL writes its memory settings:
// kB, MB, GB and TB are powers of 1024
// (PostgreSQL documentation, 19.1.1 Parameter Names and Values).
type size int64

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *size) UnmarshalText(text []byte) error {
	written := strings.TrimSpace(string(text))
	digits := strings.TrimRight(written, "kKmMgGtTiIbB ")
	unit := int64(1)
	switch strings.ToLower(strings.TrimSpace(written[len(digits):])) {
	case "", "b":
	case "k", "kb", "kib":
		unit = 1 << 10
	case "m", "mb", "mib":
		unit = 1 << 20
	case "g", "gb", "gib":
		unit = 1 << 30
	case "t", "tb", "tib":
		unit = 1 << 40
	default:
		return badSize(written)
	}
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || !(n > 0) || n*float64(unit) >= math.MaxInt64 || n*float64(unit) < 1 {
		return badSize(written)
	}
	*s = size(n * float64(unit))
	return nil
}

func badSize(written string) error {
	return fmt.Errorf("%q is not a size; write it as in 512MB or 2GB", written)
}
