package pgvalue

import (
	"bytes"
	"strings"
	"time"
)

// moment is what was found in the text of a date, time or timestamp.
type moment struct {
	special     special
	date        civil
	year        []byte // its digits, of which two mean this century or the last
	bc          bool
	micros      int64 // of the day
	zone        int   // seconds east
	zoneName    []byte
	hasMonth    bool // day and month
	hasDay      bool
	hasTime     bool
	hasZone     bool
	hasEra      bool
	hasMeridiem bool
}

type special uint8

const (
	finite special = iota
	infinity
	negInfinity
	epoch
)

// problem is how a text fails.
type problem uint8

const (
	fine     problem = iota
	badText          // 22007
	badField         // 22008
	badZone          // 22009
)

func (p problem) err(typ string, src []byte) error {
	switch p {
	case badField:
		return &Error{DatetimeOverflow, `date/time field value out of range: "` + string(src) + `"`}
	case badZone:
		return &Error{InvalidZone, `time zone displacement out of range: "` + string(src) + `"`}
	}
	return &Error{InvalidDatetime, "invalid input syntax for type " + typ + `: "` + string(src) + `"`}
}

// momentReader reads the forms that PostgreSQL itself writes in any DateStyle,
// ISO 8601 with or without separators, and month names
// (PostgreSQL documentation, 8.5.1 Date/Time Input). Not read are words that
// depend on the clock (now, today), Julian days and days of the year.
type momentReader struct {
	src      []byte
	order    DateOrder
	timeOnly bool // a time is read: 101530 is one
	moment
}

func readMoment(src []byte, order DateOrder) (moment, problem) {
	r := momentReader{src: trimSpace(src), order: order}
	return r.read()
}

// readTimeOfDay reads a time, which may have a date beside it.
func readTimeOfDay(src []byte) (moment, problem) {
	r := momentReader{src: trimSpace(src), timeOnly: true}
	m, p := r.read()
	if p == fine && !m.hasTime {
		p = badText
	}
	return m, p
}

func (r *momentReader) read() (moment, problem) {
	if p := r.readAll(); p != fine {
		return moment{}, p
	}
	return r.moment, r.finish()
}

func (r *momentReader) readAll() problem {
	if len(r.src) == 0 {
		return badText
	}
	switch string(bytes.ToLower(r.src)) {
	case "infinity":
		r.special = infinity
		return fine
	case "-infinity":
		r.special = negInfinity
		return fine
	case "epoch":
		r.special = epoch
		return fine
	}
	for len(r.src) > 0 {
		var p problem
		switch c := r.src[0]; {
		case isSpace(c) || c == ',':
			r.src = r.src[1:]
		case isDigit(c):
			p = r.readNumber()
		case isLetter(c):
			p = r.readWord()
		case (c == '+' || c == '-') && !r.hasZone:
			p = r.readOffset()
		default:
			p = badText
		}
		if p != fine {
			return p
		}
	}
	return fine
}

// readNumber reads what begins with a digit: a date, a time, or one field.
func (r *momentReader) readNumber() problem {
	n := r.digits()
	switch c := r.peek(); {
	case c == ':':
		return r.readClock(n)
	case (c == '-' || c == '/' || c == '.') && !r.hasMonth:
		return r.readDate(n, c)
	case (r.timeOnly || r.year != nil) && !r.hasTime && (len(n) == 6 || len(n) == 4):
		return r.readCompactTime(n)
	case !r.hasMonth && len(n) >= 8:
		return r.setDate(n[:len(n)-4], n[len(n)-4:len(n)-2], n[len(n)-2:])
	case !r.hasMonth && len(n) == 6:
		return r.setDate(n[:2], n[2:4], n[4:])
	case r.hasMonth && !r.hasDay && len(n) <= 2:
		return r.setDay(n)
	case r.hasMonth && r.hasDay && r.year == nil:
		r.year = n
		return fine
	case !r.hasMonth && !r.hasDay && len(n) <= 2: // 31 Jan 2020
		return r.setDay(n)
	}
	return badText
}

// readDate reads the second and third field of a date.
func (r *momentReader) readDate(first []byte, sep byte) problem {
	r.src = r.src[1:]
	var second []byte
	var month uint32
	if isLetter(r.peek()) {
		if month = monthOf(r.letters()); month == 0 {
			return badText
		}
	} else if second = r.digits(); len(second) == 0 {
		return badText
	}
	if r.peek() != sep {
		return badText
	}
	r.src = r.src[1:]
	third := r.digits()
	if len(third) == 0 {
		return badText
	}
	if month != 0 {
		r.date.month, r.hasMonth = month, true
		if len(first) > 2 {
			r.year = first
			return r.setDay(third)
		}
		r.year = third
		return r.setDay(first)
	}
	switch {
	case len(first) > 2 || r.order == YMD:
		return r.setDate(first, second, third)
	case r.order == DMY:
		return r.setDate(third, second, first)
	}
	return r.setDate(third, first, second)
}

