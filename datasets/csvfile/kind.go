package csvfile

import (
	"bytes"
	"math"
	"math/bits"
	"strconv"
)

// kinds are the ways in which a value, or each value of a column, can be read.
type kinds uint64

const (
	text        kinds = 1 << iota
	boolean           // true, FALSE
	integer           // as bigint prints it: 007 and +49 are text
	huge              // an integer of up to 38 digits
	double            // 1.5, 1e9, NaN
	grouped           // 1,234.5
	comma             // 1.234,5
	dateISO           // 2024-12-31
	dateSlash         // 2024/12/31
	clock             // 23:59, 23:59:59.9
	timestamp         // 2024-12-31 23:59:59, or a date
	timestamptz       // with an offset or Z
	nan               // of the doubles, those that are no numbers
	firstLocal        // from here on the local dates, see localDate
)

// Local dates, with a four-digit year behind day and month, come in two orders,
// with three separators, without a time, with one, and with one that has seconds.
// The order of dates with dots is never in doubt.
const (
	dayFirst = iota
	monthFirst
)

const separators = "/-."

func localDate(order, separator, time int) kinds {
	return firstLocal << ((order*len(separators)+separator)*3 + time)
}

const (
	numbers = integer | huge | double | grouped | comma
	local   = firstLocal<<(2*3*3) - firstLocal
	dayDate = firstLocal<<(3*3) - firstLocal
	dates   = dateISO | dateSlash | local
	moments = dates | timestamp | timestamptz
	anyKind = firstLocal<<(2*3*3) - 1 - nan
)

// classify is all of the kinds asked for that a value can be, and maybe others; the
// value is not empty.
func classify(v []byte, asked kinds) kinds {
	switch c := v[0]; {
	case '0' <= c && c <= '9':
		return classifyDigits(v, false, asked)
	case c == '-' && len(v) > 1 && ('0' <= v[1] && v[1] <= '9' || v[1] == '.'):
		return classifyDigits(v[1:], true, asked)
	case c == '-' && len(v) > 1:
		return classifyWord(v[1:]) &^ boolean
	case c == '.':
		return classifyDigits(v, false, asked)
	}
	return classifyWord(v)
}

func classifyWord(v []byte) kinds {
	switch len(v) {
	case 4:
		if bytes.EqualFold(v, []byte("true")) {
			return text | boolean
		}
	case 5:
		if bytes.EqualFold(v, []byte("false")) {
			return text | boolean
		}
	case 3, 8:
		if bytes.EqualFold(v, []byte("nan")) || bytes.EqualFold(v, []byte("inf")) || bytes.EqualFold(v, []byte("infinity")) {
			return text | double | nan
		}
	}
	return text
}

// classifyDigits is classify for what begins with a digit or a decimal point,
// behind a sign if negative.
func classifyDigits(v []byte, negative bool, asked kinds) kinds {
	n := 0
	for n < len(v) && v[n]-'0' <= 9 {
		n++
	}
	switch {
	case n == len(v):
		return classifyInteger(v, negative)
	case v[n] == '.', v[n] == ',', v[n] == 'e', v[n] == 'E':
		if k := classifyNumber(v, n, asked); k != text || negative {
			return k
		}
	}
	if negative {
		return text
	}
	switch v[n] {
	case ':':
		if parseClock(v) != noTime {
			return text | clock
		}
	case '-', '/', '.':
		if n == 4 {
			return classifyISO(v)
		}
		return classifyLocal(v)
	}
	return text
}

// exactDigits is how many digits a double holds whatever they are.
const exactDigits = 15

func classifyInteger(v []byte, negative bool) kinds {
	n := len(v)
	switch {
	case n > 1 && v[0] == '0', n == 1 && negative && v[0] == '0':
		return text // digits of a code, which a number would lose
	case n <= exactDigits:
		return text | integer | huge | double | grouped | comma
	case n < 19:
		return text | integer | huge
	case n == 19:
		limit := "9223372036854775807"
		if negative {
			limit = "9223372036854775808"
		}
		if string(v) <= limit {
			return text | integer | huge
		}
	case n > 38:
		return text
	}
	return text | huge
}

// classifyNumber is classify for n digits with something else behind them.
func classifyNumber(v []byte, n int, asked kinds) kinds {
	k := text
	if isDouble(v, n) {
		k |= double
	}
	if asked&grouped != 0 && isGrouped(v, ',', '.') {
		k |= grouped
	}
	if asked&comma != 0 && isGrouped(v, '.', ',') {
		k |= comma
	}
	return k
}

func isDouble(v []byte, n int) bool {
	if v[n] == ',' || n > 1 && v[0] == '0' {
		return false
	}
	i := n
	if v[i] == '.' {
		i++
	}
	decimals := i
	for i < len(v) && v[i]-'0' <= 9 {
		i++
	}
	if n == 0 && i == decimals { // a point alone
		return false
	}
	if i == len(v) {
		return n <= 300
	}
	if v[i]|0x20 != 'e' {
		return false
	}
	f, err := strconv.ParseFloat(string(v), 64)
	return err == nil && !math.IsInf(f, 0)
}

