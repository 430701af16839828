package template

import (
	"fmt"
	"strings"
	"time"
)

// Moment is what is formatted: a time of the proleptic Gregorian calendar, or an
// interval. Year 0 is 1 BC.
type Moment struct {
	Year, Month, Day       int
	Hour                   int64
	Minute, Second, Micros int
	Interval               bool
	// ZoneName and Offset, in seconds east, are those of a timestamptz; without a
	// zone the name is "".
	ZoneName string
	Offset   int
}

// Of is the moment of a time. withZone says that it is a timestamptz.
func Of(t time.Time, withZone bool) Moment {
	m := Moment{
		Year: t.Year(), Month: int(t.Month()), Day: t.Day(),
		Hour: int64(t.Hour()), Minute: t.Minute(), Second: t.Second(), Micros: t.Nanosecond() / 1000,
	}
	if withZone {
		m.ZoneName, m.Offset = t.Zone()
	}
	return m
}

// Datetime is a template for dates, times and intervals.
type Datetime struct{ nodes []node }

// ParseDatetime reads a template.
func ParseDatetime(s string) *Datetime { return &Datetime{parse(s)} }

// Append appends a moment in the form of the template: to_char.
func (d *Datetime) Append(dst []byte, m Moment) ([]byte, error) {
	for _, n := range d.nodes {
		if n.pattern == "" {
			dst = append(dst, n.character...)
			continue
		}
		text, number, err := m.field(n)
		if err != nil {
			return dst, err
		}
		dst = append(dst, text...)
		if number && n.ordinal != "" {
			dst = append(dst, ordinal(text, n.ordinal)...)
		}
	}
	return dst, nil
}

// ordinal is st, nd, rd or th for a number, in the case of TH or th.
func ordinal(number, form string) string {
	th := "th"
	if len(number) < 2 || number[len(number)-2] != '1' {
		switch number[len(number)-1] {
		case '1':
			th = "st"
		case '2':
			th = "nd"
		case '3':
			th = "rd"
		}
	}
	if form == "TH" {
		return strings.ToUpper(th)
	}
	return th
}

var romanMonths = [...]string{"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"}

// field is the text of a pattern, and whether it is a number.
func (m Moment) field(n node) (text string, number bool, err error) {
	if m.Interval && notForIntervals(n.pattern) {
		return "", false, &Error{Code: "22007", Message: "invalid format specification for an interval value"}
	}
	digits := func(v int64, width int) (string, bool, error) {
		if v < 0 {
			width++
		}
		if n.fill {
			width = 0
		}
		return fmt.Sprintf("%0*d", width, v), true, nil
	}
	switch k := strings.ToUpper(n.pattern); k {
	case "A.M.", "P.M.", "AM", "PM":
		return m.either(n.pattern, m.Hour%24 >= 12, "P", "A", "M"), false, nil
	case "A.D.", "B.C.", "AD", "BC":
		if m.Year <= 0 {
			return m.era(n.pattern, "BC"), false, nil
		}
		return m.era(n.pattern, "AD"), false, nil
	case "HH", "HH12":
		h := m.Hour % 12
		if h == 0 {
			h = 12
		}
		if m.Hour < 0 && !n.fill {
			return fmt.Sprintf("%03d", h), true, nil
		}
		return digits(h, 2)
	case "HH24":
		return digits(m.Hour, 2)
	case "MI":
		return digits(int64(m.Minute), 2)
	case "SS":
		return digits(int64(m.Second), 2)
	case "MS", "FF3":
		return fmt.Sprintf("%03d", m.Micros/1000), true, nil
	case "US", "FF6":
		return fmt.Sprintf("%06d", m.Micros), true, nil
	case "FF1":
		return fmt.Sprintf("%01d", m.Micros/100000), true, nil
	case "FF2":
		return fmt.Sprintf("%02d", m.Micros/10000), true, nil
	case "FF4":
		return fmt.Sprintf("%04d", m.Micros/100), true, nil
	case "FF5":
		return fmt.Sprintf("%05d", m.Micros/10), true, nil
	case "SSSS", "SSSSS":
		return fmt.Sprint(m.Hour*3600 + int64(m.Minute)*60 + int64(m.Second)), true, nil
	case "TZ":
		if n.pattern == "tz" {
			return strings.ToLower(m.ZoneName), false, nil
		}
		return m.ZoneName, false, nil
	case "TZH":
		return fmt.Sprintf("%c%02d", m.sign(), abs(m.Offset)/3600), false, nil
	case "TZM":
		return fmt.Sprintf("%02d", abs(m.Offset)%3600/60), false, nil
	case "OF":
		width := 2
		if n.fill {
			width = 0
		}
		text := fmt.Sprintf("%c%0*d", m.sign(), width, abs(m.Offset)/3600)
		if rest := abs(m.Offset) % 3600 / 60; rest != 0 {
			text += fmt.Sprintf(":%02d", rest)
		}
		return text, false, nil
	case "MONTH", "MON":
		return n.name(time.Month(m.Month).String(), len(k) == 3), false, nil
	case "DAY", "DY":
		return n.name(m.weekday().String(), len(k) == 2), false, nil
	case "FX":
		return "", false, nil
	}
	return m.dateField(n, digits)
}

