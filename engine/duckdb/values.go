package duckdb

import "github.com/csvsql/csvsql/wire/pglex"

// writtenValues looks for VALUES with nothing behind it but constants and
// parameters.
type writtenValues struct{ found, more bool }

func (v *writtenValues) next(sql string, t pglex.Token) {
	switch {
	case t.IsWord(sql, "values"):
		v.more = v.more || v.found
		v.found = true
	case !v.found:
	case t.Kind == pglex.Number, t.Kind == pglex.String, t.Kind == pglex.Param:
	case t.Is(sql, '('), t.Is(sql, ')'), t.Is(sql, ','), t.Is(sql, '-'):
	case t.IsWord(sql, "null"), t.IsWord(sql, "true"), t.IsWord(sql, "false"), t.IsWord(sql, "default"):
	default:
		v.more = true
	}
}

// plain says that the values of an INSERT come from nowhere else.
func (v *writtenValues) plain() bool { return v.found && !v.more }
