package rewrite

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// extract rewrites EXTRACT(field FROM x), which is numeric in PostgreSQL.
func (r *rewriter) extract(n *pg.Node, f *pg.FuncCall) {
	word, ok := isString(f.Args[0])
	if !ok {
		return
	}
	at := r.at(f.Location)
	switch field := unit(word); field {
	case "second", "milliseconds", "epoch", "microseconds", "century", "decade", "millennium", "julian":
		if r.is(at+1, '(') && r.isWord(at+3, "from") {
			r.replace(span{at, at}, macros+"extract_"+field)
			r.replace(span{at + 2, at + 3}, "")
			if field == "epoch" || field == "julian" {
				list := r.arguments(at + 1)
				r.insertAfter(list[0].last, ", "+r.typeOf(span{at + 4, list[0].last}))
			}
		}
		return
	}
	if field := unit(word); field != word && r.is(at+1, '(') {
		r.replace(span{at + 2, at + 2}, field)
	}
	r.insertAfter(r.lastOf(n), "::HUGEINT")
}

// isFraction reports whether a field of a time has a fraction that the engine
// drops.
func isFraction(field string) bool {
	return field == "second" || field == "milliseconds"
}

// unit is a field of a time by its first name; PostgreSQL knows others too.
func unit(word string) string {
	switch word = strings.ToLower(word); word {
	case "s", "sec", "secs", "seconds":
		return "second"
	case "ms", "msec", "msecs", "mseconds", "millisecond":
		return "milliseconds"
	case "us", "usec", "usecs", "useconds", "microsecond":
		return "microseconds"
	case "c", "cent", "centuries":
		return "century"
	case "dec", "decs", "decades":
		return "decade"
	case "mil", "mils", "millennia", "millenniums":
		return "millennium"
	case "y", "yr", "yrs", "years":
		return "year"
	case "qtr":
		return "quarter"
	case "mon", "mons", "months":
		return "month"
	case "w", "weeks":
		return "week"
	case "d", "days":
		return "day"
	case "h", "hr", "hrs", "hours":
		return "hour"
	case "m", "min", "mins", "minutes":
		return "minute"
	}
	return word
}
