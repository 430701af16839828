package rewrite

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// dateTime writes a constant date, timestamp or interval in a form that the
// engine reads as PostgreSQL does. It reports false if it leaves it alone.
func (r *rewriter) dateTime(n *pg.Node, c *pg.TypeCast, name, value string) bool {
	switch name {
	case "interval":
		return r.interval(n, c, value)
	case "date", "timestamp", "timestamptz":
		if len(c.TypeName.Typmods) > 0 {
			return false
		}
		text, ok := isoDate(value)
		if ok {
			i := r.at(c.Arg.GetAConst().Location)
			r.replace(span{i, i}, literal(text))
		}
		return ok
	}
	return false
}

// isoDate writes a date that begins with a month's name, or has slashes or dots,
// in the order of ISO 8601 (documentation, 8.5.1; DateStyle is MDY). A time
// behind it stays. false: it is in that order already, or of no known form.
func isoDate(text string) (string, bool) {
	fields := strings.Fields(strings.ReplaceAll(text, ",", " "))
	if len(fields) == 0 {
		return "", false
	}
	numeric := len(fields[0]) > 0 && strings.Trim(fields[0], "0123456789") == ""
	var parts []string
	rest := fields[1:]
	switch {
	case strings.Count(fields[0], "/") == 2:
		parts = strings.Split(fields[0], "/")
	case strings.Count(fields[0], ".") == 2:
		parts = strings.Split(fields[0], ".")
	case strings.Count(fields[0], "-") == 2 && strings.ContainsAny(strings.ToLower(fields[0]), "abcdefghijklmnopqrstuvwxyz"):
		parts = strings.Split(fields[0], "-")
	case len(fields) >= 3 && (monthOf(fields[0]) > 0 || numeric && monthOf(fields[1]) > 0):
		parts, rest = fields[:3], fields[3:]
	default:
		return "", false
	}
	y, m, d, ok := orderDate(parts)
	if !ok {
		return "", false
	}
	for _, word := range rest {
		if strings.Trim(word, "0123456789:.+-Z") != "" {
			return "", false // BC, AM, a zone's name
		}
	}
	return strings.Join(append([]string{fmt.Sprintf("%04d-%02d-%02d", y, m, d)}, rest...), " "), true
}

// orderDate says which of three parts is the year, the month and the day.
func orderDate(parts []string) (y, m, d int, ok bool) {
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil || len(s) > 4 {
			return -1
		}
		return n
	}
	var year string
	switch {
	case monthOf(parts[0]) > 0: // Jan 5 2020
		m, d, year = monthOf(parts[0]), number(parts[1]), parts[2]
	case monthOf(parts[1]) > 0 && len(parts[0]) > 2: // 2020-Jan-05
		m, d, year = monthOf(parts[1]), number(parts[2]), parts[0]
	case monthOf(parts[1]) > 0: // 5 Jan 2020
		m, d, year = monthOf(parts[1]), number(parts[0]), parts[2]
	case len(parts[0]) > 2: // 2020/01/05
		m, d, year = number(parts[1]), number(parts[2]), parts[0]
	default: // 1/5/2020
		m, d, year = number(parts[0]), number(parts[1]), parts[2]
	}
	y = number(year)
	if len(year) == 2 && y >= 0 {
		if y += 1900; y < 1970 {
			y += 100
		}
	}
	if y < 1 || len(year) < 2 || m < 1 || m > 12 || d < 1 {
		return 0, 0, 0, false
	}
	last := time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return y, m, d, d <= last
}

// monthOf is the month that a name, or the first three letters of one, stand for.
func monthOf(word string) int {
	word = strings.ToLower(word)
	for m := time.January; m <= time.December; m++ {
		name := strings.ToLower(m.String())
		if word == name || word == name[:3] || word == "sept" && m == time.September {
			return int(m)
		}
	}
	return 0
}