func (r *momentReader) setDate(year, month, day []byte) problem {
	r.year = year
	if len(month) > 2 {
		return badText
	}
	m, _ := smallNumber(month)
	if m < 1 || m > 12 {
		return badField
	}
	r.date.month, r.hasMonth = m, true
	return r.setDay(day)
}

func (r *momentReader) setDay(day []byte) problem {
	if len(day) > 2 || r.hasDay {
		return badText
	}
	d, _ := smallNumber(day)
	if d < 1 || d > 31 {
		return badField
	}
	r.date.day, r.hasDay = d, true
	return fine
}

// readClock reads minutes, seconds and fraction after the hours.
func (r *momentReader) readClock(hours []byte) problem {
	if r.hasTime {
		return badText
	}
	r.src = r.src[1:]
	minutes, seconds := r.digits(), []byte("0")
	switch r.peek() {
	case ':':
		r.src = r.src[1:]
		seconds = r.digits()
	case '.': // 10:30.5 is minutes and seconds
		hours, minutes, seconds = []byte("0"), hours, minutes
	}
	return r.setClock(hours, minutes, seconds, r.fraction())
}

// fraction reads a point and digits after it, if there are any, as millionths.
func (r *momentReader) fraction() int64 {
	if r.peek() != '.' {
		return 0
	}
	r.src = r.src[1:]
	return microsOf(r.digits())
}

// readCompactTime reads 101530 or 1015 after a date.
func (r *momentReader) readCompactTime(n []byte) problem {
	seconds := []byte("0")
	if len(n) == 6 {
		seconds = n[4:]
	}
	return r.setClock(n[:2], n[2:4], seconds, r.fraction())
}

func (r *momentReader) setClock(hours, minutes, seconds []byte, frac int64) problem {
	if len(minutes) == 0 || len(seconds) == 0 {
		return badText
	}
	h, ok1 := smallNumber(hours)
	m, ok2 := smallNumber(minutes)
	s, ok3 := smallNumber(seconds)
	if !ok1 || !ok2 || !ok3 || h > 24 || m > 59 || s > 60 {
		return badField
	}
	r.micros = (int64(h)*3600+int64(m)*60+int64(s))*microsPerSecond + frac
	if r.micros > microsPerDay {
		return badField
	}
	r.hasTime = true
	return fine
}

// readOffset reads +05, +05:30, +530 or +05:21:10.
func (r *momentReader) readOffset() problem {
	neg := r.src[0] == '-'
	r.src = r.src[1:]
	var fields [3][]byte
	fields[0] = r.digits()
	switch n := fields[0]; {
	case len(n) == 0:
		return badText
	case len(n) > 2 && r.peek() != ':': // without colons
		if len(n) > 4 {
			return badZone
		}
		fields[0], fields[1] = n[:len(n)-2], n[len(n)-2:]
	default:
		for i := 1; i < 3 && r.peek() == ':'; i++ {
			r.src = r.src[1:]
			if fields[i] = r.digits(); len(fields[i]) == 0 {
				return badText
			}
		}
	}
	zone := 0
	for i, f := range fields {
		v, ok := smallNumber(f)
		if !ok || i > 0 && v > 59 {
			return badZone
		}
		zone = zone*60 + int(v)
	}
	if zone > MaxZone {
		return badZone
	}
	if neg {
		zone = -zone
	}
	r.zone, r.hasZone = zone, true
	return fine
}

// readWord reads what begins with a letter.
func (r *momentReader) readWord() problem {
	rest := r.src
	word := r.letters()
	lower := strings.ToLower(string(word))
	switch lower {
	case "t":
		if (r.hasMonth || r.timeOnly) && !r.hasTime && isDigit(r.peek()) {
			return fine
		}
		return badText
	case "bc", "ad":
		if r.hasEra {
			return badText
		}
		r.bc, r.hasEra = lower == "bc", true
		return fine
	case "am", "pm":
		return r.setMeridiem(lower == "pm")
	case "z":
		if r.hasZone {
			return badText
		}
		r.hasZone = true
		return fine
	}
	if month := monthOf(word); month != 0 && !r.hasMonth {
		r.date.month, r.hasMonth = month, true
		return fine
	}
	if isWeekday(word) {
		return fine
	}
	if r.hasZone {
		return badText
	}
	n := 0
	for n < len(rest) && isZoneChar(rest[n]) {
		n++
	}
	r.zoneName, r.src = rest[:n], rest[n:]
	r.hasZone = true
	return fine
}

func (r *momentReader) setMeridiem(pm bool) problem {
	if !r.hasTime || r.hasMeridiem {
		return badText
	}
	r.hasMeridiem = true
	hour := r.micros / microsPerHour
	switch {
	case hour > 12:
		return badField
	case pm && hour < 12:
		r.micros += 12 * microsPerHour
	case !pm && hour == 12:
		r.micros -= 12 * microsPerHour
	}
	return fine
}

