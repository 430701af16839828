package csvfile

import (
	"strconv"
	"strings"
)

// declared is a type that the user gave a column.
type declared struct {
	sql     string
	allowed kinds // 0: the engine knows, and says so with the line
	bits    int   // of an integer
}

func declare(sql string) *declared {
	base := strings.ToUpper(strings.TrimSpace(sql))
	if i := strings.IndexByte(base, '('); i >= 0 {
		base = base[:i]
	}
	d := &declared{sql: sql}
	switch strings.Join(strings.Fields(base), " ") {
	case "SMALLINT", "INT2":
		d.allowed, d.bits = integer, 16
	case "INTEGER", "INT", "INT4":
		d.allowed, d.bits = integer, 32
	case "BIGINT", "INT8":
		d.allowed, d.bits = integer, 64
	case "DOUBLE", "DOUBLE PRECISION", "FLOAT", "FLOAT8", "FLOAT4", "REAL", "NUMERIC", "DECIMAL", "DEC":
		d.allowed = numbers
	case "DATE":
		d.allowed = dates
	case "TIMESTAMP", "TIMESTAMP WITHOUT TIME ZONE":
		d.allowed = timestamp | dates
	case "TIME", "TIME WITHOUT TIME ZONE":
		d.allowed = clock
	case "TEXT", "VARCHAR", "CHAR", "BPCHAR", "STRING", "CHARACTER VARYING", "CHARACTER":
		d.allowed = text
	}
	return d
}

// isChecked reports whether a value has to be looked at to know whether it fits.
func (d *declared) isChecked() bool { return d.allowed&^text != 0 }

// isPlain reports whether v is one of the commonest values of a checked type, and
// says nothing that the values before it have not said. False says nothing.
func (d *declared) isPlain(v []byte, before *tally) bool {
	if d.bits == 0 {
		return before.isKnown(v)
	}
	whole, _ := plainNumber(v)
	return whole && (d.bits == 64 || len(v) <= d.bits/4) // 32 bits hold any 8 characters
}

// fits reports whether a value, trimmed and not empty, is one of the type. It is
// plain if the engine reads it whatever the others are: 007 and +49 are integers
// to who says that they are.
func (d *declared) fits(v []byte) (fits, plain bool) {
	switch {
	case d.allowed == 0 || d.allowed == text:
		return true, true
	case d.bits > 0:
		_, err := strconv.ParseInt(string(v), 10, d.bits)
		return err == nil, true
	case classify(v, d.allowed)&d.allowed != 0:
		return true, false
	case d.allowed == numbers && !strings.ContainsAny(string(v), "xX_"):
		_, err := strconv.ParseFloat(string(v), 64)
		return err == nil, true
	}
	return false, false
}
