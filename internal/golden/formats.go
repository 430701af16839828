package golden

import (
	"strconv"
	"testing"
	"time"

	"github.com/csvsql/csvsql/wire/pgvalue"
)

// Formats are the settings of a Value, those that differ from the defaults and the
// others, as package pgvalue has them.
type Formats struct {
	Date     pgvalue.DateStyle
	Interval pgvalue.IntervalStyle
	Bytea    pgvalue.ByteaOutput
	Digits   int // extra_float_digits
	Location *time.Location
}

// Formats returns the settings of the value.
func (v *Value) Formats(t testing.TB) Formats {
	t.Helper()
	f := Formats{Digits: 1, Location: time.UTC}
	for name, value := range v.Settings {
		var ok bool
		var err error
		switch name {
		case "DateStyle":
			f.Date, ok = pgvalue.ParseDateStyle(value, f.Date)
		case "IntervalStyle":
			f.Interval, ok = pgvalue.ParseIntervalStyle(value)
		case "bytea_output":
			f.Bytea, ok = pgvalue.ParseByteaOutput(value)
		case "extra_float_digits":
			f.Digits, err = strconv.Atoi(value)
			ok = err == nil
		case "TimeZone":
			f.Location, err = time.LoadLocation(value)
			ok = err == nil
		}
		if !ok {
			t.Fatalf("%s: cannot set %s to %q: %v", v.Where, name, value, err)
		}
	}
	return f
}
