package dialect

import (
	"github.com/csvsql/csvsql/wire/pglex"
)

// strength is how sure a name is: a cast keeps the name of what it casts only if
// that is a column or a function.
type strength uint8

const (
	isUnnamed strength = iota
	isTypeName
	isFunction
	isColumn
)

// figure names an expression.
func (w namer) figure() (string, strength) {
	if len(w.tokens) == 0 {
		return unnamed, isUnnamed
	}
	name, sure, i := w.operand()
	for i < len(w.tokens) {
		switch {
		case w.operator(i, "::"):
			typeName, next := w.typeName(i + 1)
			if sure < isFunction {
				name, sure = typeName, isTypeName
			} else {
				sure = isFunction // the engine would name it after the cast
			}
			i = next
		case w.is(i, '['):
			if i = w.closing(i); sure == isColumn {
				sure = isFunction
			}
		case w.is(i, '.') && w.isName(i+1):
			name, sure, i = w.name(i+1), isFunction, i+2
			if w.is(i, '(') { // x.upper()
				i = w.closing(i)
			}
		case w.isWord(i, "collate") && w.isName(i+1):
			if i += 2; sure == isColumn {
				sure = isFunction
			}
		case w.isWord(i, "at") && w.isWord(i+1, "time") && w.isWord(i+2, "zone") && i+3 < len(w.tokens):
			_, _, next := w.from(i + 3).operand()
			name, sure, i = "timezone", isFunction, i+3+next
		case w.isWord(i, "overlaps"):
			return "overlaps", isFunction
		case w.isWord(i, "is") && w.isWord(len(w.tokens)-1, "normalized") && !w.isWord(i+1, "not"):
			return "is_normalized", isFunction
		default:
			return unnamed, isUnnamed
		}
	}
	return name, sure
}

// operand names what stands at the start of w and says where it ends.
func (w namer) operand() (name string, sure strength, next int) {
	switch {
	case w.is(0, '('):
		next = w.closing(0)
		name, sure = w.slice(1, next-1).bracketed()
		return name, sure, next
	case w.isWord(0, "case"):
		return w.caseName()
	case w.isWord(0, "cast", "try_cast") && w.is(1, '('):
		next = w.closing(1)
		name, sure = w.slice(2, next-1).castName()
		return name, sure, next
	case w.isWord(0, "array") && (w.is(1, '[') || w.is(1, '(')):
		return "array", isFunction, w.closing(1)
	case w.isWord(0, "true", "false", "null", "not"), !w.isName(0):
		return unnamed, isUnnamed, 1
	}
	last := 0 // of a qualified name
	for w.is(last+1, '.') && w.isName(last+2) {
		last += 2
	}
	switch {
	case w.is(last+1, '('):
		return w.call(last)
	case w.at(last+1).Kind == pglex.String: // DATE '...'
		name, _ = w.typeName(last)
		return name, isTypeName, w.intervalFields(last + 2)
	}
	if last == 0 && valueFunctions[w.word(0)] {
		return w.name(0), isFunction, 1
	}
	return w.name(last), isColumn, last + 1
}

// valueFunctions are functions that are called without brackets.
var valueFunctions = map[string]bool{
	"current_catalog": true, "current_date": true, "current_role": true, "current_schema": true,
	"current_time": true, "current_timestamp": true, "current_user": true, "localtime": true,
	"localtimestamp": true, "session_user": true, "user": true,
}

// call names a function call, whose name is at i.
func (w namer) call(i int) (string, strength, int) {
	name, next := w.name(i), w.closing(i+1)
	if name == "trim" {
		name = w.trimName(i + 2)
	}
	for {
		switch {
		case w.isWord(next, "filter", "over") && w.is(next+1, '('):
			next = w.closing(next + 1)
		case w.isWord(next, "over") && w.isName(next+1):
			next += 2
		case w.isWord(next, "within") && w.isWord(next+1, "group") && w.is(next+2, '('):
			next = w.closing(next + 2)
		default:
			return name, isFunction, next
		}
	}
}

