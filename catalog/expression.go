package catalog

import (
	"regexp"
	"strings"
	"sync"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pglex"
)

// The engine keeps expressions in its own spelling. What is common is turned
// into PostgreSQL's, the rest is shown as the engine has it.

// literal is s as a string literal.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// viewDefinition is pg_get_viewdef: a SELECT with a semicolon.
func viewDefinition(query string) string { return " " + query + ";" }

// defaultExpression is a default in PostgreSQL's spelling: literals have their
// type, sequences are regclass.
func defaultExpression(e string, t encoding.Type) string {
	e = unwrap(strings.TrimSpace(e))
	if m := castPattern().FindStringSubmatch(e); m != nil {
		e = m[1]
	}
	switch {
	case e == "":
		return ""
	case strings.HasPrefix(e, "main.list_value("):
		if list, ok := arrayConstant(e); ok {
			return literal(list) + "::" + builtinTypes()[uint32(t.OID)].format
		}
	case strings.HasPrefix(e, "nextval("):
		return nextvalPattern().ReplaceAllString(e, "nextval('$1'::regclass)")
	case t.OID == oid.Bool && (e == "'t'" || e == "'f'"):
		return map[string]string{"'t'": "true", "'f'": "false"}[e]
	case strings.HasPrefix(e, "'") && strings.HasSuffix(e, "'"):
		if name := builtinTypes()[uint32(t.OID)].format; name != "" {
			return e + "::" + name
		}
	case numberPattern().MatchString(e):
		switch t.OID {
		case oid.Text, oid.Varchar, oid.Bpchar:
			return literal(e) + "::" + builtinTypes()[uint32(t.OID)].format
		}
	case strings.EqualFold(e, "get_current_timestamp()"), strings.EqualFold(e, "current_timestamp"):
		return "CURRENT_TIMESTAMP"
	}
	return e
}

// arrayConstant is the array that the engine keeps as main.list_value(1, 'a'), in
// PostgreSQL's text; false if there is more in it than constants.
func arrayConstant(e string) (string, bool) {
	inside := strings.TrimSuffix(strings.TrimPrefix(e, "main.list_value("), ")")
	if inside == "" {
		return "{}", true
	}
	items := strings.Split(inside, ", ")
	for i, item := range items {
		m := plainItemPattern().FindStringSubmatch(item)
		if m == nil {
			return "", false
		}
		items[i] = strings.Trim(item, "'")
	}
	return "{" + strings.Join(items, ",") + "}", true
}

// unwrap takes parentheses off that are around the whole of e.
func unwrap(e string) string {
	for len(e) > 1 && e[0] == '(' && closing(e) == len(e)-1 {
		e = e[1 : len(e)-1]
	}
	return e
}

// closing is where the parenthesis that e begins with is closed, or -1.
func closing(e string) int {
	depth := 0
	quoted := false
	for i := range len(e) {
		switch {
		case e[i] == '\'':
			quoted = !quoted
		case quoted:
		case e[i] == '(':
			depth++
		case e[i] == ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// checkExpression is the expression of a CHECK. PostgreSQL shows the casts that
// numbers get by the type of the column that they are compared with.
func (t *Table) checkExpression(e string) string {
	e = unwrap(strings.ReplaceAll(e, " != ", " <> "))
	m := comparisonPattern().FindStringSubmatch(e)
	if m == nil {
		return e
	}
	at := t.attnum(strings.Trim(m[1], `"`)) - 1
	if at < 0 {
		return e
	}
	c := &t.Columns[at]
	operand := m[3]
	switch {
	case operand[0] == '\'' || c.Type.OID == oid.Float4 || c.Type.OID == oid.Float8 || c.Type.OID == oid.Numeric:
		if name := builtinTypes()[c.typeOID()].format; name != "" {
			operand += "::" + name
		}
	}
	return pglex.QuoteIdentifier(c.Name) + " " + m[2] + " " + operand
}

var (
	plainItemPattern  = pattern(`^(-?[0-9.]+|'[A-Za-z0-9_.:-]+')$`)
	castPattern       = pattern(`^CAST\((.*) AS [A-Za-z ()0-9,\[\]]+\)$`)
	nextvalPattern    = pattern(`nextval\('(?:public\.)?([^']*)'\)`)
	numberCastPattern = pattern(` (-?[0-9.]+)::`)
	numberPattern     = pattern(`^-?[0-9.]+$`)
	comparisonPattern = pattern(`^("[^"]+"|[a-z_][a-z0-9_]*) (=|<>|<|<=|>|>=) (-?[0-9.]+|'[^']*')$`)
)

func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
