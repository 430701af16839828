package pgvalue

import (
	"encoding/binary"
	"strings"
)

// Interval is a span of time in PostgreSQL's three parts, which do not convert
// into each other (PostgreSQL documentation, 8.5.4 Interval Input).
type Interval struct {
	Months, Days int32
	Micros       int64
}

// IntervalStyle is the setting of that name.
type IntervalStyle uint8

const (
	IntervalPostgres        IntervalStyle = iota // 1 year 2 mons 3 days 04:05:06
	IntervalPostgresVerbose                      // @ 1 year 2 mons 3 days 4 hours 5 mins 6 secs
	IntervalSQLStandard                          // +1-2 +3 +4:05:06
	IntervalISO8601                              // P1Y2M3DT4H5M6S
)

func (s IntervalStyle) String() string {
	return [...]string{"postgres", "postgres_verbose", "sql_standard", "iso_8601"}[s]
}

// ParseIntervalStyle reads the value of SET IntervalStyle.
func ParseIntervalStyle(value string) (s IntervalStyle, ok bool) {
	for s := IntervalPostgres; s <= IntervalISO8601; s++ {
		if strings.EqualFold(value, s.String()) {
			return s, true
		}
	}
	return 0, false
}

// AppendIntervalBinary appends an interval as 16 bytes.
func AppendIntervalBinary(dst []byte, v Interval) []byte {
	dst = binary.BigEndian.AppendUint64(dst, uint64(v.Micros))
	dst = binary.BigEndian.AppendUint32(dst, uint32(v.Days))
	return binary.BigEndian.AppendUint32(dst, uint32(v.Months))
}

// DecodeInterval reads an interval of 16 bytes.
func DecodeInterval(src []byte) (Interval, error) {
	if len(src) != 16 {
		return Interval{}, errLength(len(src), 16)
	}
	return Interval{
		Micros: int64(binary.BigEndian.Uint64(src)),
		Days:   int32(binary.BigEndian.Uint32(src[8:])),
		Months: int32(binary.BigEndian.Uint32(src[12:])),
	}, nil
}

// AppendInterval appends an interval as text
// (PostgreSQL documentation, 8.5.5 Interval Output).
func AppendInterval(dst []byte, v Interval, style IntervalStyle) []byte {
	f := fieldsOf(v)
	switch style {
	case IntervalPostgresVerbose:
		return f.appendVerbose(dst)
	case IntervalSQLStandard:
		return f.appendSQL(dst)
	case IntervalISO8601:
		return f.appendISO(dst)
	}
	return f.appendPostgres(dst)
}

// intervalFields are the fields as shown. Those of one part have one sign.
type intervalFields struct {
	year, month, day           int64
	hour, minute, second, frac int64 // frac is in millionths
}

func fieldsOf(v Interval) intervalFields {
	return intervalFields{
		year:   int64(v.Months / 12),
		month:  int64(v.Months % 12),
		day:    int64(v.Days),
		hour:   v.Micros / microsPerHour,
		minute: v.Micros / (60 * microsPerSecond) % 60,
		second: v.Micros / microsPerSecond % 60,
		frac:   v.Micros % microsPerSecond,
	}
}

// hasTime reports whether the part in microseconds is not zero.
func (f *intervalFields) hasTime() bool {
	return f.hour != 0 || f.minute != 0 || f.second != 0 || f.frac != 0
}

func (f *intervalFields) timeNegative() bool {
	return f.hour < 0 || f.minute < 0 || f.second < 0 || f.frac < 0
}

// appendPostgres writes 1 year -2 mons +3 days 04:05:06: a field after a
// negative one shows its sign.
func (f *intervalFields) appendPostgres(dst []byte) []byte {
	start := len(dst)
	afterNegative := false
	for _, field := range [...]struct {
		v    int64
		unit string
	}{{f.year, "year"}, {f.month, "mon"}, {f.day, "day"}} {
		if field.v == 0 {
			continue
		}
		if len(dst) > start {
			dst = append(dst, ' ')
		}
		if afterNegative && field.v > 0 {
			dst = append(dst, '+')
		}
		dst = AppendInt(dst, field.v)
		dst = append(append(dst, ' '), field.unit...)
		if field.v != 1 {
			dst = append(dst, 's')
		}
		afterNegative = field.v < 0
	}
	if len(dst) > start && !f.hasTime() {
		return dst
	}
	if len(dst) > start {
		dst = append(dst, ' ')
	}
	if f.timeNegative() {
		dst = append(dst, '-')
	} else if afterNegative {
		dst = append(dst, '+')
	}
	return f.appendClock(dst, 2)
}

