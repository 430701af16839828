package wire

import (
	"time"

	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

const microsPerDay = 24 * 60 * 60 * 1_000_000

// Time appends a moment to a column of type timestamptz, as text in UTC; its date
// and clock, wherever that hangs, to one of type timestamp; its date to one of
// type date. To a column of a text type it appends what it would to timestamptz.
// Of more than microseconds the rest is dropped
// (PostgreSQL documentation, 8.5 Date/Time Types).
func (w *RowWriter) Time(v time.Time) {
	t, f := w.next()
	us := v.UnixMicro()
	if t == oid.Timestamp || t == oid.Date {
		us = localMicros(v)
	}
	days := int32(floorDiv(us, microsPerDay))
	switch {
	case t == oid.Date && f == Binary:
		w.buf = pgvalue.AppendDateBinary(w.length(4), days)
	case (t == oid.Timestamp || t == oid.Timestamptz) && f == Binary:
		w.buf = pgvalue.AppendTimestampBinary(w.length(8), us)
	case f == Binary && !isString(t):
		w.mismatch("time", t)
	default:
		at := w.open()
		switch t {
		case oid.Date:
			w.buf = pgvalue.AppendDate(w.buf, days, pgvalue.DateStyle{})
		case oid.Timestamp:
			w.buf = pgvalue.AppendTimestamp(w.buf, us, pgvalue.DateStyle{})
		default:
			w.buf = append(pgvalue.AppendTimestamp(w.buf, us, pgvalue.DateStyle{}), "+00"...)
		}
		w.shut(at)
	}
}

// localMicros is the moment at which it is as late in UTC as it is in v's zone.
func localMicros(v time.Time) int64 {
	_, offset := v.Zone()
	return v.UnixMicro() + int64(offset)*1_000_000
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Time returns parameter i, of type timestamptz, timestamp, date or text, in UTC;
// what names no zone is taken for UTC. An infinite one is an error 22008.
func (b *Bind) Time(i int) (time.Time, error) {
	v, asText, err := b.value(i)
	if err != nil {
		return time.Time{}, err
	}
	var us int64
	switch t := b.Types[i]; {
	case t == oid.Date:
		var days int32
		days, err = read(b, i, 4, parseDate, pgvalue.DecodeDate)
		if us = int64(days) * microsPerDay; days == pgvalue.DateInfinity || days == pgvalue.DateNegInfinity {
			us = pgvalue.TimestampInfinity
		}
	case t == oid.Timestamp:
		us, err = read(b, i, 8, parseTimestamp, pgvalue.DecodeTimestamp)
	case t == oid.Timestamptz:
		us, err = read(b, i, 8, parseTimestamptz, pgvalue.DecodeTimestamp)
	case asText:
		us, err = parseTimestamptz(v)
	default:
		err = b.unsupported(i, "timestamp")
	}
	if err == nil && (us == pgvalue.TimestampInfinity || us == pgvalue.TimestampNegInfinity) {
		err = Errorf("22008", "parameter $%d is infinite", i+1)
	}
	if err != nil {
		return time.Time{}, err
	}
	return time.UnixMicro(us).UTC(), nil
}

func parseDate(v []byte) (int32, error)      { return pgvalue.ParseDate(v, pgvalue.MDY) }
func parseTimestamp(v []byte) (int64, error) { return pgvalue.ParseTimestamp(v, pgvalue.MDY) }
func parseTimestamptz(v []byte) (int64, error) {
	return pgvalue.ParseTimestamptz(v, pgvalue.MDY, pgvalue.NewZone(nil))
}
