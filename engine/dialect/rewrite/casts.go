package rewrite

import (
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// typmod is the first number in the brackets behind a type's name, or -1.
func typmod(t *pg.TypeName) int {
	if len(t.Typmods) > 0 {
		if c := t.Typmods[0].GetAConst(); c != nil && c.GetIval() != nil {
			return int(c.GetIval().Ival)
		}
		if c := t.Typmods[0].GetAConst(); c != nil && !c.Isnull && c.Val == nil {
			return 0
		}
	}
	return -1
}

// cast rewrites x::type, CAST(x AS type) and type 'x'.
func (r *rewriter) cast(n *pg.Node, c *pg.TypeCast, p place) {
	r.beforeCast(c)
	r.expr(c.Arg, inside)
	if r.gaveUp || r.reference(n, c, p) || r.vectorText(n, c) {
		return
	}
	t := c.TypeName
	if len(t.ArrayBounds) > 0 {
		r.castToArray(c, p)
		return
	}
	name := lastName(t.Names)
	switch name {
	case "varchar":
		r.typeName(t)
		r.castToText(c)
		if length := typmod(t); length > 0 {
			r.wrap(r.spanOf(n), "left(", ", "+strconv.Itoa(length)+")")
		}
	case "bpchar":
		r.castToChar(n, c, p)
	case "numeric":
		r.castToNumeric(c)
	case "text":
		r.typeName(t)
		r.castToText(c)
	case "float4":
		r.typeName(t)
		r.castToReal(c)
	case "bool":
		r.typeName(t)
		r.booleanConstant(c.Arg)
		if s, ok := r.operand(c); ok && !r.mayUseOuter(s) {
			r.wrap(s, macros+"for_boolean(", ", "+r.typeOf(s)+")")
		}
	case "bytea":
		if !r.castToBytea(n, c) {
			r.typeName(t)
		}
	case "interval", "date", "timestamp", "timestamptz", "time":
		if s, ok := isString(c.Arg); ok && r.dateTime(n, c, name, s) {
			return
		}
		r.typeName(t)
		if s, ok := r.operand(c); ok && (name == "time" || name == "interval") && !r.mayUseOuter(s) {
			r.wrap(s, macros+"for_"+name+"(", ", "+r.typeOf(s)+")")
		}
		if before, after, ok := rounded(name, r.secondDigits(t)); ok && c.Arg.GetAConst() == nil {
			r.wrap(r.spanOf(n), before, after)
		}
		if unit := truncatedTo(t); unit != "" && c.Arg.GetAConst() == nil {
			r.wrap(r.spanOf(n), "date_trunc('"+unit+"', ", ")")
		}
	default:
		r.typeName(t)
	}
}

// secondDigits takes the n of timestamp(n) and its like, for which the engine has
// other types or none, out of a type's name. It is -1 if there is none.
func (r *rewriter) secondDigits(t *pg.TypeName) int {
	name := lastName(t.Names)
	if len(t.Typmods) != 1 || name == "interval" || name == "date" {
		return -1
	}
	for i := r.at(t.Location); i < len(r.tokens); i++ {
		if r.is(i, '(') {
			r.replace(span{i, r.tokens[i].match}, "")
			return typmod(t)
		}
	}
	return -1
}

// rounded is what stands before and behind a value of a type of times to round it to
// so many digits of a second; false if nothing has to.
func rounded(typ string, digits int) (before, after string, ok bool) {
	macro := "round_moment("
	if typ == "time" {
		macro = "round_time("
	}
	return macros + macro, ", " + strconv.Itoa(digits) + ")", digits >= 0 && digits < 6
}

// booleanConstant writes a constant boolean as the engine reads it.
func (r *rewriter) booleanConstant(n *pg.Node) {
	s, _ := isString(n)
	if text := booleanText(s); text != "" {
		i := r.at(n.GetAConst().Location)
		r.replace(span{i, i}, literal(text))
	}
}

// booleanText is true or false for a constant boolean, "" for what is none.
// PostgreSQL has more words for it, and the beginnings of most (documentation, 8.6).
func booleanText(s string) string {
	switch s = strings.ToLower(strings.Trim(s, " \t\n\r\v\f")); {
	case s == "":
		return ""
	case s == "1" || s == "on" || strings.HasPrefix("true", s) || strings.HasPrefix("yes", s):
		return "true"
	case s == "0" || s == "of" || s == "off" || strings.HasPrefix("false", s) || strings.HasPrefix("no", s):
		return "false"
	}
	return ""
}

// castToText gives the text of a value PostgreSQL's form.
func (r *rewriter) castToText(c *pg.TypeCast) {
	if s, ok := r.operand(c); ok && !r.isReference(c.Arg) {
		r.asTextOf(s)
	}
}

// castToReal casts a decimal to a real by way of a double: the engine divides reals.
func (r *rewriter) castToReal(c *pg.TypeCast) {
	if text := c.Arg.GetAConst().GetFval().GetFval(); text != "" && !isExactNumber(text) {
		i := r.lastOf(c.Arg)
		r.replace(span{i, i}, literal(r.text(i)))
	}
	if s, ok := r.operand(c); ok && !r.mayUseOuter(s) {
		r.wrap(s, macros+"not_decimal(", ", "+r.typeOf(s)+")")
	}
}

// operand is the span of what is cast, if that is no constant.
func (r *rewriter) operand(c *pg.TypeCast) (s span, ok bool) {
	if c.Arg.GetAConst() != nil {
		return s, false
	}
	at := r.at(castLocation(c))
	switch {
	case r.text(at) == "::":
		return r.left(c.Arg, at), true
	case r.isWord(at, "cast"):
		return span{at + 2, r.at(c.TypeName.Location) - 2}, true
	}
	return s, false
}

// maxLength is the highest n of char(n) and varchar(n).
const maxLength = 10485760

// castToChar cuts a string to the length of char(n). Blanks at its end mean
// nothing (documentation, 8.3), but are there for the client to see.
func (r *rewriter) castToChar(n *pg.Node, c *pg.TypeCast, p place) {
	r.typeName(c.TypeName)
	r.castToText(c)
	length := typmod(c.TypeName)
	if length <= 0 || length > maxLength {
		return
	}
	text := strconv.Itoa(length)
	s := r.spanOf(n)
	if p == output {
		r.wrap(s, "rpad(left(", ", "+text+"), "+text+", ' ')")
	} else {
		r.wrap(s, "rtrim(left(", ", "+text+"), ' ')")
	}
}

// castToNumeric gives a cast to numeric without a precision a type that holds the
// value: to the engine it would mean three digits behind the point. Of a constant
// that is a decimal.
func (r *rewriter) castToNumeric(c *pg.TypeCast) {
	if len(c.TypeName.Typmods) > 0 {
		return
	}
	at := r.at(castLocation(c))
	name := "pg_numeric"
	scale, constant := constantScale(c.Arg)
	if constant {
		name = "DECIMAL(38," + strconv.Itoa(scale) + ")"
	}
	if r.text(at) == "::" || r.isWord(at, "cast") {
		first := r.at(c.TypeName.Location)
		r.replace(span{first, r.lastOfType(first)}, name)
		return
	}
	r.replace(span{at, r.at(location(c.Arg)) - 1}, "")
	r.insertAfter(r.lastOf(c.Arg), "::"+name)
}

// castToArray turns '{...}'::type[] into a list.
func (r *rewriter) castToArray(c *pg.TypeCast, p place) {
	r.columnTypeName(c.TypeName)
	s, ok := isString(c.Arg)
	if !ok {
		return
	}
	if list, ok := arrayLiteral(s); ok {
		at := r.at(castLocation(c))
		if r.text(at) != "::" && !r.isWord(at, "cast") {
			return
		}
		if strings.HasPrefix(list, "[[") && len(c.TypeName.ArrayBounds) == 1 {
			bounds := "[]"
			if n, m, ok := dimensions(s); ok && p == output {
				last := r.lastOfType(r.at(c.TypeName.Location))
				r.replace(span{last - 1, last}, "")
				bounds = "[" + strconv.Itoa(m) + "][" + strconv.Itoa(n) + "]"
			}
			r.insertAfter(r.lastOfType(r.at(c.TypeName.Location)), bounds)
		}
		i := r.at(c.Arg.GetAConst().Location)
		r.replace(span{i, i}, list)
	}
}

// typeName writes a type's name as the engine has it, where it is another.
func (r *rewriter) typeName(t *pg.TypeName) {
	if t == nil || t.Location < 0 {
		return
	}
	first := r.at(t.Location)
	name := r.lastOfName(first)
	switch {
	case r.catalogTypeName(t):
	case r.isWord(first, "float"):
		last := first
		if r.is(first+1, '(') {
			last = r.tokens[first+1].match
		}
		engines := "double"
		if lastName(t.Names) == "float4" {
			engines = "real"
		}
		r.replace(span{first, last}, engines)
	case name > first && r.isWord(first, "pg_catalog"):
		r.replace(span{first, name}, lastName(t.Names))
	case r.isWord(first, "national"):
		last := first + 1
		if r.isWord(last+1, "varying") {
			last++
		}
		r.replace(span{first, last}, "varchar")
	case r.isWord(first, "nchar"):
		r.replace(span{first, first}, "varchar")
	case r.isWord(first, "name") && len(t.Names) == 1:
		r.replace(span{first, first}, "varchar")
	}
}

// columnType writes the type of a column that is created.
func (r *rewriter) columnType(c *pg.ColumnDef) { r.columnTypeName(c.TypeName) }

func (r *rewriter) columnTypeName(t *pg.TypeName) {
	switch lastName(t.GetNames()) {
	case "timestamp", "timestamptz", "time":
		r.secondDigits(t)
	}
	if t != nil && lastName(t.Names) == "numeric" && len(t.Typmods) == 0 {
		r.anyNumeric(t)
		return
	}
	if name := lastName(t.GetNames()); len(t.GetTypmods()) > 0 && len(t.GetArrayBounds()) == 0 && (name == "timestamptz" || name == "timetz") {
		first := r.at(t.Location) // of these the engine has no precision
		r.replace(span{first, r.lastOfType(first)}, name)
		return
	}
	r.typeName(t)
}

// anyNumeric writes numeric, without a precision, as a type that keeps all digits: to
// the engine it would mean three behind the point.
func (r *rewriter) anyNumeric(t *pg.TypeName) {
	first := r.at(t.Location)
	r.replace(span{first, r.lastOfName(first)}, "pg_numeric")
}
