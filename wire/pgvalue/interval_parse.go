package pgvalue

import (
	"bytes"
	"math"
	"slices"
	"strings"
)

// ParseInterval reads an interval: the forms of all styles, with any units and
// fractions (PostgreSQL documentation, 8.5.4 Interval Input). In the style
// sql_standard a leading sign holds for all fields that have none.
func ParseInterval(src []byte, style IntervalStyle) (Interval, error) {
	r := intervalReader{src: trimSpace(src)}
	var ok bool
	if len(r.src) > 0 && (r.src[0] == 'P' || r.src[0] == 'p') {
		r.src = r.src[1:]
		ok = r.readISO()
	} else {
		r.spread = style == IntervalSQLStandard && len(r.src) > 0 && r.src[0] == '-' &&
			!bytes.ContainsAny(r.src[1:], "+-") || sqlStandardPair(r.src, style)
		ok = r.readFields()
	}
	if !ok {
		return Interval{}, &Error{InvalidDatetime, `invalid input syntax for type interval: "` + string(src) + `"`}
	}
	switch {
	case r.overflow || int64(int32(r.days)) != r.days:
		return Interval{}, &Error{IntervalOverflow, `interval field value out of range: "` + string(src) + `"`}
	case int64(int32(r.months)) != r.months:
		return Interval{}, &Error{DatetimeOverflow, "interval out of range"}
	}
	return Interval{Months: int32(r.months), Days: int32(r.days), Micros: r.micros}, nil
}

// sqlStandardPair reports whether -1-2 opens the text: the hyphen within is no
// sign.
func sqlStandardPair(src []byte, style IntervalStyle) bool {
	return style == IntervalSQLStandard && len(src) > 0 && src[0] == '-' &&
		bytes.Count(src, []byte("-")) == 2 && !bytes.ContainsAny(src, "+") && !bytes.Contains(src, []byte(" -"))
}

// intervalReader adds up the fields of an interval.
type intervalReader struct {
	src                  []byte
	months, days, micros int64
	overflow             bool
	spread               bool   // a leading minus holds for all
	seen                 []unit // each unit comes once
}

// quantity is a number with a sign: whole + frac, of which both have the sign.
type quantity struct {
	whole int64
	frac  float64
}

// unit is what a quantity counts: so many months, days or microseconds.
type unit struct{ months, days, micros int64 }

// readFields reads a sequence of quantities, each with its unit or form.
func (r *intervalReader) readFields() bool {
	if len(r.src) > 0 && r.src[0] == '@' {
		r.src = r.src[1:]
	}
	var seen, ago bool
	spread := int64(1)
	for {
		r.src = trimSpaceLeft(r.src)
		if len(r.src) == 0 {
			break
		}
		if isLetter(r.src[0]) {
			if !seen || ago || !strings.EqualFold(string(r.word()), "ago") {
				return false
			}
			ago = true
			continue
		}
		if ago {
			return false
		}
		sign, explicit := r.sign()
		if !explicit && r.spread {
			sign = spread
		}
		spread = sign
		if !r.readField(sign) {
			return false
		}
		seen = true
	}
	if ago {
		r.months, r.days, r.micros = -r.months, -r.days, -r.micros
	}
	return seen
}

// sign reads a sign, if there is one.
func (r *intervalReader) sign() (sign int64, explicit bool) {
	if len(r.src) == 0 || r.src[0] != '-' && r.src[0] != '+' {
		return 1, false
	}
	neg := r.src[0] == '-'
	r.src = trimSpaceLeft(r.src[1:])
	if neg {
		return -1, true
	}
	return 1, true
}