// trimName is the function that TRIM is another way to write of.
func (w namer) trimName(i int) string {
	switch w.word(i) {
	case "leading":
		return "ltrim"
	case "trailing":
		return "rtrim"
	}
	return "btrim"
}

// bracketed names what is in brackets: a query after its first column, a list
// as a row.
func (w namer) bracketed() (string, strength) {
	if w.isWord(0, "select", "with", "values") {
		list := w.selectList()
		if list == nil || list.values || len(list.items) == 0 {
			return "column1", isFunction
		}
		first := list.items[0]
		if alias := first.alias(); alias != "" {
			return alias, isFunction
		}
		name, _ := first.figure()
		return name, isFunction
	}
	for i := 0; i < len(w.tokens); i++ {
		if w.is(i, ',') {
			return "row", isFunction
		}
		if w.nesting(i) > 0 {
			i = w.closing(i) - 1
		}
	}
	return w.figure()
}

// caseName names CASE after its ELSE, if that is a column, and says where the
// END is.
func (w namer) caseName() (string, strength, int) {
	depth, otherwise := 0, -1
	for i := 0; i < len(w.tokens); i++ {
		switch {
		case w.nesting(i) > 0:
			i = w.closing(i) - 1
		case w.isWord(i, "case"):
			depth++
		case w.isWord(i, "else") && depth == 1:
			otherwise = i + 1
		case w.isWord(i, "end"):
			if depth--; depth > 0 {
				continue
			}
			if otherwise > 0 {
				if name, sure := w.slice(otherwise, i).figure(); sure >= isFunction {
					return name, isFunction, i + 1
				}
			}
			return "case", isTypeName, i + 1
		}
	}
	return unnamed, isUnnamed, len(w.tokens)
}

// castName names what is in the brackets of CAST: expression AS type.
func (w namer) castName() (string, strength) {
	for i := 0; i < len(w.tokens); i++ {
		if w.nesting(i) > 0 {
			i = w.closing(i) - 1
			continue
		}
		if w.isWord(i, "as") {
			if name, sure := w.slice(0, i).figure(); sure >= isFunction {
				return name, isFunction
			}
			name, _ := w.typeName(i + 1)
			return name, isTypeName
		}
	}
	return unnamed, isUnnamed
}

// typeName is PostgreSQL's own name for the type at i, and where it ends.
func (w namer) typeName(i int) (name string, next int) {
	if !w.isName(i) {
		return unnamed, i + 1
	}
	for w.is(i+1, '.') && w.isName(i+2) {
		i += 2
	}
	name, next = w.name(i), i+1
	if internal, ok := typeNames[name]; ok && w.at(i).Kind == pglex.Ident {
		name = internal
	}
	if w.isWord(i, "double") && w.isWord(next, "precision") {
		next++
	}
	if w.isWord(i, "character", "char", "bit") && w.isWord(next, "varying") {
		next++
		if name = "varchar"; w.isWord(i, "bit") {
			name = "varbit"
		}
	}
	if w.is(next, '(') {
		next = w.closing(next)
	}
	if w.isWord(next+1, "time") && w.isWord(next+2, "zone") && w.isWord(next, "with", "without") {
		if w.isWord(next, "with") {
			name += "tz"
		}
		next += 3
	}
	if w.isWord(i, "interval") {
		next = w.intervalFields(next)
	}
	for w.is(next, '[') {
		next = w.closing(next)
	}
	return name, next
}

// intervalFields skips the fields behind an interval: DAY TO SECOND.
func (w namer) intervalFields(i int) int {
	for w.isWord(i, "year", "month", "day", "hour", "minute", "second", "to") {
		i++
	}
	return i
}

// typeNames are the names of types in pg_type, by those of the SQL standard.
var typeNames = map[string]string{
	"bigint": "int8", "bit": "bit", "boolean": "bool", "char": "bpchar", "character": "bpchar",
	"dec": "numeric", "decimal": "numeric", "double": "float8", "float": "float8", "int": "int4",
	"integer": "int4", "real": "float4", "smallint": "int2",
}
