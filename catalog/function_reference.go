package catalog

import (
	"strconv"
	"strings"
	"sync"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/pglex"
)

// referenceFunctions are the input and output of the reg* types (PostgreSQL
// documentation, 8.19 Object Identifier Types) and to_regclass and its like,
// which give NULL where the input is an error.
func referenceFunctions() []engine.Function {
	var all []engine.Function
	for _, t := range referenceTypes() {
		all = append(all,
			unary("to_"+t.name, func(l *lookup, text string) (result[uint32], error) { return found(t.find(l, text)), nil }),
			unary(t.name+"in", func(l *lookup, text string) (result[uint32], error) {
				if n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 32); err == nil {
					return some(uint32(n)), nil
				}
				if text == "-" {
					return some(uint32(0)), nil
				}
				if oid, ok := t.find(l, text); ok {
					return some(oid), nil
				}
				return null[uint32](), engine.Errorf(t.code, "%s %s does not exist", t.kind, t.show(text))
			}),
			// An OID stays what it is.
			unary(t.name+"in", func(_ *lookup, oid object) (result[uint32], error) { return some(uint32(oid)), nil }),
			unary(t.name+"out", func(l *lookup, oid object) (result[string], error) {
				if oid == 0 {
					return some("-"), nil
				}
				if text, ok := t.print(l, oid); ok {
					return some(text), nil
				}
				return some(strconv.FormatInt(oid, 10)), nil
			}),
		)
	}
	return all
}

// referenceType is a reg* type.
type referenceType struct {
	name, kind, code string
	show             func(text string) string // in the message that it does not exist
	find             func(l *lookup, text string) (uint32, bool)
	print            func(l *lookup, oid object) (string, bool)
}

func referenceTypes() []referenceType {
	quoted := strconv.Quote
	plain := func(text string) string { return text }
	inCatalog := func(relation string) func(l *lookup, text string) (uint32, bool) {
		return func(l *lookup, text string) (uint32, bool) {
			schema, name, ok := splitName(text)
			if !ok {
				return 0, false
			}
			return l.search(relation, schema, name)
		}
	}
	nameIn := func(relation string) func(l *lookup, oid object) (string, bool) {
		return func(l *lookup, oid object) (string, bool) { return l.qualified(relation, oid) }
	}
	bare := func(relation string) func(l *lookup, oid object) (string, bool) {
		return func(l *lookup, oid object) (string, bool) {
			n, ok := l.object(relation, oid)
			return pglex.QuoteIdentifier(n.name), ok
		}
	}
	withoutSchema := func(relation string) func(l *lookup, text string) (uint32, bool) {
		return func(l *lookup, text string) (uint32, bool) {
			_, name, ok := splitName(text)
			if !ok {
				return 0, false
			}
			return l.find(relation, named{name: name})
		}
	}
	defined := func(function string) func(l *lookup, oid object) (string, bool) {
		return func(l *lookup, oid object) (string, bool) { return l.definition(function, oid) }
	}
	return []referenceType{
		{"regclass", "relation", "42P01", quoted, inCatalog("pg_class"), nameIn("pg_class")},
		{"regtype", "type", "42704", quoted, (*lookup).typeNamed, func(l *lookup, oid object) (string, bool) {
			return l.formatType(oid, -1), true
		}},
		{"regproc", "function", "42883", quoted, inCatalog("pg_proc"), nameIn("pg_proc")},
		{"regprocedure", "function", "42883", quoted, (*lookup).procedure, (*lookup).procedureName},
		{"regoper", "operator does not exist:", "42883", plain, inOperators("regoper"), defined("regoper")},
		{"regoperator", "operator does not exist:", "42883", plain, inOperators("regoperator"), defined("regoperator")},
		{"regnamespace", "schema", "3F000", quoted, withoutSchema("pg_namespace"), bare("pg_namespace")},
		{"regrole", "role", "42704", quoted, withoutSchema("pg_roles"), bare("pg_roles")},
		{"regcollation", "collation", "42704", quoted, inCatalog("pg_collation"), nameIn("pg_collation")},
		{"regconfig", "text search configuration", "42704", quoted, inCatalog("pg_ts_config"), nameIn("pg_ts_config")},
		{"regdictionary", "text search dictionary", "42704", quoted, inCatalog("pg_ts_dict"), nameIn("pg_ts_dict")},
	}
}

// relation is the OID of a relation by its name in SQL, or by its OID as text.
func (l *lookup) relation(text string) (uint32, error) {
	if n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 32); err == nil {
		return uint32(n), nil
	}
	schema, name, ok := splitName(text)
	if ok {
		if oid, ok := l.search("pg_class", schema, name); ok {
			return oid, nil
		}
	}
	return 0, engine.Errorf("42P01", "relation %q does not exist", text)
}

