package pgfunc

import (
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/pgfunc/template"
)

// toChar is to_char(value, template, moment): the third argument is some
// timestamptz, whose type has the session's zone.
func toChar() engine.Function {
	return variadic("to_char", text, func(args arrow.RecordBatch, out array.Builder) error {
		if args.NumCols() != 3 {
			return engine.Errorf("42883", "function to_char with %d arguments does not exist", args.NumCols()-1)
		}
		templates, ok := args.Column(1).(*array.String)
		if !ok {
			return engine.Errorf("42883", "function to_char does not exist for this template")
		}
		w, err := newCharWriter(args.Schema().Field(0), args.Column(0), zoneOf(args.Schema().Field(2).Type))
		if err != nil {
			return err
		}
		for i := range int(args.NumRows()) {
			if w == nil || args.Column(0).IsNull(i) || templates.IsNull(i) {
				out.AppendNull()
				continue
			}
			if err := w.parse(templates.Value(i)); err != nil {
				return err
			}
			dst, null, err := w.append(w.dst[:0], i)
			switch w.dst = dst; {
			case err != nil:
				return err
			case null:
				out.AppendNull()
			default:
				out.(*array.StringBuilder).Append(string(dst))
			}
		}
		return nil
	})
}

// zoneOf is the zone in the type of a timestamptz.
func zoneOf(t arrow.DataType) *time.Location {
	if ts, ok := t.(*arrow.TimestampType); ok && ts.TimeZone != "" {
		if zone, err := ts.GetZone(); err == nil {
			return zone
		}
	}
	return time.UTC
}

// charWriter writes values of a column. Its template is parsed again only if it
// is another one.
type charWriter struct {
	template string
	parsed   bool
	datetime *template.Datetime
	number   *template.Number
	dst      []byte

	moment func(row int) (m template.Moment, infinite bool) // nil: numbers
	digits func(dst []byte, row int) ([]byte, error)
}

// newCharWriter is nil for a column of nothing but NULL.
func newCharWriter(f arrow.Field, a arrow.Array, session *time.Location) (*charWriter, error) {
	w := &charWriter{}
	switch a := a.(type) {
	case *array.Null:
		return nil, nil
	case *array.Timestamp:
		zone, withZone := time.UTC, a.DataType().(*arrow.TimestampType).TimeZone != ""
		if withZone {
			zone = session
		}
		w.moment = func(row int) (template.Moment, bool) {
			us := int64(a.Value(row))
			return template.Of(time.UnixMicro(us).In(zone), withZone), us >= maxMoment || us <= -maxMoment
		}
	case *array.Date32: // a timestamptz at midnight
		w.moment = func(row int) (template.Moment, bool) {
			days := int64(a.Value(row))
			day := time.Unix(days*86400, 0).UTC()
			return template.Of(time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, session), true),
				days >= 1<<31-1 || days <= -(1<<31-1)
		}
	case *array.MonthDayNanoInterval:
		w.moment = func(row int) (template.Moment, bool) {
			v := a.Value(row)
			return template.OfInterval(int(v.Months), int(v.Days), v.Nanoseconds/1000), false
		}
	case *array.Float64:
		w.digits = func(dst []byte, row int) ([]byte, error) { return w.number.AppendFloat(dst, a.Value(row), 64) }
	case *array.Float32:
		w.digits = func(dst []byte, row int) ([]byte, error) { return w.number.AppendFloat(dst, float64(a.Value(row)), 32) }
	case *array.Int32:
		w.digits = func(dst []byte, row int) ([]byte, error) { return w.number.AppendInt(dst, a.Value(row)) }
	case *array.Int16:
		w.digits = func(dst []byte, row int) ([]byte, error) { return w.number.AppendInt(dst, int32(a.Value(row))) }
	default:
		p := encoding.NewPrinter(f)
		if !p.IsNumber() {
			return nil, engine.Errorf("42883", "function to_char does not exist for values of this type")
		}
		p.Bind(a)
		w.digits = func(dst []byte, row int) ([]byte, error) { return w.number.Append(dst, string(p.Append(nil, row))) }
	}
	return w, nil
}

// maxMoment is an infinite timestamp.
const maxMoment = 1<<63 - 1

func (w *charWriter) parse(s string) (err error) {
	if w.parsed && s == w.template {
		return nil
	}
	w.template, w.parsed = s, true
	if w.moment != nil {
		w.datetime = template.ParseDatetime(s)
		return nil
	}
	w.number, err = template.ParseNumber(s)
	return err
}

func (w *charWriter) append(dst []byte, row int) (_ []byte, null bool, err error) {
	if w.moment == nil {
		dst, err = w.digits(dst, row)
		return dst, false, err
	}
	m, infinite := w.moment(row)
	if infinite || w.template == "" {
		return dst, true, nil
	}
	dst, err = w.datetime.Append(dst, m)
	return dst, false, err
}
