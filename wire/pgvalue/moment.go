package pgvalue

import "bytes"

// moment is what was found in the text of a date, time or timestamp.
type moment struct {
	special     special
	date        civil
	year        []byte // its digits, of which two mean this century or the last
	bc          bool
	micros      int64 // of the day
	zone        int   // seconds east
	zoneName    []byte
	whole       bool // date is complete: no year has to be put in
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
// (PostgreSQL documentation, 8.5.1 Date/Time Input), Julian days and days of the
// year. Not read are words that depend on the clock (now, today).
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

// finish makes the date of its fields, if there is one.
func (r *momentReader) finish() problem {
	if r.special != finite || r.whole && !r.hasEra {
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
