package template

import "strings"

// fields are the values that a text has for the patterns of a template; 0 for none.
type fields struct {
	convention convention

	hour, minute, second, secondOfDay, millis, micros int
	precision                                         int // of FF1 to FF6
	pm                                                int // 1: p.m.
	clock12                                           bool

	year, century, month, day, weekday, dayOfYear, julian int
	week, weekOfMonth                                     int
	bc                                                    int // 1: before Christ
	yearDigits                                            int // of the pattern for the year

	zoneSign, zoneHour, zoneMinute int
}

// convention is what the years and weeks of a template are.
type convention uint8

const (
	eitherConvention convention = iota
	gregorian
	isoWeeks
)

// conventionOf is that of a pattern.
func conventionOf(pattern string) convention {
	switch pattern {
	case "DDD", "DD", "D", "MM", "MONTH", "MON", "RM", "WW", "W", "Y,YYY", "YYYY", "YYY", "YY", "Y":
		return gregorian
	case "IDDD", "ID", "IW", "IYYY", "IYY", "IY", "I":
		return isoWeeks
	}
	return eitherConvention
}

var (
	months = [...]string{
		"January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December",
	}
	shortMonths = [...]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
	days        = [...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
	shortDays   = [...]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}
	// romans are the months from the last one, so that XII is not read as X.
	romans = [...]string{"XII", "XI", "X", "IX", "VIII", "VII", "VI", "V", "IV", "III", "II", "I"}
)

// field reads what a pattern stands for.
func (r *reader) field(n node, separated bool) error {
	pattern := strings.ToUpper(n.pattern)
	switch c := conventionOf(pattern); {
	case c == eitherConvention:
	case r.convention == eitherConvention:
		r.convention = c
	case r.convention != c:
		return &Error{
			Code: "22007", Message: "invalid combination of date conventions",
			Hint: "Do not mix Gregorian and ISO week date conventions in a formatting template.",
		}
	}
	switch pattern {
	case "FX":
		r.exact = true
		return nil
	case "A.M.", "P.M.":
		r.clock12 = true
		return r.choose(&r.pm, 0, n, "a.m.", "p.m.")
	case "AM", "PM":
		r.clock12 = true
		return r.choose(&r.pm, 0, n, "am", "pm")
	case "A.D.", "B.C.":
		return r.choose(&r.bc, 0, n, "a.d.", "b.c.")
	case "AD", "BC":
		return r.choose(&r.bc, 0, n, "ad", "bc")
	case "MONTH":
		return r.choose(&r.month, 1, n, months[:]...)
	case "MON":
		return r.choose(&r.month, 1, n, shortMonths[:]...)
	case "DAY":
		return r.dayName(n, days[:]...)
	case "DY":
		return r.dayName(n, shortDays[:]...)
	case "RM":
		i, err := r.word(n, romans[:]...)
		if err != nil {
			return err
		}
		return set(&r.month, len(romans)-i, n)
	case "TZ", "OF":
		return &Error{Code: "0A000", Message: `formatting field "` + n.pattern + `" is only supported in to_char`}
	case "TZH":
		r.signOfZone()
		return r.integer(&r.zoneHour, 2, n, separated)
	case "TZM":
		if r.zoneSign == 0 {
			r.zoneSign = 1
		}
		return r.integer(&r.zoneMinute, 2, n, separated)
	}
	if err := r.numberField(pattern, n, separated); err != nil {
		return err
	}
	if n.ordinal != "" {
		r.skip(2)
	}
	return nil
}

// choose reads one of words; the first means first.
func (r *reader) choose(field *int, first int, n node, words ...string) error {
	i, err := r.word(n, words...)
	if err != nil {
		return err
	}
	return set(field, i+first, n)
}

// dayName reads the name of a day. Of two, the second has to be that behind the
// first.
func (r *reader) dayName(n node, words ...string) error {
	err := r.choose(&r.weekday, 0, n, words...)
	r.weekday++
	return err
}

