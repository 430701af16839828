package settings

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zone names mean the same on machines without a zone database
	"unicode"

	"github.com/csvsql/csvsql/wire/pgvalue"
)

// problem is why a value is refused, when there is more to say than that it is.
type problem struct {
	code, message, hint string
}

func (p *problem) Error() string { return p.message }

func invalid(name string, err error) error {
	var p *problem
	if errors.As(err, &p) && p.message != "" {
		return &Error{Code: p.code, Message: p.message, Hint: p.hint}
	}
	return err
}

// checker turns value into the form SHOW prints; current is the value so far.
type checker func(value, current string) (string, error)

// text takes every text.
func text(value, _ string) (string, error) { return value, nil }

// boolean takes what PostgreSQL takes: unique prefixes of true, false, yes, no,
// and on, off, 1, 0.
func boolean(name string) checker {
	return func(value, _ string) (string, error) {
		v := strings.ToLower(strings.TrimSpace(value))
		switch {
		case v == "on", v == "1", v != "" && (strings.HasPrefix("true", v) || strings.HasPrefix("yes", v)):
			return "on", nil
		case v == "off", v == "of", v == "0", v != "" && (strings.HasPrefix("false", v) || strings.HasPrefix("no", v)):
			return "off", nil
		}
		return "", &problem{code: "22023", message: fmt.Sprintf("parameter %q requires a Boolean value", name)}
	}
}

// oneOf takes one of a list of words, in any case.
func oneOf(name string, words ...string) checker {
	return func(value, _ string) (string, error) {
		for _, w := range words {
			if strings.EqualFold(strings.TrimSpace(value), w) {
				return w, nil
			}
		}
		return "", badValue(name, value, "Available values: "+strings.Join(words, ", ")+".")
	}
}

// integer takes whole numbers of a range.
func integer(name string, low, high int) checker {
	return func(value, _ string) (string, error) {
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil {
			return "", badValue(name, value, "")
		}
		if n < low || n > high {
			return "", &problem{code: "22023", message: fmt.Sprintf("%d is outside the valid range for parameter %q (%d .. %d)", n, name, low, high)}
		}
		return strconv.Itoa(n), nil
	}
}

// duration takes a number of milliseconds or a number with a unit, and prints
// it with the largest unit that divides it, as PostgreSQL does.
func duration(name string) checker {
	return Postgres{Name: name, Unit: "ms", Type: "integer", Min: "0", Max: "2147483647"}.number
}

// Duration reads the value of a parameter that is a duration; zero is none.
func Duration(value string) time.Duration {
	ms, _ := pgvalue.ParseQuantity(value, "ms")
	return time.Duration(ms * float64(time.Millisecond))
}

// encoding takes the names of UTF-8, the only encoding spoken here.
func encoding(value, _ string) (string, error) {
	switch strings.ToLower(strings.NewReplacer("-", "", "_", "", "'", "", " ", "").Replace(value)) {
	case "utf8", "unicode":
		return "UTF8", nil
	case "sqlascii":
		return "SQL_ASCII", nil
	}
	return "", badValue("client_encoding", value, "The server speaks UTF8.")
}

// dateStyle takes an output style and a field order, and keeps the current one
// of a part that is not said.
func dateStyle(value, current string) (string, error) {
	now, _ := pgvalue.ParseDateStyle(current, pgvalue.DateStyle{})
	style, ok := pgvalue.ParseDateStyle(value, now)
	if !ok {
		return "", badValue("DateStyle", value, "")
	}
	return style.String(), nil
}

// timeZone takes names of the zone database, whole hours east of UTC, and the
// abbreviations for UTC.
func timeZone(value, _ string) (string, error) {
	name := strings.TrimSpace(value)
	switch strings.ToLower(name) {
	case "utc", "z", "zulu":
		return "UTC", nil
	case "gmt":
		return "GMT", nil
	}
	if hours, err := strconv.Atoi(name); err == nil && -12 <= hours && hours <= 14 && hours != 0 {
		return fmt.Sprintf("Etc/GMT%+d", -hours), nil // the zone database counts westward
	}
	if name == "" || strings.EqualFold(name, "local") {
		return "", badValue("TimeZone", value, "")
	}
	for _, spelling := range zoneSpellings(name) {
		if _, err := time.LoadLocation(spelling); err == nil {
			return spelling, nil
		}
	}
	return "", badValue("TimeZone", value, "Use a name like 'Europe/Berlin' or 'UTC'.")
}

// zoneSpellings are the ways in which the zone database may write a name, of which
// the case does not count: America/New_York, EST5EDT, US/Eastern.
func zoneSpellings(name string) []string {
	lower := strings.ToLower(name)
	capital := true
	title := strings.Map(func(r rune) rune {
		was := capital
		capital = strings.ContainsRune("/_-", r)
		if was {
			return unicode.ToUpper(r)
		}
		return r
	}, lower)
	title = strings.NewReplacer("_Of_", "_of_", "_Es_", "_es_", "-Au-", "-au-").Replace(title)
	area, place, _ := strings.Cut(title, "/")
	return []string{name, title, strings.ToUpper(name), strings.ToUpper(area) + "/" + place, area + "/" + strings.ToUpper(place)}
}

func badValue(name, value, hint string) error {
	return &problem{code: "22023", message: fmt.Sprintf("invalid value for parameter %q: %q", name, value), hint: hint}
}
