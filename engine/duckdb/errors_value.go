package duckdb

import (
	"strings"

	"github.com/csvsql/csvsql/engine"
)

func (r report) conversion(e *engine.Error) {
	if isCSVError(r.Message) {
		r.csv(e)
		return
	}
	switch {
	case r.has("to INTERVAL", "to interval"):
		e.Code = "22007"
	case r.has("specifier"): // of date_trunc and extract
		e.Code = "22023"
		e.Message = "unit " + strings.TrimPrefix(e.Message, "extract specifier ")
	case r.has("hex escape code"):
		e.Code = "22023"
	case r.has("field value out of range"):
		e.Code = "22008"
		e.Message = strings.Replace(e.Message, "date field value", "date/time field value", 1)
	case r.has("invalid date field", "invalid timestamp field", "invalid time field", "timestamp field format"):
		e.Code = "22007"
	case r.has("out of range", "overflow", "Overflow", "does not fit", "Failed to cast decimal value"),
		r.has("Could not cast value", "Casting value") && r.has("DECIMAL"):
		e.Code = "22003"
	case numberBeyond(r.Message):
		e.Code, e.Message = "22003", "numeric field overflow"
	default:
		e.Code = "22P02"
		value, target := between(r.Message, "Could not convert string '", "' to "), word(after(r.Message, "' to "))
		if target != "" {
			e.Message = "invalid input syntax for type " + postgresName(target) + `: "` + value + `"`
		}
	}
}

// numberBeyond reports whether a string is a number with more digits than the
// decimal that it was to be.
func numberBeyond(message string) bool {
	value, target, ok := strings.Cut(after(message, `Could not convert string "`), `" to DECIMAL`)
	return ok && target != "" && value != "" && strings.Trim(value, "0123456789.+-") == ""
}

func (r report) outOfRange(e *engine.Error) {
	e.Code = "22003"
	switch {
	case r.has("imestamp", "date", "Date", "interval", "Time out of range"):
		e.Code = "22008"
	case r.has("Overflow in "):
		if typ := word(after(r.Message, " of ")); strings.HasPrefix(typ, "INT") {
			e.Message, e.Detail = postgresName(typ)+" out of range", r.Message
		}
	}
}
