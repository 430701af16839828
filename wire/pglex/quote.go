package pglex

import "strings"

// QuoteIdentifier writes a name as SQL has it: in double quotes unless it is a
// word in lower case that is no key word (quote_ident in PostgreSQL).
func QuoteIdentifier(name string) string {
	plain := name != "" && !needsQuotes(name)
	for i := 0; i < len(name) && plain; i++ {
		c := name[i]
		plain = c == '_' || 'a' <= c && c <= 'z' || i > 0 && '0' <= c && c <= '9'
	}
	if plain {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// QuoteLiteral writes a text as a constant of SQL (quote_literal in PostgreSQL).
func QuoteLiteral(text string) string {
	quoted := "'" + strings.ReplaceAll(text, "'", "''") + "'"
	if strings.Contains(text, `\`) {
		return "E" + strings.ReplaceAll(quoted, `\`, `\\`)
	}
	return quoted
}

// needsQuotes reports whether a word is a key word that may not stand for a name
// everywhere: all but the unreserved ones of PostgreSQL 15 (documentation,
// appendix C).
func needsQuotes(word string) bool {
	switch word {
	case
		"all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization", "between", "bigint",
		"binary", "bit", "boolean", "both", "case", "cast", "char", "character", "check", "coalesce", "collate", "collation",
		"column", "concurrently", "constraint", "create", "cross", "current_catalog", "current_date", "current_role",
		"current_schema", "current_time", "current_timestamp", "current_user", "dec", "decimal", "default", "deferrable",
		"desc", "distinct", "do", "else", "end", "except", "exists", "extract", "false", "fetch", "float", "for", "foreign",
		"freeze", "from", "full", "grant", "greatest", "group", "grouping", "having", "ilike", "in", "initially", "inner",
		"inout", "int", "integer", "intersect", "interval", "into", "is", "isnull", "join", "lateral", "leading", "least",
		"left", "like", "limit", "localtime", "localtimestamp", "national", "natural", "nchar", "none", "normalize", "not",
		"notnull", "null", "nullif", "numeric", "offset", "on", "only", "or", "order", "out", "outer", "overlaps", "overlay",
		"placing", "position", "precision", "primary", "real", "references", "returning", "right", "row", "select",
		"session_user", "setof", "similar", "smallint", "some", "substring", "symmetric", "table", "tablesample", "then",
		"time", "timestamp", "to", "trailing", "treat", "trim", "true", "union", "unique", "user", "using", "values",
		"varchar", "variadic", "verbose", "when", "where", "window", "with", "xmlattributes", "xmlconcat", "xmlelement",
		"xmlexists", "xmlforest", "xmlnamespaces", "xmlparse", "xmlpi", "xmlroot", "xmlserialize", "xmltable":
		return true
	}
	return false
}
