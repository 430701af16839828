package encoding

import (
	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/wire/pgvalue"
)

// intervalEncoder writes an interval of any Arrow type, as reader reads it.
type intervalEncoder struct {
	binary bool
	style  pgvalue.IntervalStyle
	intervals
}

// intervals reads one type of interval.
type intervals interface {
	bind(a arrow.Array)
	at(row int) pgvalue.Interval
}

func newIntervalEncoder(t arrow.DataType, binary bool, c *shared) encoder {
	e := &intervalEncoder{binary: binary, style: c.IntervalStyle}
	switch t := t.(type) {
	case *arrow.MonthIntervalType:
		e.intervals = &monthIntervals{}
	case *arrow.DayTimeIntervalType:
		e.intervals = &dayTimeIntervals{}
	case *arrow.DurationType:
		e.intervals = &durations{shared: c, unit: t.Unit}
	default:
		e.intervals = &monthDayNanoIntervals{}
	}
	return e
}

// size is more than that of @ 178956970 years 7 mons 2147483647 days 2562047788
// hours 54 mins 775.807 secs ago.
func (e *intervalEncoder) size() int { return 128 }

func (e *intervalEncoder) append(dst []byte, row int) []byte {
	v := e.at(row)
	if e.binary {
		return pgvalue.AppendIntervalBinary(dst, v)
	}
	return pgvalue.AppendInterval(dst, v, e.style)
}

type monthIntervals struct{ values []arrow.MonthInterval }

func (e *monthIntervals) bind(a arrow.Array) {
	e.values = arrow.GetValues[arrow.MonthInterval](a.Data(), 1)
}

func (e *monthIntervals) at(row int) pgvalue.Interval {
	return pgvalue.Interval{Months: int32(e.values[row])}
}

type dayTimeIntervals struct{ values []arrow.DayTimeInterval }

func (e *dayTimeIntervals) bind(a arrow.Array) {
	e.values = arrow.GetValues[arrow.DayTimeInterval](a.Data(), 1)
}

func (e *dayTimeIntervals) at(row int) pgvalue.Interval {
	v := e.values[row]
	return pgvalue.Interval{Days: v.Days, Micros: int64(v.Milliseconds) * 1000}
}

type monthDayNanoIntervals struct{ values []arrow.MonthDayNanoInterval }

func (e *monthDayNanoIntervals) bind(a arrow.Array) {
	e.values = arrow.GetValues[arrow.MonthDayNanoInterval](a.Data(), 1)
}

func (e *monthDayNanoIntervals) at(row int) pgvalue.Interval {
	v := e.values[row]
	return pgvalue.Interval{Months: v.Months, Days: v.Days, Micros: roundToMicros(v.Nanoseconds)}
}

// durations reads lengths of time, which may be longer than an interval can be.
type durations struct {
	*shared
	unit   arrow.TimeUnit
	values []arrow.Duration
}

func (e *durations) bind(a arrow.Array) { e.values = arrow.GetValues[arrow.Duration](a.Data(), 1) }

func (e *durations) at(row int) pgvalue.Interval {
	v := int64(e.values[row])
	switch e.unit {
	case arrow.Second:
		v = e.scale(v, 1e6)
	case arrow.Millisecond:
		v = e.scale(v, 1e3)
	case arrow.Nanosecond:
		v = roundToMicros(v)
	}
	return pgvalue.Interval{Micros: v}
}
