package catalog

import (
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/pglex"
)

// definitionFunctions are those of PostgreSQL's table 9.72, System Catalog
// Information Functions, that write an object down in SQL.
func definitionFunctions() []engine.Function {
	all := []engine.Function{
		formatType(),
		binary("pg_get_expr", func(_ *lookup, tree string, _ object) (result[string], error) { return some(tree), nil }),
		ternary("pg_get_expr", func(_ *lookup, tree string, _ object, _ bool) (result[string], error) { return some(tree), nil }),
		unary("pg_get_constraintdef", func(l *lookup, oid object) (result[string], error) {
			return found(l.constraintDefinition(oid, false)), nil
		}),
		binary("pg_get_constraintdef", func(l *lookup, oid object, pretty bool) (result[string], error) {
			return found(l.constraintDefinition(oid, pretty)), nil
		}),
		unary("pg_get_indexdef", func(l *lookup, oid object) (result[string], error) {
			return found(l.definition("pg_get_indexdef", oid)), nil
		}),
		ternary("pg_get_indexdef", func(l *lookup, oid, column object, pretty bool) (result[string], error) {
			return found(l.indexDefinition(oid, column, pretty)), nil
		}),
		binary("pg_get_serial_sequence", func(l *lookup, table, column string) (result[string], error) {
			return l.serialSequence(table, column)
		}),
		unary("pg_get_userbyid", func(l *lookup, oid object) (result[string], error) { return some(l.role(oid)), nil }),
		unary("pg_get_function_identity_arguments", func(l *lookup, oid object) (result[string], error) {
			if text, ok := l.definition("pg_get_function_identity_arguments", oid); ok {
				return some(text), nil
			}
			return found(l.definition("pg_get_function_arguments", oid)), nil
		}),
		unary("pg_encoding_to_char", func(_ *lookup, encoding int64) (result[string], error) {
			return some(encodingNames[encoding]), nil
		}),
		unary("pg_char_to_encoding", func(_ *lookup, name string) (result[int64], error) {
			for number, n := range encodingNames {
				if strings.EqualFold(strings.ReplaceAll(n, "_", ""), strings.NewReplacer("_", "", "-", "").Replace(name)) {
					return some(number), nil
				}
			}
			return some(int64(-1)), nil
		}),
		ternary("pg_describe_object", func(l *lookup, class, oid, _ object) (result[string], error) {
			return found(l.describe(class, oid)), nil
		}),
		unary("quote_ident", func(_ *lookup, name string) (result[string], error) { return some(pglex.QuoteIdentifier(name)), nil }),
		unary("pg_typeof", func(_ *lookup, engines string) (result[string], error) { return some(typeOf(engines)), nil }),
		constant("getdatabaseencoding", func(*lookup) result[string] { return some("UTF8") }),
		constant("pg_client_encoding", func(l *lookup) result[string] { return some(l.settings["client_encoding"]) }),
	}
	for _, name := range []string{"pg_get_function_arguments", "pg_get_function_result"} {
		all = append(all, unary(name, func(l *lookup, oid object) (result[string], error) { return found(l.definition(name, oid)), nil }))
	}
	all = append(all, viewDefinitionFunctions()...)
	// Of these there are no objects here, but clients ask.
	for _, name := range []string{
		"pg_get_ruledef", "pg_get_triggerdef", "pg_get_functiondef", "pg_get_function_sqlbody", "pg_get_partkeydef",
		"pg_get_partition_constraintdef", "pg_get_statisticsobjdef", "pg_get_statisticsobjdef_columns",
	} {
		all = append(all, unary(name, func(*lookup, object) (result[string], error) { return null[string](), nil }))
	}
	for _, name := range []string{"pg_get_ruledef", "pg_get_triggerdef"} {
		all = append(all, binary(name, func(*lookup, object, bool) (result[string], error) { return null[string](), nil }))
	}
	all = append(all, binary("pg_get_function_arg_default", func(*lookup, object, int64) (result[string], error) { return null[string](), nil }))
	return all
}

