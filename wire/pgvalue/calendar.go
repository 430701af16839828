package pgvalue

// microsPerDay and its like are what the formatters divide by.
const (
	microsPerSecond = 1_000_000
	microsPerHour   = 3600 * microsPerSecond
	microsPerDay    = 24 * microsPerHour
	secondsPerDay   = 24 * 3600
)

// civil is a day of the proleptic Gregorian calendar. Year 0 is 1 BC.
type civil struct {
	year       int
	month, day uint32
}

// epochShift is the number of days from 0000-03-01, where the eras of 400 years
// are counted from, to 1970-01-01.
const epochShift = 719468

// civilOf converts days since 1970-01-01. Years are counted from March, so that
// the leap day is their last.
func civilOf(days int) civil {
	const daysPerEra = 146097
	z := days + epochShift
	era := z / daysPerEra
	if z < 0 {
		era = (z - daysPerEra + 1) / daysPerEra
	}
	inEra := uint32(z - era*daysPerEra)
	yearInEra := (inEra - inEra/1460 + inEra/36524 - inEra/146096) / 365
	inYear := inEra - (365*yearInEra + yearInEra/4 - yearInEra/100)
	march := (5*inYear + 2) / 153 // 0 is March, 11 February
	c := civil{
		year:  int(yearInEra) + era*400,
		month: march + 3,
		day:   inYear - (153*march+2)/5 + 1,
	}
	if c.month > 12 {
		c.month -= 12
		c.year++
	}
	return c
}

// days is the reverse of civilOf.
func (c civil) days() int {
	y, m := c.year, int(c.month)
	if m <= 2 {
		y--
		m += 12
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	yearInEra := y - era*400
	inYear := (153*(m-3)+2)/5 + int(c.day) - 1
	inEra := yearInEra*365 + yearInEra/4 - yearInEra/100 + inYear
	return era*146097 + inEra - epochShift
}

// monthDays is the number of days of a month.
func monthDays(year int, month uint32) uint32 {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// weekday is 0 on Sundays.
func weekday(days int) int {
	return ((days+4)%7 + 7) % 7 // 1970-01-01 was a Thursday
}

// splitMicros splits microseconds since 1970 into days and the rest of the day.
func splitMicros(us int64) (days int, rest int64) {
	d := us / microsPerDay
	rest = us - d*microsPerDay
	if rest < 0 {
		d--
		rest += microsPerDay
	}
	return int(d), rest
}

const (
	monthNames   = "JanFebMarAprMayJunJulAugSepOctNovDec"
	weekdayNames = "SunMonTueWedThuFriSat"
)