// readField reads a number and, after it, a clock, a year-month pair, a unit, or
// nothing, which means seconds, or days before a clock.
func (r *intervalReader) readField(sign int64) bool {
	whole, ok := r.number()
	if !ok {
		return false
	}
	switch {
	case len(r.src) > 0 && r.src[0] == ':':
		return r.readClock(sign, whole)
	case len(r.src) > 1 && r.src[0] == '-' && isDigit(r.src[1]):
		r.src = r.src[1:]
		months, ok := r.number()
		if !ok {
			return false
		}
		r.overflow = r.overflow || months > 11
		r.add(quantity{whole: sign * whole}, unit{months: 12})
		r.add(quantity{whole: sign * months}, unit{months: 1})
		return r.once(unit{months: 12}) && r.once(unit{months: 1})
	}
	q := quantity{whole: sign * whole}
	if len(r.src) > 0 && r.src[0] == '.' {
		q.frac = float64(sign) * r.fraction()
	}
	r.src = trimSpaceLeft(r.src)
	if len(r.src) > 0 && isLetter(r.src[0]) {
		u, ok := unitNamed(string(r.word()))
		if !ok {
			return false
		}
		r.add(q, u)
		return r.once(u)
	}
	u := unit{micros: microsPerSecond}
	if bytes.IndexByte(r.src, ':') > 0 { // 3 4:05:06
		u = unit{days: 1}
	} else if len(r.src) > 0 {
		return false
	}
	r.add(q, u)
	return r.once(u)
}

// once notes that a unit was used, and reports whether for the first time.
func (r *intervalReader) once(u unit) bool {
	if slices.Contains(r.seen, u) {
		return false
	}
	r.seen = append(r.seen, u)
	return true
}

// readClock reads :05:06.789 after the hours, or :06.789 after minutes.
func (r *intervalReader) readClock(sign, first int64) bool {
	second, ok := r.sexagesimal()
	if !ok {
		return false
	}
	hours, minutes, seconds := first, second, int64(0)
	switch {
	case len(r.src) > 0 && r.src[0] == '.':
		hours, minutes, seconds = 0, first, second
	case len(r.src) > 0 && r.src[0] == ':':
		if seconds, ok = r.sexagesimal(); !ok {
			return false
		}
	}
	q := quantity{whole: sign * seconds}
	if len(r.src) > 0 && r.src[0] == '.' {
		q.frac = float64(sign) * r.fraction()
	}
	hour, minute, sec := unit{micros: microsPerHour}, unit{micros: 60 * microsPerSecond}, unit{micros: microsPerSecond}
	r.add(quantity{whole: sign * hours}, hour)
	r.add(quantity{whole: sign * minutes}, minute)
	r.add(q, sec)
	return r.once(hour) && r.once(minute) && r.once(sec)
}

// sexagesimal reads a colon and a number up to 59.
func (r *intervalReader) sexagesimal() (v int64, ok bool) {
	r.src = r.src[1:]
	v, ok = r.number()
	if v > 59 {
		r.overflow = true
	}
	return v, ok
}

// readISO reads 1Y2M3DT4H5M6.789S or 3W, after the P.
func (r *intervalReader) readISO() bool {
	seen, inTime := false, false
	for len(r.src) > 0 {
		if c := r.src[0]; (c == 'T' || c == 't') && !inTime {
			inTime = true
			r.src = r.src[1:]
			continue
		}
		sign, _ := r.sign()
		whole, ok := r.number()
		if !ok {
			return false
		}
		q := quantity{whole: sign * whole}
		if len(r.src) > 0 && r.src[0] == '.' {
			q.frac = float64(sign) * r.fraction()
		}
		if len(r.src) == 0 {
			return false
		}
		designator := r.src[0] &^ 0x20
		r.src = r.src[1:]
		var u unit
		switch {
		case !inTime && designator == 'Y':
			u.months = 12
		case !inTime && designator == 'M':
			u.months = 1
		case !inTime && designator == 'W':
			u.days = 7
		case !inTime && designator == 'D':
			u.days = 1
		case inTime && designator == 'H':
			u.micros = microsPerHour
		case inTime && designator == 'M':
			u.micros = 60 * microsPerSecond
		case inTime && designator == 'S':
			u.micros = microsPerSecond
		default:
			return false
		}
		r.add(q, u)
		seen = true
	}
	return seen
}