// encodingNames are those of PostgreSQL 15 (enum pg_enc).
var encodingNames = map[int64]string{
	0: "SQL_ASCII", 1: "EUC_JP", 2: "EUC_CN", 3: "EUC_KR", 4: "EUC_TW", 5: "EUC_JIS_2004", 6: "UTF8", 7: "MULE_INTERNAL",
	8: "LATIN1", 9: "LATIN2", 10: "LATIN3", 11: "LATIN4", 12: "LATIN5", 13: "LATIN6", 14: "LATIN7", 15: "LATIN8", 16: "LATIN9",
	17: "LATIN10", 18: "WIN1256", 19: "WIN1258", 20: "WIN866", 21: "WIN874", 22: "KOI8R", 23: "WIN1251", 24: "WIN1252",
	25: "ISO_8859_5", 26: "ISO_8859_6", 27: "ISO_8859_7", 28: "ISO_8859_8", 29: "WIN1250", 30: "WIN1253", 31: "WIN1254",
	32: "WIN1255", 33: "WIN1257", 34: "KOI8U", 35: "SJIS", 36: "BIG5", 37: "GBK", 38: "UHC", 39: "GB18030", 40: "JOHAB",
	41: "SHIFT_JIS_2004",
}

// formatType is format_type(oid, typmod), in which the second may be NULL.
func formatType() engine.Function {
	args := []arrow.DataType{arrowType[int64](), arrowType[int64]()}
	return engine.Function{Name: "format_type", Args: args, Return: arrowType[string](), Eval: func(v engine.Values, b arrow.RecordBatch, out array.Builder) error {
		l, err := lookupOf(v)
		if err != nil {
			return err
		}
		for i := range int(b.NumRows()) {
			if b.Column(0).IsNull(i) {
				out.AppendNull()
				continue
			}
			modifier := int64(-1)
			if b.Column(1).IsValid(i) {
				modifier = value[int64](b.Column(1), i)
			}
			appendResult(out, l.formatType(value[int64](b.Column(0), i), modifier))
		}
		return nil
	}}
}

// formatType is a type in SQL, with its modifier if that is not negative.
func (l *lookup) formatType(oid object, modifier int64) string {
	if oid == 0 {
		return "-"
	}
	name, ok := l.definition("format_type", oid)
	if !ok {
		return "???"
	}
	if modifier < 0 {
		return name
	}
	base, array := strings.CutSuffix(name, "[]")
	length := "(" + strconv.FormatInt(modifier-4, 10) + ")"
	switch base {
	case "character varying", "character":
		base += length
	case `"char"`:
		base += length
	case "numeric":
		base += "(" + strconv.FormatInt((modifier-4)>>16&0xffff, 10) + "," + strconv.FormatInt((modifier-4)&0x7ff, 10) + ")"
	case "bit", "bit varying":
		base += "(" + strconv.FormatInt(modifier, 10) + ")"
	case "timestamp without time zone", "timestamp with time zone", "time without time zone", "time with time zone":
		first, rest, _ := strings.Cut(base, " ")
		base = first + "(" + strconv.FormatInt(modifier, 10) + ") " + rest
	}
	if array {
		base += "[]"
	}
	return base
}

func (l *lookup) constraintDefinition(oid object, pretty bool) (string, bool) {
	if !pretty {
		if text, ok := l.definition("pg_get_constraintdef plain", oid); ok {
			return text, true
		}
	}
	text, ok := l.definition("pg_get_constraintdef", oid)
	if table, refers := l.definition("pg_get_constraintdef references", oid); refers {
		name, _ := l.qualified("pg_class", objectNumber(table))
		text = strings.Replace(text, theTable, name, 1)
	}
	return text, ok
}

// objectNumber reads an OID that is kept as a definition.
func objectNumber(text string) object {
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}

// indexDefinition is an index, or, for a column that is not 0, that column. If it
// is to be pretty, the table has its schema only where it is not found without.
func (l *lookup) indexDefinition(oid, column object, pretty bool) (string, bool) {
	text, ok := l.definition("pg_get_indexdef", oid)
	if pretty {
		text = strings.Replace(text, " ON pg_catalog.", " ON ", 1)
		if table, known := l.definition("index of", oid); known {
			before, after, _ := strings.Cut(text, " ON ")
			_, after, _ = strings.Cut(after, " USING ")
			name, _ := l.qualified("pg_class", objectNumber(table))
			text = before + " ON " + name + " USING " + after
		}
	}
	if !ok || column == 0 {
		return text, ok
	}
	_, list, _ := strings.Cut(text, " USING ")
	_, list, _ = strings.Cut(list, "(")
	columns := strings.Split(strings.TrimSuffix(list, ")"), ", ")
	if column < 1 || int(column) > len(columns) {
		return "", true
	}
	return columns[column-1], true
}

