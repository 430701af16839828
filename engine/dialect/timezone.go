package dialect

import (
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/engine"
)

// timeZone reads what follows SET TIME ZONE. An offset becomes a number of
// hours east of UTC, or UTC if it is none, and LOCAL and DEFAULT become nil.
func (p *parser) timeZone() []string {
	switch {
	case p.acceptAny("local", "default") != "":
		return nil
	case p.isMark('-'), p.isMark('+'), p.isNumber():
		return []string{p.zoneNumber()}
	case p.accept("interval"):
		return []string{p.zoneInterval()}
	}
	if p.isString() {
		return []string{p.string()}
	}
	return []string{p.name()}
}

func (p *parser) zoneNumber() string {
	text := p.signedNumber()
	if hours, err := strconv.ParseFloat(text, 64); err == nil {
		return zoneHours(hours)
	}
	return text // such as 0x5: whoever knows the zones refuses it
}

// zoneInterval reads what follows INTERVAL: '+05:30' [HOUR TO MINUTE], which is
// hours and minutes whatever is said behind it, '5' HOUR and '300' MINUTE.
func (p *parser) zoneInterval() string {
	if p.isMark('(') {
		p.skipBrackets() // the precision
	}
	at := p.tok
	text := p.string()
	unit := 0.0 // of a lone number, in hours; PostgreSQL takes it for seconds
	if p.accept("hour") {
		unit = 1
		if p.accept("to") {
			p.expect("minute")
			unit = 1.0 / 60
		}
	} else if p.accept("minute") {
		unit = 1.0 / 60
	}
	hours, ok := intervalHours(text, unit)
	if !ok && p.err == nil {
		p.err = &engine.Error{
			Code:     "22023",
			Message:  "invalid value for parameter \"TimeZone\": \"INTERVAL '" + text + "'\"",
			Hint:     "Write an offset as in INTERVAL '+05:30' HOUR TO MINUTE.",
			Position: at.Start + 1,
		}
	}
	return zoneHours(hours)
}

// intervalHours is the length in hours of [+-]hh:mm[:ss] or of a number of units.
func intervalHours(text string, unit float64) (hours float64, ok bool) {
	text = strings.TrimSpace(text)
	digits := strings.TrimLeft(text, "+-")
	fields := strings.Split(digits, ":")
	if len(fields) > 3 || len(text)-len(digits) > 1 || len(fields) == 1 && unit == 0 {
		return 0, false
	}
	if len(fields) > 1 {
		unit = 1
	}
	for _, field := range fields {
		n, err := strconv.ParseUint(field, 10, 16)
		if err != nil {
			return 0, false
		}
		hours += float64(n) * unit
		unit /= 60
	}
	if text[0] == '-' {
		hours = -hours
	}
	return hours, true
}

func zoneHours(hours float64) string {
	if hours == 0 {
		return "UTC"
	}
	return strconv.FormatFloat(hours, 'f', -1, 64)
}
