package template

import (
	"strconv"
	"time"
)

// Reading is what a text says by a template: a time of the proleptic Gregorian
// calendar, whose year 0 is 1 BC. Without a date it is the first day of that year.
type Reading struct {
	Year, Month, Day     int
	Hour, Minute, Second int
	Micros               int
	// Precision is how many digits behind the point of a second the template asks
	// for, by FF1 to FF6; 0: it does not say. Micros may have more.
	Precision int
	// Zoned says that the text has a zone; Offset is its, in seconds east.
	Zoned  bool
	Offset int
}

// Date is the day at midnight. It is right for days that a month does not have,
// where no year says so: they are of the next one.
func (r Reading) Date() time.Time {
	return time.Date(r.Year, time.Month(r.Month), r.Day, 0, 0, 0, 0, time.UTC)
}

// result makes a reading of the fields.
func (r *reader) result() (Reading, error) {
	out := Reading{Month: 1, Day: 1}
	if err := r.time(&out); err != nil {
		return out, err
	}
	if err := r.date(&out); err != nil {
		return out, err
	}
	if r.zoneSign == 0 {
		return out, nil
	}
	const maxHour = 15
	if r.zoneHour < 0 || r.zoneHour > maxHour || r.zoneMinute < 0 || r.zoneMinute > 59 {
		return out, &Error{Code: "22009", Message: `time zone displacement out of range: "` + r.text + `"`}
	}
	out.Zoned, out.Offset = true, r.zoneSign*(r.zoneHour*3600+r.zoneMinute*60)
	return out, nil
}

func (r *reader) errRange() error {
	return &Error{Code: "22008", Message: `date/time field value out of range: "` + r.text + `"`}
}

// time sets the time of day.
func (r *reader) time(out *Reading) error {
	out.Hour, out.Minute, out.Second = r.secondOfDay/3600, r.secondOfDay%3600/60, r.secondOfDay%60
	if r.second != 0 {
		out.Second = r.second
	}
	if r.minute != 0 {
		out.Minute = r.minute
	}
	if r.hour != 0 {
		out.Hour = r.hour
	}
	if r.clock12 {
		switch {
		case out.Hour < 1 || out.Hour > 12:
			return &Error{
				Code: "22007", Message: `hour "` + strconv.Itoa(out.Hour) + `" is invalid for the 12-hour clock`,
				Hint: "Use the 24-hour clock, or give an hour between 1 and 12.",
			}
		case r.pm == 1 && out.Hour < 12:
			out.Hour += 12
		case r.pm == 0 && out.Hour == 12:
			out.Hour = 0
		}
	}
	out.Micros, out.Precision = r.millis*1000+r.micros, r.precision
	return nil
}

// date sets the date. What is set later in it goes before.
func (r *reader) date(out *Reading) error {
	hasYear := r.setYear(out)
	hasMonth, hasDay := false, false
	on := func(day time.Time) {
		out.Year, out.Month, out.Day = day.Year(), int(day.Month()), day.Day()
		hasYear, hasMonth, hasDay = true, true, true
	}
	if r.julian != 0 {
		if r.julian < 0 {
			return &Error{Code: "22008", Message: `date out of range: "` + r.text + `"`}
		}
		const unixEpoch = 2440588
		on(time.Unix(int64(r.julian-unixEpoch)*86400, 0).UTC())
	}
	if r.week != 0 && r.convention == isoWeeks {
		days := 0 // since Monday
		if r.weekday != 0 {
			days = (r.weekday + 5) % 7 // 1 is Sunday
		}
		on(isoWeek(out.Year, r.week).AddDate(0, 0, days))
	} else if r.week != 0 {
		r.dayOfYear = (r.week-1)*7 + 1
	}
	if r.weekOfMonth != 0 {
		r.day = (r.weekOfMonth-1)*7 + 1
	}
	if r.day != 0 {
		out.Day, hasDay = r.day, true
	}
	if r.month != 0 {
		out.Month, hasMonth = r.month, true
	}
	if r.dayOfYear != 0 && (out.Month <= 1 || out.Day <= 1) {
		if out.Year == 0 && r.bc == 0 {
			return &Error{Code: "22007", Message: "cannot calculate day of year without year information"}
		}
		if r.convention == isoWeeks {
			on(isoWeek(out.Year, 1).AddDate(0, 0, r.dayOfYear-1))
		} else {
			r.setDayOfYear(out)
			hasMonth, hasDay = true, true
		}
	}
	switch {
	case hasMonth && (out.Month < 1 || out.Month > 12),
		hasDay && (out.Day < 1 || out.Day > 31),
		hasYear && hasMonth && hasDay && out.Day > daysIn(out.Year, out.Month),
		out.Hour < 0 || out.Hour > 23 || out.Minute < 0 || out.Minute > 59 || out.Second < 0 || out.Second > 59,
		out.Micros < 0 || out.Micros >= 1e6:
		return r.errRange()
	}
	return nil
}

// setYear sets the year by the fields for years and centuries. It reports whether
// there was one.
func (r *reader) setYear(out *Reading) bool {
	century := r.century
	if r.bc == 1 {
		century = -century
	}
	switch {
	case r.year != 0 && century != 0 && r.yearDigits <= 2: // the last digits, in the century
		year := r.year % 100
		switch {
		case year != 0 && century >= 0:
			out.Year = year + (century-1)*100
		case year != 0:
			out.Year = (century+1)*100 - year + 1
		case century >= 0:
			out.Year = century * 100
		default:
			out.Year = century*100 + 1
		}
	case r.year != 0:
		out.Year = r.year
		if r.bc == 1 {
			out.Year = -out.Year
		}
		if out.Year < 0 {
			out.Year++
		}
	case century > 0:
		out.Year = (century-1)*100 + 1
	case century < 0:
		out.Year = century*100 + 1
	}
	return r.year != 0 || century != 0
}

// setDayOfYear sets the month and the day, as far as they are not set otherwise,
// by the day of the year. One behind the end of the year is out of any range.
func (r *reader) setDayOfYear(out *Reading) {
	month, before := 1, 0
	for month <= 12 && r.dayOfYear > before+daysIn(out.Year, month) {
		before += daysIn(out.Year, month)
		month++
	}
	if out.Month <= 1 {
		out.Month = month
	}
	if out.Day <= 1 {
		out.Day = r.dayOfYear - before
	}
}

// isoWeek is the Monday of a week.
func isoWeek(year, week int) time.Time {
	fourth := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC) // in the first week
	return fourth.AddDate(0, 0, (week-1)*7-(int(fourth.Weekday())+6)%7)
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
