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

// civilOf converts days since 1970-01-01.
func civilOf(days int) civil {
	z := days + epochShift
	era := z / daysPerEra
	if z < 0 {
		era = (z - daysPerEra + 1) / daysPerEra
	}
	c := civilInEras(uint32(z - era*daysPerEra))
	c.year += era * 400
	return c
}

// daysPerEra is the number of days in 400 years.
const daysPerEra = 146097

// civilInEras converts days since 0000-03-01, of not more than a few thousand
// years. Years are counted from March, so that the leap day is their last. What
// divides and what is then left comes out of one multiplication each, as Neri and
// Schneider show (Euclidean affine functions and their application to calendar
// algorithms, 2022).
func civilInEras(days uint32) civil {
	quarters := 4*days + 3 // of a day
	century := quarters / daysPerEra
	product := 2939745 * uint64(quarters%daysPerEra|3)
	inYear := uint32(product) / 2939745 / 4
	march := 2141*inYear + 197913 // the month, and the day in units of 1/65536 of one
	month := march >> 16
	next := (12 - month) >> 31 // 1 for January and February, and no branch to guess
	return civil{
		year:  int(100*century + uint32(product>>32) + next),
		month: month - 12*next,
		day:   march&0xffff/2141 + 1,
	}
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
