package rewrite

import (
	"errors"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/wire/pgvalue"
)

// Types is what the tables of a statement say of the types in it (package
// columns), which an engine does not ask for. Nodes are named by their place in
// the text, in bytes. It is not changed once it is made.
type Types struct {
	// Constants are the types that strings take from what stands beside them, and
	// parameters if it is an enumerated one (documentation, 10.2 to 10.5).
	Constants map[int32]Type
	// Numerics are the columns that are a numeric without a scale, or an array of
	// them, and Arrays those of any array type.
	Numerics, NumericArrays, Arrays map[int32]bool
	// Outer are the columns of queries around the one that they are in, with the
	// engine's types of them; "" is one that is not known.
	Outer map[int32]string
	// Names are the types of the arguments of pg_typeof that the engine has no types
	// of its own for.
	Names map[int32]string
	// Stars are what SELECT * stands for where its text does not say it.
	Stars map[int32][]StarColumn
	// Rows are the tables whose whole row is an operand: t, t.*.
	Rows map[int32]Row
	// Target are the columns of the table that an INSERT or an UPDATE writes.
	Target []TargetColumn
	// Conflict are the columns of the constraint that ON CONFLICT ON CONSTRAINT names.
	Conflict []string
}

// Type is a type by its name in pg_type; of an array it is that of the elements. An
// enumerated one has the name that the engine reads.
type Type struct {
	Name  string
	Mod   int32 // as in pg_attribute.atttypmod: -1 for none
	Array bool
	Enum  bool
}

// StarColumn is a column of a table in FROM, or the first value of those of several.
type StarColumn struct {
	Name   string
	Tables []string
}

// Row is a table in FROM. There may be no row of an optional one, for an outer join.
type Row struct {
	Table    string
	Columns  []string
	Optional bool
}

// TargetColumn is a column and its type.
type TargetColumn struct {
	Name string
	Type Type
}

// IsEmpty reports whether there is nothing in it.
func (t *Types) IsEmpty() bool {
	return t == nil || len(t.Constants)+len(t.Numerics)+len(t.NumericArrays)+len(t.Arrays)+len(t.Outer)+
		len(t.Names)+len(t.Stars)+len(t.Rows)+len(t.Target)+len(t.Conflict) == 0
}

// constant writes a string that takes a type from what stands beside it as the
// engine reads a value of that type. It reports whether it has.
func (r *rewriter) constant(n *pg.Node) bool {
	c := n.GetAConst()
	t, ok := r.options.Types.constant(c)
	if !ok {
		return false
	}
	value := c.GetSval().Sval
	text, ok := engineConstant(t, value, r.options.Dates)
	if !ok || text == literal(value) {
		return false
	}
	i := r.at(c.Location)
	r.replace(span{i, i}, text)
	return true
}

// param gives a parameter the enumerated type of what stands beside it.
func (r *rewriter) param(n *pg.Node) {
	if r.options.Types == nil {
		return
	}
	if t, ok := r.options.Types.Constants[location(n)]; ok && t.Enum {
		r.wrap(r.spanOf(n), "", "::"+t.Name)
	}
}

func (t *Types) constant(c *pg.A_Const) (Type, bool) {
	if t == nil || c.GetSval() == nil {
		return Type{}, false
	}
	typ, ok := t.Constants[c.Location]
	return typ, ok
}

func (t *Types) numeric(location int32) bool { return t != nil && t.Numerics[location] }

func (t *Types) array(location int32) bool { return t != nil && t.Arrays[location] }

func (t *Types) outer(location int) (typ string, ok bool) {
	if t == nil {
		return "", false
	}
	typ, ok = t.Outer[int32(location)]
	return typ, ok
}

func (t *Types) named(f *pg.FuncCall) (string, bool) {
	if t == nil {
		return "", false
	}
	name, ok := t.Names[f.Location]
	return name, ok
}

func (t *Types) numericArray(n *pg.Node) bool {
	return t != nil && n.GetColumnRef() != nil && t.NumericArrays[n.GetColumnRef().Location]
}

// engineConstant is the engine's text for a string that is read as a value of a
// type; false if the engine reads the string itself.
func engineConstant(t Type, value string, dates pgvalue.DateOrder) (string, bool) {
	if t.Array {
		element := t
		element.Array = false
		list, ok := arrayOf(value, func(s string) string {
			if t.Name == "numeric" { // keeps the zeros at its end
				return literal(s)
			}
			if text, ok := engineConstant(element, s, dates); ok {
				return text
			}
			return literal(s)
		})
		return list + "::" + engineType(t.Name) + "[]", ok && !strings.HasPrefix(list, "[[")
	}
	if t.Enum {
		return literal(value) + "::" + t.Name, true
	}
	switch t.Name {
	case "bool":
		text := booleanText(value)
		return literal(text), text != ""
	case "bytea":
		return byteaLiteral(value)
	case "bpchar":
		return literal(strings.TrimRight(value, " ")), true
	case "varchar":
		cut := []rune(value)
		return literal(string(cut[:min(len(cut), t.length())])), t.length() > 0
	case "numeric":
		number := strings.TrimSpace(value)
		if _, width := digits(number); width <= maxDigits && !isExactNumber(number) {
			return withoutZeros(number), true
		}
		return literal(value) + "::pg_numeric", true
	case "date", "time", "timestamp", "timestamptz":
		if dependsOnClock(value) {
			return clockConstant(t.Name, value)
		}
		text, err := engineMoment(t.Name, value, int(t.Mod), dates)
		return literal(text), err == nil
	case "interval":
		v, err := readInterval(value, allFields)
		return literal(v.text()), err == nil
	}
	return "", false
}

// withoutZeros is a decimal number without the zeros behind its last digit.
func withoutZeros(number string) string {
	if !strings.Contains(number, ".") {
		return number
	}
	return strings.TrimRight(strings.TrimRight(number, "0"), ".")
}

// engineType is the engine's name of a type whose values differ from those of its
// own type of the name.
func engineType(name string) string {
	switch name {
	case "numeric":
		return "pg_numeric"
	case "bpchar":
		return "varchar"
	}
	if engines := catalogType(name); engines != "" {
		return engines
	}
	return name
}

// ConstantError is why a string is no value of a type of times, or of bytea; nil
// if it may be one.
func ConstantError(t Type, value string, dates pgvalue.DateOrder) *pgvalue.Error {
	if t.Array {
		return nil
	}
	var err error
	switch t.Name {
	case "date", "time", "timestamp", "timestamptz":
		if !dependsOnClock(value) {
			_, err = engineMoment(t.Name, value, int(t.Mod), dates)
		}
	case "interval":
		_, err = readInterval(value, allFields)
	case "bytea":
		_, err = pgvalue.ParseBytea(nil, []byte(value))
	}
	var wrong *pgvalue.Error
	errors.As(err, &wrong)
	return wrong
}
