package pgvalue

import "math"

// ParseDate reads a date, as days since 1970-01-01. order says what 01/02/2003
// means. A time and a zone beside it are ignored, as PostgreSQL ignores them.
func ParseDate(src []byte, order DateOrder) (days int32, err error) {
	if d, ok := parseISODate(src); ok {
		return int32(d), nil
	}
	m, err := readStamp(src, order, "date")
	if err != nil {
		return 0, err
	}
	if _, err := m.offset("date", src, NewZone(nil)); err != nil {
		return 0, err
	}
	switch m.special {
	case infinity:
		return DateInfinity, nil
	case negInfinity:
		return DateNegInfinity, nil
	case epoch:
		return 0, nil
	}
	d := m.date.days()
	if d <= int(DateNegInfinity) || d >= int(DateInfinity) || !DateFits(int32(d)) {
		return 0, &Error{DatetimeOverflow, `date out of range: "` + string(src) + `"`}
	}
	return int32(d), nil
}

// ParseTime reads a time of day, as microseconds from midnight. A date and a
// zone beside it are ignored.
func ParseTime(src []byte) (us int64, err error) {
	m, p := readTimeOfDay(src)
	if p != fine {
		return 0, p.err("time", src)
	}
	if _, err := m.offset("time", src, NewZone(nil)); err != nil {
		return 0, err
	}
	return m.micros, nil
}

// ParseTimetz reads a time of day with a zone, in seconds east; defaultZone is
// that of a text without one.
func ParseTimetz(src []byte, defaultZone int32) (us int64, zone int32, err error) {
	const typ = "time with time zone"
	m, p := readTimeOfDay(src)
	if p != fine {
		return 0, 0, p.err(typ, src)
	}
	if !m.hasZone {
		return m.micros, defaultZone, nil
	}
	offset, err := m.offset(typ, src, NewZone(nil))
	if err != nil {
		return 0, 0, err
	}
	return m.micros, int32(offset), nil
}

// ParseTimestamp reads a timestamp, as microseconds since 1970-01-01. A zone is
// ignored, as PostgreSQL ignores it.
func ParseTimestamp(src []byte, order DateOrder) (us int64, err error) {
	if us, ok := parseISOTimestamp(src); ok {
		return us, nil
	}
	const typ = "timestamp"
	m, err := readStamp(src, order, typ)
	if err != nil {
		return 0, err
	}
	if _, err := m.offset(typ, src, NewZone(nil)); err != nil {
		return 0, err
	}
	return m.timestamp(0, typ, src)
}

// ParseTimestamptz reads a timestamptz, as microseconds since 1970-01-01 UTC.
// A text without a zone is local to the given one.
func ParseTimestamptz(src []byte, order DateOrder, session *Zone) (us int64, err error) {
	if us, ok := parseISOTimestamptz(src); ok {
		return us, nil
	}
	const typ = "timestamp with time zone"
	m, err := readStamp(src, order, typ)
	if err != nil {
		return 0, err
	}
	offset, err := m.offset(typ, src, session)
	if err != nil {
		return 0, err
	}
	return m.timestamp(offset, typ, src)
}

// readStamp reads what has a date.
func readStamp(src []byte, order DateOrder, typ string) (moment, error) {
	m, p := readMoment(src, order)
	if p == fine && m.special == finite && m.year == nil {
		p = badText
	}
	if p != fine {
		return m, p.err(typ, src)
	}
	return m, nil
}

// offset is that of the moment's own zone, in seconds east, or of the session's.
func (m *moment) offset(typ string, src []byte, session *Zone) (int, error) {
	if m.special != finite || m.hasZone && m.zoneName == nil {
		return m.zone, nil
	}
	local := m.micros / microsPerSecond
	if m.year != nil {
		local += int64(m.date.days()) * secondsPerDay
	}
	if !m.hasZone {
		return session.offsetOfLocal(local), nil
	}
	offset, ok := offsetNamed(string(m.zoneName), local, session)
	switch {
	case ok:
		return offset, nil
	case allLetters(m.zoneName): // some word that does not belong there
		return 0, badText.err(typ, src)
	}
	return 0, &Error{"22023", `time zone "` + string(m.zoneName) + `" not recognized`}
}

func allLetters(s []byte) bool {
	for _, c := range s {
		if !isLetter(c) {
			return false
		}
	}
	return true
}

// timestamp makes microseconds of a moment that is local to an offset.
func (m *moment) timestamp(offset int, typ string, src []byte) (int64, error) {
	switch m.special {
	case infinity:
		return TimestampInfinity, nil
	case negInfinity:
		return TimestampNegInfinity, nil
	case epoch:
		return 0, nil
	}
	const maxDays = math.MaxInt64 / microsPerDay
	days := m.date.days()
	rest := m.micros - int64(offset)*microsPerSecond
	if days < -maxDays || days >= maxDays {
		return 0, &Error{DatetimeOverflow, typ + ` out of range: "` + string(src) + `"`}
	}
	us := int64(days)*microsPerDay + rest
	if !TimestampFits(us) {
		return 0, &Error{DatetimeOverflow, typ + ` out of range: "` + string(src) + `"`}
	}
	return us, nil
}
