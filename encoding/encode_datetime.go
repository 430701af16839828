package encoding

import (
	"math"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/wire/pgvalue"
)

type dates struct {
	*shared
	style  pgvalue.DateStyle
	values []arrow.Date32
}

func (e *dates) bind(a arrow.Array) { e.values = arrow.GetValues[arrow.Date32](a.Data(), 1) }

type (
	dateText   struct{ dates }
	dateBinary struct{ dates }
)

func newDateEncoder(binary bool, style pgvalue.DateStyle, c *shared) encoder {
	ds := dates{shared: c, style: style}
	if binary {
		return &dateBinary{ds}
	}
	return &dateText{ds}
}

func (e *dateText) append(dst []byte, row int) []byte {
	return pgvalue.AppendDate(dst, int32(e.values[row]), e.style)
}

func (e *dateText) size() int   { return len("07-10-5881580 BC") }
func (e *dateBinary) size() int { return 4 }

func (e *dateText) stage(s *stage) {
	for k, v := range e.values[s.from:][:len(s.at)] {
		if s.isNull(k) {
			s.putNull(k)
			continue
		}
		if e.style.Format == pgvalue.ISO {
			if n := pgvalue.PutISODate(s.value(k), int32(v)); n > 0 {
				s.end(k, n)
				continue
			}
		}
		s.put(k, e)
	}
}

func (e *dateBinary) stage(s *stage) {
	for k, v := range e.values[s.from:][:len(s.at)] {
		if s.isNull(k) {
			s.putNull(k)
			continue
		}
		e.appendDateBinary(s.value(k)[:0], int32(v))
		s.end(k, 4)
	}
}

func (e *dateBinary) append(dst []byte, row int) []byte {
	return e.appendDateBinary(dst, int32(e.values[row]))
}

func (c *shared) appendDateBinary(dst []byte, days int32) []byte {
	if !pgvalue.DateFits(days) {
		c.clamped++
	}
	return pgvalue.AppendDateBinary(dst, days)
}

// date64Encoder writes a date that is held in milliseconds.
type date64Encoder struct {
	*shared
	binary bool
	style  pgvalue.DateStyle
	values []arrow.Date64
}

func (e *date64Encoder) bind(a arrow.Array) { e.values = arrow.GetValues[arrow.Date64](a.Data(), 1) }

func (e *date64Encoder) size() int { return len("07-10-5881580 BC") }

func (e *date64Encoder) append(dst []byte, row int) []byte {
	const millisPerDay = 24 * 3600 * 1000
	v := int64(e.values[row])
	days := v / millisPerDay
	if v%millisPerDay < 0 {
		days--
	}
	if days <= int64(pgvalue.DateNegInfinity) || days >= int64(pgvalue.DateInfinity) {
		e.clamped++
		days = min(max(days, int64(pgvalue.DateNegInfinity)), int64(pgvalue.DateInfinity))
	}
	if e.binary {
		return e.appendDateBinary(dst, int32(days))
	}
	return pgvalue.AppendDate(dst, int32(days), e.style)
}

// timeEncoder writes a time of day of either width and any unit.
type timeEncoder struct {
	binary  bool
	unit    arrow.TimeUnit
	time32s []arrow.Time32
	time64s []arrow.Time64
}

func newTimeEncoder(t arrow.DataType, binary bool) encoder {
	return &timeEncoder{binary: binary, unit: t.(arrow.TemporalWithUnit).TimeUnit()}
}

func (e *timeEncoder) bind(a arrow.Array) {
	if a.DataType().ID() == arrow.TIME32 {
		e.time32s = arrow.GetValues[arrow.Time32](a.Data(), 1)
	} else {
		e.time64s = arrow.GetValues[arrow.Time64](a.Data(), 1)
	}
}

// size is that of a time of which no day has so many hours.
func (e *timeEncoder) size() int { return len("-2562047788:00:54.775807") }

