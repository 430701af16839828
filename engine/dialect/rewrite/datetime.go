package rewrite

import (
	"errors"
	"strings"
	"time"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/wire/pgvalue"
)

// dateTime writes a constant date, time, timestamp or interval in a form that the
// engine reads as PostgreSQL does (documentation, 8.5.1). It reports false if it
// leaves it alone.
func (r *rewriter) dateTime(n *pg.Node, c *pg.TypeCast, name, value string) bool {
	if name == "interval" {
		return r.interval(n, c, value)
	}
	if dependsOnClock(value) {
		text, ok := clockConstant(name, value)
		if ok && len(c.TypeName.Typmods) == 0 {
			r.overwrite(r.spanOf(n), text)
		}
		return ok
	}
	text, err := engineMoment(name, value, typmod(c.TypeName), r.options.Dates)
	var wrong *pgvalue.Error
	if errors.As(err, &wrong) {
		r.overwrite(r.spanOf(n), "CAST(error("+literal("SQLSTATE "+wrong.Code+": "+wrong.Message)+") AS "+name+")")
		return true
	}
	i := r.at(c.Arg.GetAConst().Location)
	r.replace(span{i, i}, literal(text))
	return false // the type's name is still to be looked at
}

// dependsOnClock reports whether a constant means another moment each day.
func dependsOnClock(value string) bool {
	for _, word := range strings.Fields(strings.ToLower(value)) {
		switch word {
		case "now", "today", "tomorrow", "yesterday":
			return true
		}
	}
	return false
}

// clockConstant is what a constant of one such word means, in the engine's SQL.
func clockConstant(typ, value string) (string, bool) {
	const today = "CAST(now() AS DATE)"
	text := ""
	switch word := strings.ToLower(strings.TrimSpace(value)); {
	case word == "now" && typ == "time":
		text = "CAST(now() AS TIMESTAMP)"
	case word == "now":
		text = "now()"
	case typ == "time":
	case word == "today":
		text = today
	case word == "tomorrow":
		text = "(" + today + " + 1)"
	case word == "yesterday":
		text = "(" + today + " - 1)"
	}
	return "CAST(" + text + " AS " + typ + ")", text != ""
}

// engineMoment is the engine's text for a constant of a type, rounded to so many
// digits of a second, of which -1 is all. A timestamp without a zone stays
// without one: it is in the session's.
func engineMoment(typ, value string, digits int, order pgvalue.DateOrder) (string, error) {
	src := []byte(value)
	if typ == "time" {
		us, err := pgvalue.ParseTime(src)
		return string(pgvalue.AppendTime(nil, round(us, digits))), err
	}
	if typ == "date" {
		days, err := pgvalue.ParseDate(src, order)
		return engineEra(string(pgvalue.AppendDate(nil, days, pgvalue.DateStyle{}))), err
	}
	us, err := pgvalue.ParseTimestamp(src, order)
	zone := ""
	if err == nil && typ == "timestamptz" {
		local := us
		if us, err = pgvalue.ParseTimestamptz(src, order, pgvalue.NewZone(nil)); us != local || hasZone(src, order) {
			zone = "+00"
		}
	}
	if us != pgvalue.TimestampInfinity && us != pgvalue.TimestampNegInfinity {
		us = round(us, digits)
	} else {
		zone = ""
	}
	return engineEra(string(pgvalue.AppendTimestamp(nil, us, pgvalue.DateStyle{}))) + zone, err
}

// elsewhere is some zone that is never UTC.
var elsewhere = time.FixedZone("", 3600)

// hasZone reports whether a timestamp names its zone: then it is the same moment
// wherever it is read.
func hasZone(src []byte, order pgvalue.DateOrder) bool {
	here, err1 := pgvalue.ParseTimestamptz(src, order, pgvalue.NewZone(nil))
	there, err2 := pgvalue.ParseTimestamptz(src, order, pgvalue.NewZone(elsewhere))
	return err1 == nil && err2 == nil && here == there
}

// engineEra writes years before Christ as the engine does.
func engineEra(text string) string {
	if before, ok := strings.CutSuffix(text, " BC"); ok {
		date, clock, _ := strings.Cut(before, " ")
		return strings.TrimSpace(date + " (BC) " + clock)
	}
	return text
}

// round rounds microseconds to so many digits of a second, away from zero.
func round(us int64, digits int) int64 {
	if digits < 0 || digits > 5 {
		return us
	}
	unit := int64(1)
	for range 6 - digits {
		unit *= 10
	}
	if us < 0 {
		return -((-us + unit/2) / unit * unit)
	}
	return (us + unit/2) / unit * unit
}