// isGrouped reports whether a number has decimals behind point, or groups of three
// digits, or both.
func isGrouped(v []byte, group, point byte) bool {
	if len(v) > exactDigits+5 {
		return false
	}
	digits, groups, i := 0, 0, 0 // digits of this group
	for ; i < len(v) && v[i] != point; i++ {
		switch c := v[i]; {
		case c-'0' <= 9:
			digits++
		case c != group, digits == 0, groups == 0 && (digits > 3 || v[0] == '0'), groups > 0 && digits != 3:
			return false
		default:
			groups++
			digits = 0
		}
	}
	if digits == 0 || groups > 0 && digits != 3 || groups == 0 && digits > 1 && v[0] == '0' {
		return false
	}
	return i == len(v) || i+1 < len(v) && digitsOnly(v[i+1:])
}

func digitsOnly(v []byte) bool {
	for _, c := range v {
		if c-'0' > 9 {
			return false
		}
	}
	return true
}

// classifyISO is classify for what begins with a year of four digits.
func classifyISO(v []byte) kinds {
	separator := v[4]
	month, rest, ok := number(v[5:], 2)
	if !ok || len(rest) == 0 || rest[0] != separator || separator == '.' {
		return text
	}
	day, rest, ok := number(rest[1:], 2)
	year, _, _ := number(v, 4)
	if !ok || !isDay(year, month, day) {
		return text
	}
	if len(rest) == 0 {
		if separator == '/' {
			return text | dateSlash
		}
		return text | dateISO | timestamp
	}
	if separator != '-' || rest[0] != ' ' && rest[0] != 'T' {
		return text
	}
	moment, zone := cutZone(rest[1:])
	switch {
	case parseClock(moment) == noTime:
		return text
	case zone:
		return text | timestamptz
	}
	return text | timestamp
}

// cutZone takes Z or an offset as in +02, -0330 and +02:00 off the end of a time.
func cutZone(v []byte) (rest []byte, ok bool) {
	if n := len(v); n > 0 && v[n-1] == 'Z' {
		return v[:n-1], true
	}
	i := bytes.LastIndexAny(v, "+-")
	if i < 0 {
		return v, false
	}
	offset := v[i+1:]
	switch len(offset) {
	case 2:
	case 5:
		if offset[2] != ':' || !digitsOnly(offset[3:]) || offset[3] > '5' {
			return nil, false
		}
	default:
		return nil, false
	}
	if !digitsOnly(offset[:2]) || offset[0] > '1' {
		return nil, false
	}
	return v[:i], true
}

// The times that a moment may have.
const (
	noTime = -1 + iota
	noClock
	minutes
	seconds
	fraction
)

// parseClock reads hh:mm, hh:mm:ss and hh:mm:ss.f.
func parseClock(v []byte) int {
	hour, rest, ok := number(v, 2)
	if !ok || hour > 23 || len(rest) < 3 || rest[0] != ':' {
		return noTime
	}
	minute, rest, ok := exactly(rest[1:], 2)
	if !ok || minute > 59 {
		return noTime
	}
	if len(rest) == 0 {
		return minutes
	}
	if rest[0] != ':' {
		return noTime
	}
	second, rest, ok := exactly(rest[1:], 2)
	if !ok || second > 59 {
		return noTime
	}
	if len(rest) == 0 {
		return seconds
	}
	if rest[0] != '.' || len(rest) < 2 || len(rest) > 7 || !digitsOnly(rest[1:]) {
		return noTime
	}
	return fraction
}

// classifyLocal is classify for what begins with a day or a month.
func classifyLocal(v []byte) kinds {
	one, rest, ok := number(v, 2)
	if !ok || len(rest) == 0 {
		return text
	}
	separator := bytes.IndexByte([]byte(separators), rest[0])
	two, rest2, ok := number(rest[1:], 2)
	if separator < 0 || !ok || len(rest2) == 0 || rest2[0] != rest[0] {
		return text
	}
	year, rest, ok := exactly(rest2[1:], 4)
	if !ok {
		return text
	}
	time := noClock
	if len(rest) > 0 {
		if rest[0] != ' ' {
			return text
		}
		if time = parseClock(rest[1:]); time != minutes && time != seconds {
			return text
		}
	}
	k := text
	if isDay(year, two, one) {
		k |= localDate(dayFirst, separator, time)
	}
	if isDay(year, one, two) && separators[separator] != '.' {
		k |= localDate(monthFirst, separator, time)
	}
	return k
}

// number reads a number of one to most digits, exactly one of n.
func number(v []byte, most int) (value int, rest []byte, ok bool) {
	n := 0
	for n < len(v) && n < most && v[n]-'0' <= 9 {
		value = value*10 + int(v[n]-'0')
		n++
	}
	return value, v[n:], n > 0
}

func exactly(v []byte, n int) (int, []byte, bool) {
	value, rest, _ := number(v, n)
	return value, rest, len(v)-len(rest) == n
}

var daysOf = [...]int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func isDay(year, month, day int) bool {
	if year < 1 || month < 1 || month > 12 || day < 1 || day > daysOf[month-1] {
		return false
	}
	leap := year%4 == 0 && (year%100 != 0 || year%400 == 0)
	return month != 2 || day < 29 || leap
}

// layout is the separator and the time of a local date.
func (k kinds) layout() (order int, separator byte, time int) {
	i := bits.TrailingZeros64(uint64(k / firstLocal))
	return i / (len(separators) * 3), separators[i/3%len(separators)], i % 3
}
