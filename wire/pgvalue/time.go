package pgvalue

import "encoding/binary"

// MaxZone is the largest distance from Greenwich, in seconds, that PostgreSQL
// takes for a time zone.
const MaxZone = 16*3600 - 1

// AppendTime appends a time of day, in microseconds from midnight, as text.
// 24:00:00 is a time; what lies outside of the day is brought to its nearer end.
func AppendTime(dst []byte, us int64) []byte {
	us = min(max(us, 0), microsPerDay)
	n := len(dst)
	dst = extend(dst, 15)
	return dst[:n+putTime(dst[n:], us)]
}

// putTime writes hours, minutes, seconds and, without trailing zeros, the
// fraction into b, which has 15 bytes. It returns how many it has used.
func putTime(b []byte, us int64) int {
	_ = b[14]
	second := uint32(uint64(us) / microsPerSecond)
	frac := uint32(uint64(us) - uint64(second)*microsPerSecond)
	minute := second / 60
	hour := minute / 60
	put2(b[0:], hour)
	b[2] = ':'
	put2(b[3:], minute-hour*60)
	b[5] = ':'
	put2(b[6:], second-minute*60)
	if frac == 0 {
		return 8
	}
	return 8 + putFraction(b[8:], frac)
}

// putFraction writes a point and the digits of frac millionths, which is not 0,
// without trailing zeros. b has room for 7 bytes.
func putFraction(b []byte, frac uint32) int {
	b[0] = '.'
	high := frac / 10000
	rest := frac - high*10000
	put2(b[1:], high)
	put2(b[3:], rest/100)
	put2(b[5:], rest%100)
	n := 7
	for b[n-1] == '0' {
		n--
	}
	return n
}

// AppendTimeBinary appends a time of day as 8 bytes.
func AppendTimeBinary(dst []byte, us int64) []byte {
	return binary.BigEndian.AppendUint64(dst, uint64(us))
}

// DecodeTime reads a time of day of 8 bytes.
func DecodeTime(src []byte) (us int64, err error) {
	if len(src) != 8 {
		return 0, errLength(len(src), 8)
	}
	us = int64(binary.BigEndian.Uint64(src))
	if us < 0 || us > microsPerDay {
		return 0, &Error{DatetimeOverflow, "time out of range"}
	}
	return us, nil
}

// AppendTimetz appends a time of day with its zone, in seconds east of
// Greenwich, as text.
func AppendTimetz(dst []byte, us int64, zone int32) []byte {
	return appendOffset(AppendTime(dst, us), int(zone), false)
}

// AppendTimetzBinary appends a time of day and its zone as 12 bytes. On the wire
// the zone is positive to the west.
func AppendTimetzBinary(dst []byte, us int64, zone int32) []byte {
	dst = binary.BigEndian.AppendUint64(dst, uint64(us))
	return binary.BigEndian.AppendUint32(dst, uint32(-zone))
}

// DecodeTimetz reads a time of day of 12 bytes; zone is in seconds east.
func DecodeTimetz(src []byte) (us int64, zone int32, err error) {
	if len(src) != 12 {
		return 0, 0, errLength(len(src), 12)
	}
	us = int64(binary.BigEndian.Uint64(src))
	west := int32(binary.BigEndian.Uint32(src[8:]))
	if us < 0 || us > microsPerDay {
		return 0, 0, &Error{DatetimeOverflow, "time out of range"}
	}
	if west < -MaxZone || west > MaxZone {
		return 0, 0, &Error{InvalidZone, "time zone displacement out of range"}
	}
	return us, -west, nil
}

// appendOffset appends a zone as +05, +05:30 or +05:21:10. minutes asks for
// them even where they are 0.
func appendOffset(dst []byte, zone int, minutes bool) []byte {
	sign := byte('+')
	if zone < 0 {
		sign, zone = '-', -zone
	}
	z := uint32(zone)
	hour, minute, second := z/3600, z/60%60, z%60
	dst = append(dst, sign)
	dst = appendPadded(dst, uint64(hour), 2)
	if minute != 0 || second != 0 || minutes {
		dst = appendPadded(append(dst, ':'), uint64(minute), 2)
	}
	if second != 0 {
		dst = appendPadded(append(dst, ':'), uint64(second), 2)
	}
	return dst
}
