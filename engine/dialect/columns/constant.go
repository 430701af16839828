package columns

import (
	"errors"
	"strconv"
	"strings"
)

// integerCode is the SQLSTATE with which a string is no integer of a type, or "".
func integerCode(s string, t uint32) string {
	size := map[uint32]int{int2Type: 16, int4Type: 32, int8Type: 64}[t]
	digits := strings.TrimPrefix(strings.TrimPrefix(s, "+"), "-")
	if digits == "" || strings.Trim(digits, "0123456789") != "" || len(s) > len(digits)+1 {
		return "22P02"
	}
	if _, err := strconv.ParseInt(s, 10, size); err != nil {
		return "22003"
	}
	return ""
}

// floatCode is the SQLSTATE with which a string is no float of a type, or "".
func floatCode(s string, t uint32) string {
	size := 64
	if t == float4Type {
		size = 32
	}
	unsigned := strings.ToLower(strings.TrimLeft(s, "+-"))
	switch unsigned {
	case "nan", "infinity", "inf":
		return ""
	}
	if strings.Trim(unsigned, "0123456789.e+-") != "" {
		return "22P02" // Go reads more than PostgreSQL
	}
	f, err := strconv.ParseFloat(s, size)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return "22003"
	case err != nil:
		return "22P02"
	case f == 0 && strings.Trim(strings.SplitN(unsigned, "e", 2)[0], "0.") != "":
		return "22003"
	}
	return ""
}

// isBoolean reports whether a string, in lower case, is a boolean: the words or
// what they begin with (documentation, 8.6).
func isBoolean(s string) bool {
	switch s {
	case "1", "0", "on", "of", "off":
		return true
	}
	return s != "" && (strings.HasPrefix("true", s) || strings.HasPrefix("false", s) || strings.HasPrefix("yes", s) || strings.HasPrefix("no", s))
}