func (e *timeEncoder) append(dst []byte, row int) []byte {
	var us int64
	switch e.unit {
	case arrow.Second:
		us = int64(e.time32s[row]) * 1e6
	case arrow.Millisecond:
		us = int64(e.time32s[row]) * 1e3
	case arrow.Microsecond:
		us = int64(e.time64s[row])
	case arrow.Nanosecond:
		us = roundToMicros(int64(e.time64s[row]))
	}
	if e.binary {
		return pgvalue.AppendTimeBinary(dst, us)
	}
	return pgvalue.AppendTime(dst, us)
}

// roundToMicros rounds nanoseconds half to even, as PostgreSQL rounds the text
// of a timestamp.
func roundToMicros(ns int64) int64 {
	us, rest := ns/1000, ns%1000
	if rest < 0 {
		us--
		rest += 1000
	}
	if rest > 500 || rest == 500 && us&1 != 0 {
		us++
	}
	return us
}

type timestamps struct {
	*shared
	unit   arrow.TimeUnit
	style  pgvalue.DateStyle
	values []arrow.Timestamp
}

func (e *timestamps) bind(a arrow.Array) { e.values = arrow.GetValues[arrow.Timestamp](a.Data(), 1) }

type (
	timestampText   struct{ timestamps }
	timestamptzText struct{ timestamps }
	timestampBinary struct{ timestamps }
)

func newTimestampEncoder(t *arrow.TimestampType, binary bool, style pgvalue.DateStyle, c *shared) encoder {
	ts := timestamps{shared: c, unit: t.Unit, style: style}
	switch {
	case binary:
		return &timestampBinary{ts}
	case t.TimeZone != "":
		return &timestamptzText{ts}
	}
	return &timestampText{ts}
}

func (e *timestampText) append(dst []byte, row int) []byte {
	return pgvalue.AppendTimestamp(dst, e.micros(row), e.style)
}

// timestampSize is the length of the longest: Fri Jul 10 04:00:54.775806 294247 BC
// and a zone.
const timestampSize = 64

func (e *timestampText) size() int   { return timestampSize }
func (e *timestamptzText) size() int { return timestampSize }
func (e *timestampBinary) size() int { return 8 }

func (e *timestampText) stage(s *stage) {
	for k := range s.at {
		if s.isNull(k) {
			s.putNull(k)
			continue
		}
		if e.style.Format == pgvalue.ISO {
			if n := pgvalue.PutISOTimestamp(s.value(k), e.micros(s.from+k)); n > 0 {
				s.end(k, n)
				continue
			}
		}
		s.put(k, e)
	}
}

func (e *timestamptzText) append(dst []byte, row int) []byte {
	return pgvalue.AppendTimestamptz(dst, e.micros(row), e.style, e.zone)
}

func (e *timestampBinary) append(dst []byte, row int) []byte {
	us := e.micros(row)
	if !pgvalue.TimestampFits(us) {
		e.clamped++
	}
	return pgvalue.AppendTimestampBinary(dst, us)
}

// micros converts to microseconds. The extreme values stand for the infinities
// in every unit.
func (e *timestamps) micros(row int) int64 {
	v := int64(e.values[row])
	switch e.unit {
	case arrow.Second:
		return e.scale(v, 1e6)
	case arrow.Millisecond:
		return e.scale(v, 1e3)
	case arrow.Nanosecond:
		if v == math.MaxInt64 || v <= -math.MaxInt64 {
			return v
		}
		return roundToMicros(v)
	}
	return v
}

// scale multiplies; what does not fit becomes an infinity.
func (c *shared) scale(v, factor int64) int64 {
	limit := math.MaxInt64 / factor
	if v >= -limit && v <= limit {
		return v * factor
	}
	if v != math.MaxInt64 && v > -math.MaxInt64 {
		c.clamped++
	}
	if v > 0 {
		return pgvalue.TimestampInfinity
	}
	return pgvalue.TimestampNegInfinity
}
