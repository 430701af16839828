package rewrite

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/wire/pgvalue"
)

// interval writes a constant interval in units that the engine reads. PostgreSQL
// knows more forms (documentation, 8.5.4), and gives a number without a unit that
// of the fields behind the constant.
func (r *rewriter) interval(n *pg.Node, c *pg.TypeCast, text string) bool {
	digits := -1
	if len(c.TypeName.Typmods) == 2 { // interval(3), interval second(3)
		digits = int(c.TypeName.Typmods[1].GetAConst().GetIval().GetIval())
	}
	fields := int32(allFields)
	if len(c.TypeName.Typmods) > 0 {
		k := c.TypeName.Typmods[0].GetAConst()
		if k == nil || k.GetIval() == nil {
			return false
		}
		fields = k.GetIval().Ival
	}
	v, err := readInterval(text, fields)
	var wrong *pgvalue.Error
	if errors.As(err, &wrong) {
		r.overwrite(r.spanOf(n), "CAST(error("+literal("SQLSTATE "+wrong.Code+": "+wrong.Message)+") AS INTERVAL)")
		return true
	}
	v.micros = round(v.micros, digits)
	if !v.keep(fields) {
		return false
	}
	r.replace(r.spanOf(n), "CAST('"+v.text()+"' AS INTERVAL)")
	return true
}

// maxMicros is the longest time of an interval, whose nanoseconds the engine's
// results count.
const maxMicros = math.MaxInt64 / 1000

// readInterval reads an interval in any of its forms.
func readInterval(text string, fields int32) (interval, error) {
	if fields != allFields {
		if v, ok := parseInterval(text, fields); ok {
			return v, nil
		}
	}
	v, err := pgvalue.ParseInterval([]byte(text), pgvalue.IntervalPostgres)
	if err == nil && (v.Micros > maxMicros || v.Micros < -maxMicros) {
		err = &pgvalue.Error{Code: "22015", Message: "interval field value out of range: " + strconv.Quote(text)}
	}
	return interval{int64(v.Months), int64(v.Days), v.Micros}, err
}

// text is an interval in units that the engine reads.
func (v interval) text() string {
	return fmt.Sprintf("%d months %d days %d microseconds", v.months, v.days, v.micros)
}

// The bits of the fields in an interval's typmod (PostgreSQL's timestamp.h).
const (
	monthField  = 1 << 1
	yearField   = 1 << 2
	dayField    = 1 << 3
	hourField   = 1 << 10
	minuteField = 1 << 11
	secondField = 1 << 12
	allFields   = 0x7fff
)

type interval struct{ months, days, micros int64 }

const (
	microsPerSecond = 1e6
	microsPerDay    = 86400 * 1e6
)

// keep drops what is finer than the last field.
func (v *interval) keep(fields int32) bool {
	switch {
	case fields == allFields || fields&secondField != 0:
	case fields&minuteField != 0:
		v.micros -= v.micros % (60 * microsPerSecond)
	case fields&hourField != 0:
		v.micros -= v.micros % (3600 * microsPerSecond)
	case fields&dayField != 0:
		v.micros = 0
	case fields&monthField != 0:
		v.days, v.micros = 0, 0
	case fields&yearField != 0:
		v.months -= v.months % 12
		v.days, v.micros = 0, 0
	default:
		return false
	}
	return true
}

// truncatedTo is the finest field of a type as interval day to minute, which the engine
// takes for interval; "" if nothing is finer.
func truncatedTo(t *pg.TypeName) string {
	if lastName(t.Names) != "interval" || len(t.Typmods) == 0 {
		return ""
	}
	fields := t.Typmods[0].GetAConst().GetIval().GetIval()
	if fields == allFields || fields&secondField != 0 {
		return ""
	}
	return lastField(fields)
}

// add adds n of a unit. A fraction of a month counts in days of 30, one of a day
// in time.
func (v *interval) add(n float64, unit string) bool {
	whole := math.Trunc(n)
	rest := n - whole
	months := map[string]float64{
		"year": 12, "decade": 120, "century": 1200, "millennium": 12000,
	}
	switch unit {
	case "year", "decade", "century", "millennium":
		v.months += int64(math.RoundToEven(n * months[unit]))
	case "month":
		v.months += int64(whole)
		return v.add(rest*30, "day")
	case "week":
		return v.add(n*7, "day")
	case "day":
		v.days += int64(whole)
		v.micros += int64(math.RoundToEven(rest * microsPerDay))
	case "hour":
		v.micros += int64(math.RoundToEven(n * 3600 * microsPerSecond))
	case "minute":
		v.micros += int64(math.RoundToEven(n * 60 * microsPerSecond))
	case "second":
		v.micros += int64(math.RoundToEven(n * microsPerSecond))
	case "millisecond":
		v.micros += int64(math.RoundToEven(n * 1000))
	case "microsecond":
		v.micros += int64(math.RoundToEven(n))
	default:
		return false
	}
	return true
}

