package pgfunc

import (
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/pgfunc/template"
)

// fromTemplates are the functions that read a text by a template (PostgreSQL
// documentation, 9.8). to_number returns the text of the number.
func fromTemplates() []engine.Function {
	datetime := func(s string) (*template.Datetime, error) { return template.ParseDatetime(s), nil }
	return []engine.Function{
		fromTemplate("to_date", arrow.FixedWidthTypes.Date32, datetime, func(d *template.Datetime, s string, _ *time.Location) (any, error) {
			r, err := d.Read(s)
			if err != nil {
				return nil, err
			}
			return dateOf(r, s)
		}),
		fromTemplate("to_timestamp", momentType, datetime, func(d *template.Datetime, s string, zone *time.Location) (any, error) {
			r, err := d.Read(s)
			if err != nil {
				return nil, err
			}
			return momentOf(r, zone)
		}),
		fromTemplate("to_number", text, template.ParseNumber, func(n *template.Number, s string, _ *time.Location) (any, error) {
			if n.IsEmpty() {
				return nil, nil
			}
			number, err := n.Read(s)
			return number, err
		}),
	}
}

// momentType is timestamptz.
var momentType arrow.DataType = &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}

// fromTemplate makes a function of a text, a template, which is parsed again only
// if it is another one, and, if it is to know the session's zone, some timestamptz.
func fromTemplate[T any](name string, result arrow.DataType, parse func(string) (T, error), read func(t T, s string, zone *time.Location) (any, error)) engine.Function {
	return engine.Function{Name: name, Return: result, Args: types{text, text}, Variadic: true, Eval: func(_ engine.Values, args arrow.RecordBatch, out array.Builder) error {
		zone := time.UTC
		if args.NumCols() > 2 {
			zone = zoneOf(args.Schema().Field(2).Type)
		}
		r := row{columns: args.Columns()[:2]}
		var parsed T
		last, known := "", false
		for r.i = range int(args.NumRows()) {
			if r.anyNull() {
				out.AppendNull()
				continue
			}
			if s := r.text(1); s != last || !known {
				var err error
				if parsed, err = parse(s); err != nil {
					return withCode(err)
				}
				last, known = s, true
			}
			v, err := read(parsed, r.text(0), zone)
			if err != nil {
				return withCode(err)
			}
			appendValue(out, v)
		}
		return nil
	}}
}

// The bounds of dates and timestamps: PostgreSQL's, or the engine's where it has
// fewer.
var (
	firstDay    = time.Date(-4713, 11, 24, 0, 0, 0, 0, time.UTC)
	behindDays  = time.Date(5874898, 1, 1, 0, 0, 0, 0, time.UTC)
	lastInstant = time.Date(294247, 1, 10, 4, 0, 54, 0, time.UTC)
)

// dateOf is the date of a reading of a text.
func dateOf(r template.Reading, s string) (any, error) {
	day := r.Date()
	if day.Before(firstDay) || !day.Before(behindDays) {
		return nil, engine.Errorf("22008", `date out of range: "%s"`, s)
	}
	return arrow.Date32(day.Unix() / secondsPerDay), nil
}

const secondsPerDay = 86400

// momentOf is the timestamptz of a reading, which is of a zone if it names none.
func momentOf(r template.Reading, zone *time.Location) (any, error) {
	local := r.Date().Add(time.Duration(r.Hour)*time.Hour + time.Duration(r.Minute)*time.Minute + time.Duration(r.Second)*time.Second)
	offset := r.Offset
	if !r.Zoned {
		offset = offsetAt(local, zone)
	}
	t := local.Add(-time.Duration(offset) * time.Second)
	if t.Before(firstDay) || t.After(lastInstant) {
		return nil, engine.Errorf("22008", "timestamp out of range")
	}
	micros := t.Unix()*1e6 + int64(r.Micros)
	if r.Precision > 0 {
		micros = roundMicros(micros, r.Precision)
	}
	return arrow.Timestamp(micros), nil
}

// roundMicros rounds a timestamp to so many digits behind the point of a second.
// Halves go away from PostgreSQL's epoch.
func roundMicros(micros int64, digits int) int64 {
	const epoch = 946684800 * 1000000 // 2000-01-01
	unit := int64(1)
	for ; digits < 6; digits++ {
		unit *= 10
	}
	since := micros - epoch
	if since < 0 {
		return epoch - (-since+unit/2)/unit*unit
	}
	return epoch + (since+unit/2)/unit*unit
}

// offsetAt is how many seconds east a zone is at a local time, which is given as
// one of UTC. A time that clocks skip counts as before they were put forward, and
// one that they show twice as the second of the two.
func offsetAt(local time.Time, zone *time.Location) int {
	offset := func(t time.Time) int {
		_, seconds := t.In(zone).Zone()
		return seconds
	}
	before, after := offset(local.Add(-24*time.Hour)), offset(local.Add(24*time.Hour))
	if offset(local.Add(-time.Duration(after)*time.Second)) == after {
		return after
	}
	return before
}
