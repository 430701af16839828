package pgfunc

import (
	"math"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/engine"
)

// makeTimes make a date, a time or a timestamp of its fields (PostgreSQL
// documentation, 9.9, table 9.33). Negative years are before Christ.
func makeTimes() []engine.Function {
	return []engine.Function{
		define("make_date", arrow.FixedWidthTypes.Date32, types{bigint, bigint, bigint}, func(r row) (any, error) {
			day, err := makeDate(r.bigint(0), r.bigint(1), r.bigint(2))
			return arrow.Date32(day), err
		}),
		define("make_time", arrow.FixedWidthTypes.Time64us, types{bigint, bigint, float}, func(r row) (any, error) {
			micros, err := makeTime(r.bigint(0), r.bigint(1), r.float(2))
			return arrow.Time64(micros), err
		}),
		define("make_timestamp", &arrow.TimestampType{Unit: arrow.Microsecond}, types{bigint, bigint, bigint, bigint, bigint, float}, func(r row) (any, error) {
			day, err := makeDate(r.bigint(0), r.bigint(1), r.bigint(2))
			if err != nil {
				return nil, err
			}
			micros, err := makeTime(r.bigint(3), r.bigint(4), r.float(5))
			if err == nil && day > lastInstant.Unix()/secondsPerDay {
				err = engine.Errorf("22008", "timestamp out of range")
			}
			return arrow.Timestamp(day*microsPerDay + micros), err
		}),
	}
}

// makeDate is the number of a day, from 1970.
func makeDate(year, month, day int64) (int64, error) {
	wrong := func() error {
		return engine.Errorf("22008", "date field value out of range: %d-%02d-%02d", year, month, day)
	}
	y := year
	if y < 0 {
		y++
	} else if y == 0 {
		return 0, wrong()
	}
	if y != int64(int32(y)) || month < 1 || month > 12 || day < 1 || day > 31 {
		return 0, wrong()
	}
	t := time.Date(int(y), time.Month(month), int(day), 0, 0, 0, 0, time.UTC)
	if t.Day() != int(day) {
		return 0, wrong()
	}
	if t.Before(firstDay) || !t.Before(behindDays) {
		return 0, engine.Errorf("22008", "date out of range: %d-%02d-%02d", year, month, day)
	}
	return t.Unix() / secondsPerDay, nil
}

// makeTime are the microseconds of a time of day, of which 24:00:00 is one.
func makeTime(hour, minute int64, seconds float64) (int64, error) {
	micros := math.RoundToEven(seconds * 1e6)
	total := (hour*60+minute)*60*1e6 + int64(micros)
	if hour < 0 || hour > 24 || minute < 0 || minute > 59 || !(micros >= 0 && micros <= 60*1e6) || total > microsPerDay {
		text := strconv.FormatFloat(seconds, 'g', -1, 64)
		if seconds >= 0 && seconds < 10 {
			text = "0" + text
		}
		return 0, engine.Errorf("22008", "time field value out of range: %d:%02d:%s", hour, minute, text)
	}
	return total, nil
}