// signOfZone reads the sign before TZH, which may have been taken for a separator.
func (r *reader) signOfZone() {
	switch c := r.text[r.at]; {
	case c == '-':
		r.zoneSign = -1
		r.at++
	case c == '+' || c == ' ':
		r.zoneSign = 1
		r.at++
	case r.skipped > 0 && r.text[r.at-1] == '-':
		r.zoneSign = -1
	default:
		r.zoneSign = 1
	}
}

// integer reads a number into a field.
func (r *reader) integer(field *int, width int, n node, separated bool) error {
	v, _, err := r.number(n, width, separated)
	if err != nil {
		return err
	}
	return set(field, v, n)
}

// numberField reads a pattern of digits.
func (r *reader) numberField(pattern string, n node, separated bool) error {
	width := len(pattern)
	switch pattern {
	case "HH", "HH12":
		r.clock12 = true
		return r.integer(&r.hour, 2, n, separated)
	case "HH24":
		return r.integer(&r.hour, 2, n, separated)
	case "MI":
		return r.integer(&r.minute, width, n, separated)
	case "SS":
		return r.integer(&r.second, width, n, separated)
	case "SSSS", "SSSSS":
		return r.integer(&r.secondOfDay, width, n, separated)
	case "MS":
		return r.fraction(&r.millis, 3, 3, n, separated)
	case "US":
		return r.fraction(&r.micros, 6, 6, n, separated)
	case "FF1", "FF2", "FF3", "FF4", "FF5", "FF6":
		r.precision = int(pattern[2] - '0')
		return r.fraction(&r.micros, r.precision, 6, n, separated)
	case "MM":
		return r.integer(&r.month, width, n, separated)
	case "DDD", "IDDD":
		return r.integer(&r.dayOfYear, 3, n, separated)
	case "DD":
		return r.integer(&r.day, width, n, separated)
	case "D":
		return r.integer(&r.weekday, width, n, separated)
	case "ID": // from Monday, where D is from Sunday
		if err := r.integer(&r.weekday, 1, n, separated); err != nil {
			return err
		}
		if r.weekday++; r.weekday > 7 {
			r.weekday = 1
		}
		return nil
	case "WW", "IW":
		return r.integer(&r.week, width, n, separated)
	case "W":
		return r.integer(&r.weekOfMonth, width, n, separated)
	case "Q": // which date of it is meant is unclear
		_, _, err := r.number(n, width, separated)
		return err
	case "CC":
		return r.integer(&r.century, width, n, separated)
	case "J":
		return r.integer(&r.julian, width, n, separated)
	}
	return r.yearField(pattern, n, separated)
}

// fraction reads digits behind the point of a second, in units of which it has
// digits.
func (r *reader) fraction(field *int, width, digits int, n node, separated bool) error {
	v, taken, err := r.number(n, width, separated)
	if err != nil {
		return err
	}
	if err := set(field, v, n); err != nil {
		return err
	}
	for ; taken < digits; taken++ {
		*field *= 10
	}
	return nil
}

// yearField reads a year.
func (r *reader) yearField(pattern string, n node, separated bool) error {
	if pattern == "Y,YYY" {
		year, err := r.grouped()
		if err != nil {
			return err
		}
		r.yearDigits = 4
		return set(&r.year, year, n)
	}
	year, taken, err := r.number(n, len(pattern), separated)
	if err != nil {
		return err
	}
	if err := set(&r.year, year, n); err != nil {
		return err
	}
	r.yearDigits = len(pattern)
	if r.yearDigits < 4 && taken < 4 {
		r.year = nearYear(r.year)
	}
	return nil
}

// nearYear is the year nearest to 2020 that ends with the digits of year.
func nearYear(year int) int {
	switch {
	case year < 70:
		return year + 2000
	case year < 100:
		return year + 1900
	case year < 520:
		return year + 2000
	case year < 1000:
		return year + 1000
	}
	return year
}