func viewDefinitionFunctions() []engine.Function {
	byOID := func(l *lookup, oid object) (result[string], error) {
		return found(l.definition("pg_get_viewdef", oid)), nil
	}
	byName := func(l *lookup, name string) (result[string], error) {
		oid, err := l.relation(name)
		if err != nil {
			return null[string](), err
		}
		return byOID(l, object(oid))
	}
	return []engine.Function{
		unary("pg_get_viewdef", byOID),
		binary("pg_get_viewdef", func(l *lookup, oid object, _ bool) (result[string], error) { return byOID(l, oid) }),
		binary("pg_get_viewdef", func(l *lookup, oid, _ object) (result[string], error) { return byOID(l, oid) }),
		unary("pg_get_viewdef", byName),
		binary("pg_get_viewdef", func(l *lookup, name string, _ bool) (result[string], error) { return byName(l, name) }),
	}
}

// serialSequence is the sequence that belongs to a column.
func (l *lookup) serialSequence(table, column string) (result[string], error) {
	oid, err := l.relation(table)
	if err != nil {
		return null[string](), err
	}
	n, _ := l.object("pg_class", object(oid))
	sequence, ok := l.find("pg_class", named{n.namespace, n.name + "_" + column + "_seq"})
	if !ok {
		return null[string](), nil
	}
	schema, _ := l.object("pg_namespace", object(n.namespace))
	s, _ := l.object("pg_class", object(sequence))
	return some(pglex.QuoteIdentifier(schema.name) + "." + pglex.QuoteIdentifier(s.name)), nil
}

// role is pg_get_userbyid.
func (l *lookup) role(oid object) string {
	if n, ok := l.object("pg_roles", oid); ok {
		return n.name
	}
	return "unknown (OID=" + strconv.FormatInt(oid, 10) + ")"
}

// typeOf is PostgreSQL's name for a type as the engine names it.
func typeOf(engines string) string {
	if base, ok := strings.CutSuffix(engines, "[]"); ok {
		return typeOf(base) + "[]"
	}
	base, _, _ := strings.Cut(engines, "(")
	switch base {
	case "VARCHAR", "ENUM":
		return "text"
	case "TINYINT", "UTINYINT":
		return "smallint"
	case "USMALLINT":
		return "integer"
	case "UINTEGER":
		return "bigint"
	case "DOUBLE":
		return "double precision"
	case "FLOAT":
		return "real"
	case "DECIMAL", "HUGEINT", "UHUGEINT", "UBIGINT", "BIGNUM", "pg_numeric":
		return "numeric"
	case "BLOB":
		return "bytea"
	case "BIT":
		return "bit varying"
	case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS":
		return "timestamp without time zone"
	case "TIME", "TIME_NS":
		return "time without time zone"
	case "STRUCT", "MAP", "UNION":
		return "jsonb"
	case `"NULL"`:
		return "unknown"
	}
	return strings.ToLower(engines)
}

// describe is pg_describe_object for what users make, and for what extensions are
// made of.
func (l *lookup) describe(class, oid object) (string, bool) {
	for _, c := range []struct {
		class          uint32
		relation, kind string
	}{
		{relationClass, "pg_class", "table "}, {typeClass, "pg_type", "type "}, {namespaceClass, "pg_namespace", "schema "},
		{languageClass, "pg_language", "language "}, {extensionClass, "pg_extension", "extension "},
		{functionClass, "pg_proc", "function "},
	} {
		if uint32(class) != c.class {
			continue
		}
		name, ok := l.object(c.relation, oid)
		arguments := ""
		if c.class == functionClass {
			if arguments, _ = l.definition("pg_get_function_identity_arguments", oid); arguments == "" {
				arguments, _ = l.definition("pg_get_function_arguments", oid)
			}
			arguments = "(" + arguments + ")"
		}
		return c.kind + pglex.QuoteIdentifier(name.name) + arguments, ok
	}
	return "", false
}
