package pgvalue

// The form that nearly all dates and timestamps are written in, read without the
// general reader: 2020-02-29 and 2020-02-29 12:34:56.789, of the years 1 to 9999.
// What is not ok may still be a date.

// parseISODate reads a date of ten characters.
func parseISODate(s []byte) (days int, ok bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	century, ok1 := twoDigits(s)
	year, ok2 := twoDigits(s[2:])
	month, ok3 := twoDigits(s[5:])
	day, ok4 := twoDigits(s[8:])
	c := civil{year: 100*century + year, month: uint32(month), day: uint32(day)}
	if !ok1 || !ok2 || !ok3 || !ok4 || c.year == 0 || month < 1 || month > 12 || day < 1 {
		return 0, false
	}
	days = c.days()
	if day > 28 && civilOf(days) != c { // the month has no such day
		return 0, false
	}
	return days, true
}

// parseISOTimestamp reads a timestamp without a zone, as microseconds since
// 1970-01-01.
func parseISOTimestamp(s []byte) (us int64, ok bool) {
	if len(s) < 19 || len(s) == 20 || len(s) > 26 || s[10] != ' ' && s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return 0, false
	}
	days, ok := parseISODate(s[:10])
	hour, ok1 := twoDigits(s[11:])
	minute, ok2 := twoDigits(s[14:])
	second, ok3 := twoDigits(s[17:])
	if !ok || !ok1 || !ok2 || !ok3 || hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	us = int64(days)*microsPerDay + int64(hour*3600+minute*60+second)*microsPerSecond
	if len(s) == 19 {
		return us, true
	}
	if s[19] != '.' {
		return 0, false
	}
	for i, unit := 20, int64(100_000); i < len(s); i, unit = i+1, unit/10 {
		if !isDigit(s[i]) {
			return 0, false
		}
		us += int64(s[i]-'0') * unit
	}
	return us, true
}

// parseISOTimestamptz reads a timestamp with a zone of whole hours, as in +05.
func parseISOTimestamptz(s []byte) (us int64, ok bool) {
	n := len(s) - 3
	if n < 19 || s[n] != '+' && s[n] != '-' {
		return 0, false
	}
	us, ok = parseISOTimestamp(s[:n])
	hours, digits := twoDigits(s[n+1:])
	if !ok || !digits || hours > 15 {
		return 0, false
	}
	if s[n] == '-' {
		hours = -hours
	}
	return us - int64(hours)*microsPerHour, true
}

func twoDigits(s []byte) (n int, ok bool) {
	a, b := s[0]-'0', s[1]-'0'
	return int(a)*10 + int(b), a <= 9 && b <= 9
}
