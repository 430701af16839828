package pgfunc

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/engine"
)

// intervals are functions of intervals (PostgreSQL documentation, 9.9).
func intervals() []engine.Function {
	var all []engine.Function
	for _, f := range []struct {
		name string
		f    func(*span)
	}{
		{"justify_days", (*span).justifyDays},
		{"justify_hours", (*span).justifyHours},
		{"justify_interval", (*span).justify},
	} {
		all = append(all, engine.Function{
			Name: f.name, Variadic: true, Return: arrow.FixedWidthTypes.MonthDayNanoInterval,
			Eval: func(_ engine.Values, args arrow.RecordBatch, out array.Builder) error {
				if args.NumCols() != 1 || args.Column(0).DataType().ID() != arrow.INTERVAL_MONTH_DAY_NANO {
					return engine.Errorf("42883", "function %s does not exist for these arguments", f.name)
				}
				values := args.Column(0).(*array.MonthDayNanoInterval)
				for i := range values.Len() {
					if values.IsNull(i) {
						out.AppendNull()
						continue
					}
					v := values.Value(i)
					s := span{int64(v.Months), int64(v.Days), v.Nanoseconds / 1000}
					f.f(&s)
					out.(*array.MonthDayNanoIntervalBuilder).Append(arrow.MonthDayNanoInterval{
						Months: int32(s.months), Days: int32(s.days), Nanoseconds: s.micros * 1000,
					})
				}
				return nil
			},
		})
	}
	return all
}

// span is an interval.
type span struct{ months, days, micros int64 }

const (
	microsPerDay = 86400 * 1000000
	daysPerMonth = 30
)

// carry moves whole parts of size from low to high and, if the two have different
// signs then, one more, so that they have the same.
func carry(high, low *int64, size int64) {
	*high += *low / size
	*low %= size
	borrow(high, low, size)
}

func borrow(high, low *int64, size int64) {
	switch {
	case *high > 0 && *low < 0:
		*low += size
		*high--
	case *high < 0 && *low > 0:
		*low -= size
		*high++
	}
}

func (s *span) justifyDays()  { carry(&s.months, &s.days, daysPerMonth) }
func (s *span) justifyHours() { carry(&s.days, &s.micros, microsPerDay) }

func (s *span) justify() {
	s.days += s.micros / microsPerDay
	s.micros %= microsPerDay
	s.months += s.days / daysPerMonth
	s.days %= daysPerMonth
	switch {
	case s.months > 0 && (s.days < 0 || s.days == 0 && s.micros < 0):
		s.days += daysPerMonth
		s.months--
	case s.months < 0 && (s.days > 0 || s.days == 0 && s.micros > 0):
		s.days -= daysPerMonth
		s.months++
	}
	borrow(&s.days, &s.micros, microsPerDay)
}