// number reads digits. Too many of them overflow.
func (r *intervalReader) number() (v int64, ok bool) {
	n := 0
	for n < len(r.src) && isDigit(r.src[n]) {
		d := int64(r.src[n] - '0')
		if v > (math.MaxInt64-d)/10 {
			r.overflow = true
			v = 0
		}
		v = v*10 + d
		n++
	}
	hasFraction := n < len(r.src) && r.src[n] == '.' && n+1 < len(r.src) && isDigit(r.src[n+1])
	r.src = r.src[n:]
	return v, n > 0 || hasFraction
}

// fraction reads a point and the digits after it.
func (r *intervalReader) fraction() float64 {
	v, scale := 0.0, 1.0
	r.src = r.src[1:]
	for len(r.src) > 0 && isDigit(r.src[0]) {
		if scale < 1e15 { // more than a float can hold, and than matters
			v = v*10 + float64(r.src[0]-'0')
			scale *= 10
		}
		r.src = r.src[1:]
	}
	return v / scale
}

func (r *intervalReader) word() []byte {
	n := 0
	for n < len(r.src) && isLetter(r.src[n]) {
		n++
	}
	w := r.src[:n]
	r.src = r.src[n:]
	return w
}

// add adds a quantity of a unit. Its fraction goes over to the smaller parts, a
// month having 30 days; a fraction of a year is rounded to months.
func (r *intervalReader) add(q quantity, u unit) {
	r.months = r.sum(r.months, q.whole, u.months)
	r.days = r.sum(r.days, q.whole, u.days)
	r.micros = r.sum(r.micros, q.whole, u.micros)
	if q.frac == 0 {
		return
	}
	var days float64
	switch {
	case u.months >= 12:
		r.months = r.sum(r.months, int64(math.RoundToEven(q.frac*float64(u.months))), 1)
		return
	case u.months == 1:
		days = q.frac * 30
	case u.days > 0:
		days = q.frac * float64(u.days)
	default:
		r.micros = r.sum(r.micros, int64(math.RoundToEven(q.frac*float64(u.micros))), 1)
		return
	}
	whole := math.Trunc(days)
	r.days = r.sum(r.days, int64(whole), 1)
	r.micros = r.sum(r.micros, int64(math.RoundToEven((days-whole)*microsPerDay)), 1)
}

// sum returns a + b·c, or notes that it does not fit.
func (r *intervalReader) sum(a, b, c int64) int64 {
	if b == 0 || c == 0 {
		return a
	}
	product := b * c
	total := a + product
	if product/c != b || (total > a) != (product > 0) {
		r.overflow = true
	}
	return total
}

// unitNamed knows the names of units, singular, plural and short.
func unitNamed(name string) (unit, bool) {
	name = strings.ToLower(name)
	if len(name) > 3 {
		name = strings.TrimSuffix(name, "s")
	}
	switch name {
	case "microsecond", "usec", "us", "usecond":
		return unit{micros: 1}, true
	case "millisecond", "msec", "ms", "msecond":
		return unit{micros: 1000}, true
	case "second", "sec", "s":
		return unit{micros: microsPerSecond}, true
	case "minute", "min", "m":
		return unit{micros: 60 * microsPerSecond}, true
	case "hour", "hr", "hrs", "h":
		return unit{micros: microsPerHour}, true
	case "day", "d":
		return unit{days: 1}, true
	case "week", "w":
		return unit{days: 7}, true
	case "month", "mon":
		return unit{months: 1}, true
	case "year", "yr", "yrs", "y":
		return unit{months: 12}, true
	case "decade", "dec":
		return unit{months: 120}, true
	case "century", "centurie", "cent", "c":
		return unit{months: 1200}, true
	case "millennium", "millennia", "mil":
		return unit{months: 12000}, true
	}
	return unit{}, false
}