// finish makes the date of its fields, if there is one.
func (r *momentReader) finish() problem {
	if r.special != finite {
		return fine
	}
	if !r.hasMonth && !r.hasDay && r.year == nil {
		if !r.hasTime {
			return badText
		}
		return fine
	}
	if !r.hasMonth || !r.hasDay || r.year == nil {
		return badText
	}
	if len(r.year) > 7 {
		return badField
	}
	year := 0
	for _, c := range r.year {
		year = year*10 + int(c-'0')
	}
	switch {
	case r.bc && year < 1:
		return badField
	case r.bc:
		year = 1 - year
	case len(r.year) <= 2 && year < 70:
		year += 2000
	case len(r.year) <= 2:
		year += 1900
	case year == 0:
		return badField
	}
	r.date.year = year
	if r.date.day > monthDays(year, r.date.month) {
		return badField
	}
	return fine
}

func (r *momentReader) peek() byte {
	if len(r.src) == 0 {
		return 0
	}
	return r.src[0]
}

func (r *momentReader) digits() []byte  { return r.take(isDigit) }
func (r *momentReader) letters() []byte { return r.take(isLetter) }

func (r *momentReader) take(of func(byte) bool) []byte {
	n := 0
	for n < len(r.src) && of(r.src[n]) {
		n++
	}
	taken := r.src[:n]
	r.src = r.src[n:]
	return taken
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isZoneChar(c byte) bool {
	return isLetter(c) || isDigit(c) || c == '/' || c == '_' || c == '-' || c == '+'
}

// smallNumber reads up to four digits; none are 0.
func smallNumber(s []byte) (v uint32, ok bool) {
	if len(s) > 4 {
		return 0, false
	}
	for _, c := range s {
		v = v*10 + uint32(c-'0')
	}
	return v, true
}

// microsOf reads the digits after a decimal point as millionths, rounded half to
// even.
func microsOf(s []byte) int64 {
	v := int64(0)
	for i := range 6 {
		v *= 10
		if i < len(s) {
			v += int64(s[i] - '0')
		}
	}
	if len(s) > 6 {
		half := s[6] == '5' && len(bytes.TrimRight(s[7:], "0")) == 0
		if s[6] > '5' || s[6] == '5' && (!half || v&1 != 0) {
			v++
		}
	}
	return v
}

// monthOf reads the name of a month or its abbreviation; 0 is none.
func monthOf(word []byte) uint32 {
	lower := strings.ToLower(string(word))
	if lower == "sept" {
		return 9
	}
	return nameIn(lower, "january", "february", "march", "april", "may", "june", "july",
		"august", "september", "october", "november", "december")
}

func isWeekday(word []byte) bool {
	switch lower := strings.ToLower(string(word)); lower {
	case "tues", "weds", "thur", "thurs":
		return true
	default:
		return nameIn(lower, "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday") != 0
	}
}

// nameIn returns which of the names, from 1, the word is or has the first three
// letters of.
func nameIn(word string, names ...string) uint32 {
	for i, name := range names {
		if word == name || word == name[:3] {
			return uint32(i + 1)
		}
	}
	return 0
}

// offsetNamed finds the offset that a zone name or abbreviation means at a local
// time, given in seconds since 1970 as if it were UTC.
func offsetNamed(name string, local int64, session *Zone) (offset int, ok bool) {
	if offset, ok := knownAbbreviation(name); ok {
		return offset, true
	}
	for _, at := range []int64{local, local - 183*secondsPerDay, local + 183*secondsPerDay} {
		if in := session.at(at); strings.EqualFold(in.name, name) {
			return in.offset, true
		}
	}
	for _, spelled := range []string{name, strings.ToUpper(name), capitalize(name)} {
		if loc, err := time.LoadLocation(spelled); err == nil {
			return NewZone(loc).offsetOfLocal(local), true
		}
	}
	return 0, false
}

// capitalize spells the name of a zone as that of its file, America/New_York,
// which PostgreSQL takes in any case.
func capitalize(name string) string {
	b := []byte(strings.ToLower(name))
	for i, c := range b {
		if isLetter(c) && (i == 0 || !isLetter(b[i-1])) {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

// knownAbbreviation knows the commonest of the abbreviations that PostgreSQL reads
// whatever the time zone of the session.
func knownAbbreviation(name string) (offset int, ok bool) {
	hours := map[string]int{
		"UTC": 0, "GMT": 0, "UT": 0, "ZULU": 0,
		"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
		"CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "WET": 0, "WEST": 1, "BST": 1, "MSK": 3, "JST": 9,
	}
	h, ok := hours[strings.ToUpper(name)]
	return h * 3600, ok
}
