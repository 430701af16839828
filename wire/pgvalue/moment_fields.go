package pgvalue

import (
	"bytes"
	"strings"
)

// The fields of a date, time or timestamp, each read where it begins.

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
		if sep == '.' && len(first) == 4 && len(second) == 3 {
			return r.setDayOfYear(first, second)
		}
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

// setDayOfYear reads 2020.005, the fifth day of that year.
func (r *momentReader) setDayOfYear(year, day []byte) problem {
	y, _ := smallNumber(year)
	d, _ := smallNumber(day)
	if y == 0 || d < 1 || d > 366 {
		return badField
	}
	return r.setWhole(civil{int(y), 1, 1}.days()+int(d)-1, year)
}

// setWhole sets the date to so many days since 1970.
func (r *momentReader) setWhole(days int, year []byte) problem {
	if r.hasMonth || r.hasDay || r.year != nil {
		return badText
	}
	r.date, r.year = civilOf(days), year
	r.whole, r.hasMonth, r.hasDay = true, true, true
	return fine
}

// julianEpoch is the Julian day of 1970-01-01.
const julianEpoch = 2440588

// readJulian reads the number of a Julian day.
func (r *momentReader) readJulian() problem {
	n := r.digits()
	if len(n) > 9 || r.peek() == '.' {
		return badText
	}
	day := 0
	for _, c := range n {
		day = day*10 + int(c-'0')
	}
	return r.setWhole(day-julianEpoch, n)
}

// readDayAndYear reads the rest of Jan-5-2020.
func (r *momentReader) readDayAndYear() problem {
	r.src = r.src[1:]
	day := r.digits()
	if len(day) == 0 || r.peek() != '-' {
		return badText
	}
	r.src = r.src[1:]
	if r.year = r.digits(); len(r.year) == 0 {
		return badText
	}
	return r.setDay(day)
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
	case "j":
		if isDigit(r.peek()) {
			return r.readJulian()
		}
	case "allballs":
		if r.hasTime || r.hasZone || !r.timeOnly {
			return badText
		}
		r.hasTime, r.hasZone = true, true
		return fine
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
		if r.peek() == '-' && r.year == nil && !r.hasDay {
			return r.readDayAndYear()
		}
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