// intervalUnit is the unit that a word stands for.
func intervalUnit(word string) string {
	switch word {
	case "y", "yr", "yrs", "year", "years":
		return "year"
	case "mon", "mons", "month", "months":
		return "month"
	case "w", "week", "weeks":
		return "week"
	case "d", "day", "days":
		return "day"
	case "h", "hr", "hrs", "hour", "hours":
		return "hour"
	case "m", "min", "mins", "minute", "minutes":
		return "minute"
	case "s", "sec", "secs", "second", "seconds":
		return "second"
	case "ms", "msec", "msecs", "millisecond", "milliseconds":
		return "millisecond"
	case "us", "usec", "usecs", "microsecond", "microseconds":
		return "microsecond"
	case "dec", "decs", "decade", "decades":
		return "decade"
	case "c", "cent", "century", "centuries":
		return "century"
	case "mil", "mils", "millennia", "millennium":
		return "millennium"
	}
	return ""
}

// lastField is the unit of a number that has none.
func lastField(fields int32) string {
	switch {
	case fields&secondField != 0:
		return "second"
	case fields&minuteField != 0:
		return "minute"
	case fields&hourField != 0:
		return "hour"
	case fields&dayField != 0:
		return "day"
	case fields&monthField != 0:
		return "month"
	}
	return "year"
}

// parseInterval reads an interval; false for what it does not know, which may be
// an interval all the same.
func parseInterval(text string, fields int32) (v interval, ok bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	words := strings.Fields(text)
	if len(words) == 0 || strings.HasPrefix(text, "p") {
		return v, false
	}
	if words[0] == "@" {
		words = words[1:]
	}
	ago := len(words) > 1 && words[len(words)-1] == "ago"
	if ago {
		words = words[:len(words)-1]
	}
	for i := 0; i < len(words); i++ {
		number := strings.TrimRight(words[i], "abcdefghijklmnopqrstuvwxyz")
		word := words[i][len(number):]
		if number == "" {
			return v, false
		}
		switch {
		case word == "" && strings.Contains(number, ":"):
			if !v.addTime(number, fields) {
				return v, false
			}
			continue
		case word == "" && strings.LastIndexByte(number, '-') > 0:
			if !v.addYearMonth(number) {
				return v, false
			}
			continue
		case word == "" && i+1 < len(words) && intervalUnit(words[i+1]) != "":
			i++
			word = words[i]
		case word == "" && i+1 < len(words) && strings.Contains(words[i+1], ":"):
			word = "day"
		case word == "" && i+2 == len(words) && fields != allFields && fields&hourField != 0 && fields&minuteField == 0:
			word = "day" // '1 2' hour
		case word == "" && i+1 < len(words):
			return v, false
		case word == "":
			word = lastField(fields)
		}
		n, err := strconv.ParseFloat(number, 64)
		if err != nil || math.Abs(n) > 1e9 || !v.add(n, intervalUnit(word)) {
			return v, false
		}
	}
	if ago {
		v = interval{-v.months, -v.days, -v.micros}
	}
	return v, true
}

// addTime adds [-]h:m[:s]; of two numbers the fields say whether the first is of
// minutes.
func (v *interval) addTime(text string, fields int32) bool {
	negative := strings.HasPrefix(text, "-")
	parts := strings.Split(strings.TrimLeft(text, "+-"), ":")
	units := []string{"hour", "minute", "second"}
	if len(parts) == 2 && fields != allFields && fields&hourField == 0 && fields&minuteField != 0 && fields&secondField != 0 {
		units = units[1:]
	}
	if len(parts) == 2 && strings.Contains(parts[1], ".") {
		units = []string{"minute", "second"}
	}
	if len(parts) > len(units) {
		return false
	}
	for i, p := range parts {
		n, err := strconv.ParseFloat(p, 64)
		if err != nil || n < 0 || n > 1e9 || units[i] != "hour" && n > 60 {
			return false
		}
		if negative {
			n = -n
		}
		v.add(n, units[i])
	}
	return true
}

// addYearMonth adds [-]y-m.
func (v *interval) addYearMonth(text string) bool {
	negative := strings.HasPrefix(text, "-")
	years, months, _ := strings.Cut(strings.TrimLeft(text, "+-"), "-")
	y, err1 := strconv.ParseInt(years, 10, 32)
	m, err2 := strconv.ParseInt(months, 10, 32)
	if err1 != nil || err2 != nil || m < 0 || m > 11 {
		return false
	}
	if m += 12 * y; negative {
		m = -m
	}
	v.months += m
	return true
}