// SplitName takes a name in SQL apart.
func SplitName(text string) (engine.TableName, bool) {
	schema, name, ok := splitName(text)
	return engine.TableName{Schema: schema, Name: name}, ok
}

// splitName takes a name in SQL apart: s.t, "S"."T", T as t. A third part before
// them, the database, is dropped.
func splitName(text string) (schema, name string, ok bool) {
	var parts []string
	rest := strings.TrimSpace(text)
	for {
		var part string
		if strings.HasPrefix(rest, `"`) {
			end := 1
			for end < len(rest) && (rest[end] != '"' || end+1 < len(rest) && rest[end+1] == '"') {
				if rest[end] == '"' {
					end++
				}
				end++
			}
			if end >= len(rest) {
				return "", "", false
			}
			part, rest = strings.ReplaceAll(rest[1:end], `""`, `"`), rest[end+1:]
		} else {
			end := strings.IndexByte(rest, '.')
			if end < 0 {
				end = len(rest)
			}
			part, rest = strings.ToLower(strings.TrimSpace(rest[:end])), rest[end:]
		}
		if part == "" {
			return "", "", false
		}
		parts = append(parts, part)
		if rest == "" {
			break
		}
		if rest[0] != '.' {
			return "", "", false
		}
		rest = rest[1:]
	}
	if len(parts) > 3 {
		return "", "", false
	}
	name = parts[len(parts)-1]
	if len(parts) > 1 {
		schema = parts[len(parts)-2]
	}
	return schema, name, true
}

// typeNamed finds a type by its name in SQL or in pg_type.
func (l *lookup) typeNamed(text string) (uint32, bool) {
	text = strings.TrimSpace(text)
	base, array := strings.CutSuffix(text, "[]")
	if at := strings.IndexByte(base, '('); at > 0 { // varchar(10)
		if end := strings.IndexByte(base[at:], ')'); end > 0 {
			base = base[:at] + base[at+end+1:]
		}
	}
	oid, ok := sqlTypes()[strings.ToLower(strings.Join(strings.Fields(base), " "))]
	if !ok {
		schema, name, valid := splitName(base)
		if !valid {
			return 0, false
		}
		if oid, ok = l.search("pg_type", schema, name); !ok {
			return 0, false
		}
	}
	if !array {
		return oid, true
	}
	if t, ok := builtinTypes()[oid]; ok {
		return t.array, t.array != 0
	}
	n, _ := l.object("pg_type", object(oid))
	return l.find("pg_type", named{n.namespace, "_" + n.name})
}

// sqlTypes are the names that SQL has for types beside those of pg_type.
var sqlTypes = sync.OnceValue(func() map[string]uint32 {
	types := map[string]uint32{"int": 23, "dec": 1700, "decimal": 1700, "float": 701, "char": 1042, "nchar": 1042, "boolean": 16}
	for oid, name := range builtinDefinitions()["format_type"] {
		if !strings.HasSuffix(name, "[]") {
			types[name] = oid
		}
	}
	return types
})

// procedure finds a function by name(argument types).
func (l *lookup) procedure(text string) (uint32, bool) {
	name, _, ok := strings.Cut(text, "(")
	if !ok {
		return 0, false
	}
	schema, name, ok := splitName(name)
	if !ok {
		return 0, false
	}
	namespace, _ := l.namespace("pg_catalog")
	if schema != "" {
		namespace, _ = l.namespace(schema)
	}
	want := strings.ReplaceAll(text[strings.IndexByte(text, '('):], " ", "")
	for oid, n := range builtinObjects("pg_proc").byOID {
		if n.name != name || n.namespace != namespace {
			continue
		}
		arguments, _ := l.definition("pg_get_function_arguments", object(oid))
		if strings.ReplaceAll("("+arguments+")", " ", "") == want {
			return oid, true
		}
	}
	return 0, false
}

func (l *lookup) procedureName(oid object) (string, bool) {
	name, ok := l.qualified("pg_proc", oid)
	if !ok {
		return "", false
	}
	arguments, ok := l.definition("pg_get_function_identity_arguments", oid)
	if !ok {
		arguments, _ = l.definition("pg_get_function_arguments", oid)
	}
	return name + "(" + strings.ReplaceAll(arguments, ", ", ",") + ")", true
}

// inOperators finds an operator by what the output function says of it.
func inOperators(function string) func(*lookup, string) (uint32, bool) {
	byText := sync.OnceValue(func() map[string]uint32 {
		m := map[string]uint32{}
		for oid, text := range builtinDefinitions()[function] {
			m[text] = oid
		}
		return m
	})
	return func(_ *lookup, text string) (uint32, bool) {
		oid, ok := byText()[strings.TrimPrefix(text, "pg_catalog.")]
		return oid, ok
	}
}
