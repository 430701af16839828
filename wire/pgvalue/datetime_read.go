package pgvalue

import "math"

// ParseDate reads a date, as days since 1970-01-01. order says what 01/02/2003
// means.
func ParseDate(src []byte, order DateOrder) (days int32, err error) {
	m, p := readMoment(src, order)
	if p == fine && m.special == finite && m.year == nil {
		p = badText
	}
	if p != fine {
		return 0, p.err("date", src)
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
	m, p := readMoment(src, MDY)
	if p == fine && !m.hasTime {
		p = badText
	}
	if p != fine {
		return 0, p.err("time", src)
	}
	return m.micros, nil
}

// ParseTimetz reads a time of day with a zone, in seconds east; defaultZone is
// that of a text without one.
func ParseTimetz(src []byte, defaultZone int32) (us int64, zone int32, err error) {
	m, p := readMoment(src, MDY)
	if p == fine && !m.hasTime {
		p = badText
	}
	switch {
	case p != fine:
	case !m.hasZone:
		return m.micros, defaultZone, nil
	case m.zoneName != nil:
		local := int64(0)
		if m.year != nil {
			local = int64(m.date.days())*secondsPerDay + m.micros/microsPerSecond
		}
		offset, ok := offsetNamed(string(m.zoneName), local, NewZone(nil))
		if ok {
			return m.micros, int32(offset), nil
		}
		return 0, 0, errZoneName(m.zoneName)
	default:
		return m.micros, int32(m.zone), nil
	}
	return 0, 0, p.err("time with time zone", src)
}

// ParseTimestamp reads a timestamp, as microseconds since 1970-01-01. A zone is
// ignored, as PostgreSQL ignores it.
func ParseTimestamp(src []byte, order DateOrder) (us int64, err error) {
	m, p := readMoment(src, order)
	if p == fine && m.special == finite && m.year == nil {
		p = badText
	}
	if p != fine {
		return 0, p.err("timestamp", src)
	}
	return m.timestamp(0, "timestamp", src)
}

// ParseTimestamptz reads a timestamptz, as microseconds since 1970-01-01 UTC.
// A text without a zone is local to the given one.
func ParseTimestamptz(src []byte, order DateOrder, session *Zone) (us int64, err error) {
	const typ = "timestamp with time zone"
	m, p := readMoment(src, order)
	if p == fine && m.special == finite && m.year == nil {
		p = badText
	}
	if p != fine {
		return 0, p.err(typ, src)
	}
	if m.special != finite {
		return m.timestamp(0, typ, src)
	}
	local := int64(m.date.days())*secondsPerDay + m.micros/microsPerSecond
	switch {
	case m.zoneName != nil:
		offset, ok := offsetNamed(string(m.zoneName), local, session)
		if !ok {
			return 0, errZoneName(m.zoneName)
		}
		m.zone = offset
	case !m.hasZone:
		m.zone = session.offsetOfLocal(local)
	}
	return m.timestamp(m.zone, typ, src)
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

func errZoneName(name []byte) error {
	return &Error{"22023", `time zone "` + string(name) + `" not recognized`}
}