// dateField is the text of a pattern that is a number of the date.
func (m Moment) dateField(n node, digits func(int64, int) (string, bool, error)) (string, bool, error) {
	year := m.Year
	if year <= 0 && !m.Interval {
		year = 1 - year
	}
	pattern := strings.ToUpper(n.pattern)
	if strings.HasPrefix(pattern, "I") {
		isoYear, week := m.date().ISOWeek()
		switch pattern {
		case "IW":
			return digits(int64(week), 2)
		case "ID":
			return fmt.Sprint((int(m.weekday())+6)%7 + 1), true, nil
		case "IDDD":
			return digits(int64((week-1)*7+(int(m.weekday())+6)%7+1), 3)
		}
		if year = isoYear; year <= 0 {
			year = 1 - year
		}
		pattern = strings.Replace(pattern, "I", "Y", 1)
	}
	switch pattern {
	case "Y,YYY":
		return fmt.Sprintf("%d,%03d", year/1000, year%1000), true, nil
	case "YYYY":
		return digits(int64(year), 4)
	case "YYY":
		return digits(int64(year%1000), 3)
	case "YY":
		return digits(int64(year%100), 2)
	case "Y":
		return fmt.Sprint(year % 10), true, nil
	case "MM":
		return digits(int64(m.Month), 2)
	case "DD", "DDD":
		width := len(pattern)
		if m.Day < 0 {
			width-- // digits counts the sign
		}
		if pattern == "DD" {
			return digits(int64(m.Day), width)
		}
		if m.Interval {
			days := (m.Year*12+m.Month)*30 + m.Day
			if width = 3; days < 0 {
				width--
			}
			return digits(int64(days), width)
		}
		return digits(int64(m.date().YearDay()), 3)
	case "D":
		return fmt.Sprint(int(m.weekday()) + 1), true, nil
	case "WW":
		return digits(int64((m.date().YearDay()-1)/7+1), 2)
	case "W":
		return fmt.Sprint((m.Day-1)/7 + 1), true, nil
	case "Q":
		if m.Month == 0 {
			return "", false, nil
		}
		return fmt.Sprint((m.Month-1)/3 + 1), true, nil
	case "CC":
		return m.century(digits)
	case "J":
		const julianEpoch = 2440588
		return fmt.Sprint(floorDiv(m.date().Unix(), 86400) + julianEpoch), true, nil
	}
	return m.roman(n), false, nil
}

func (m Moment) century(digits func(int64, int) (string, bool, error)) (string, bool, error) {
	c := m.Year / 100
	switch {
	case m.Interval:
	case m.Year > 0:
		c = (m.Year-1)/100 + 1
	default:
		c--
	}
	if c > 99 || c < -99 {
		return fmt.Sprint(c), true, nil
	}
	return digits(int64(c), 2)
}

// roman is the month in Roman numerals.
func (m Moment) roman(n node) string {
	month := m.Month
	switch {
	case month == 0 && m.Year == 0:
		return ""
	case month == 0 && m.Year > 0:
		month = 12
	case month == 0:
		month = 1
	case month < 0:
		month += 13
	}
	text := romanMonths[month-1]
	if n.pattern == "rm" {
		text = strings.ToLower(text)
	}
	if n.fill {
		return text
	}
	return fmt.Sprintf("%-4s", text)
}

func (m Moment) date() time.Time {
	return time.Date(m.Year, time.Month(m.Month), m.Day, 0, 0, 0, 0, time.UTC)
}

func (m Moment) weekday() time.Weekday { return m.date().Weekday() }

func (m Moment) sign() byte {
	if m.Offset < 0 {
		return '-'
	}
	return '+'
}

// either is A.M. or P.M. in the form of the pattern.
func (m Moment) either(pattern string, second bool, yes, no, last string) string {
	text := no
	if second {
		text = yes
	}
	return spelled(text+last, pattern)
}

func (m Moment) era(pattern, text string) string { return spelled(text, pattern) }

// spelled writes two letters in the case of a pattern, and with its points.
func spelled(text, pattern string) string {
	if strings.Contains(pattern, ".") {
		text = text[:1] + "." + text[1:] + "."
	}
	if pattern == strings.ToLower(pattern) {
		return strings.ToLower(text)
	}
	return text
}

// name is the name of a month or day in the case of the pattern.
func (n node) name(name string, short bool) string {
	if short {
		name = name[:3]
	}
	switch n.pattern {
	case strings.ToUpper(n.pattern):
		name = strings.ToUpper(name)
	case strings.ToLower(n.pattern):
		name = strings.ToLower(name)
	}
	if short || n.fill || n.local {
		return name
	}
	return fmt.Sprintf("%-9s", name)
}

// notForIntervals reports whether an interval has nothing that a pattern means.
func notForIntervals(pattern string) bool {
	switch strings.ToUpper(pattern) {
	case "A.D.", "B.C.", "AD", "BC", "MONTH", "MON", "DAY", "DY", "D", "ID", "TZ", "TZH", "TZM", "OF",
		"IDDD", "IW", "IYYY", "IYY", "IY", "I", "WW", "J": // the second line is right for none either
		return true
	}
	return false
}

func abs(n int) int { return max(n, -n) }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// OfInterval is the moment of an interval.
func OfInterval(months, days int, micros int64) Moment {
	seconds := micros / 1e6
	return Moment{
		Year: months / 12, Month: months % 12, Day: days,
		Hour: seconds / 3600, Minute: int(seconds / 60 % 60), Second: int(seconds % 60), Micros: int(micros % 1e6),
		Interval: true,
	}
}