// appendVerbose writes @ 1 year 2 mons ago: the first field decides the sign of
// the whole.
func (f *intervalFields) appendVerbose(dst []byte) []byte {
	dst = append(dst, '@')
	ago, empty := false, true
	for _, field := range [...]struct {
		v    int64
		unit string
	}{{f.year, "year"}, {f.month, "mon"}, {f.day, "day"}, {f.hour, "hour"}, {f.minute, "min"}} {
		if field.v == 0 {
			continue
		}
		if empty {
			ago, empty = field.v < 0, false
		}
		v := field.v
		if ago {
			v = -v
		}
		dst = AppendInt(append(dst, ' '), v)
		dst = append(append(dst, ' '), field.unit...)
		if v != 1 {
			dst = append(dst, 's')
		}
	}
	if f.second != 0 || f.frac != 0 {
		negative := f.second < 0 || f.frac < 0
		if empty {
			ago, empty = negative, false
		}
		dst = append(dst, ' ')
		if negative != ago {
			dst = append(dst, '-')
		}
		dst = f.appendSeconds(dst, 1)
		dst = append(dst, " sec"...)
		if abs(f.second) != 1 || f.frac != 0 {
			dst = append(dst, 's')
		}
	}
	if empty {
		dst = append(dst, " 0"...)
	}
	if ago {
		dst = append(dst, " ago"...)
	}
	return dst
}

// appendISO writes P1Y2M3DT4H5M6.789S.
func (f *intervalFields) appendISO(dst []byte) []byte {
	if *f == (intervalFields{}) {
		return append(dst, "PT0S"...)
	}
	dst = append(dst, 'P')
	dst = appendISOField(dst, f.year, 'Y')
	dst = appendISOField(dst, f.month, 'M')
	dst = appendISOField(dst, f.day, 'D')
	if !f.hasTime() {
		return dst
	}
	dst = append(dst, 'T')
	dst = appendISOField(dst, f.hour, 'H')
	dst = appendISOField(dst, f.minute, 'M')
	if f.second != 0 || f.frac != 0 {
		if f.second < 0 || f.frac < 0 {
			dst = append(dst, '-')
		}
		dst = append(f.appendSeconds(dst, 1), 'S')
	}
	return dst
}

func appendISOField(dst []byte, v int64, unit byte) []byte {
	if v == 0 {
		return dst
	}
	return append(AppendInt(dst, v), unit)
}

// appendSQL writes 1-2, 3 4:05:06 or, where the SQL standard has no form for the
// mixture, +1-2 +3 +4:05:06.
func (f *intervalFields) appendSQL(dst []byte) []byte {
	if *f == (intervalFields{}) {
		return append(dst, '0')
	}
	monthsNegative := f.year < 0 || f.month < 0
	negative := monthsNegative || f.day < 0 || f.timeNegative()
	positive := f.year > 0 || f.month > 0 || f.day > 0 || f.hasTime() && !f.timeNegative()
	hasMonths := f.year != 0 || f.month != 0
	if negative && positive || hasMonths && (f.day != 0 || f.hasTime()) {
		dst = appendUnits(append(dst, sign(monthsNegative)), f.year, '-', f.month)
		dst = AppendInt(append(dst, ' ', sign(f.day < 0)), abs(f.day))
		return f.appendClock(append(dst, ' ', sign(f.timeNegative())), 1)
	}
	if negative {
		dst = append(dst, '-')
	}
	if hasMonths {
		return appendUnits(dst, f.year, '-', f.month)
	}
	if f.day != 0 {
		dst = append(AppendInt(dst, abs(f.day)), ' ')
	}
	return f.appendClock(dst, 1)
}

func appendUnits(dst []byte, a int64, sep byte, b int64) []byte {
	return AppendInt(append(AppendInt(dst, abs(a)), sep), abs(b))
}

// appendClock writes hours, minutes and seconds without a sign, the hours in at
// least width digits.
func (f *intervalFields) appendClock(dst []byte, width int) []byte {
	dst = append(appendPadded(dst, uint64(abs(f.hour)), width), ':')
	dst = append(appendPadded(dst, uint64(abs(f.minute)), 2), ':')
	return f.appendSeconds(dst, 2)
}

func (f *intervalFields) appendSeconds(dst []byte, width int) []byte {
	dst = appendPadded(dst, uint64(abs(f.second)), width)
	if f.frac == 0 {
		return dst
	}
	n := len(dst)
	dst = extend(dst, 7)
	return dst[:n+putFraction(dst[n:], uint32(abs(f.frac)))]
}

func abs(v int64) int64 { return max(v, -v) }

func sign(negative bool) byte {
	if negative {
		return '-'
	}
	return '+'
}
