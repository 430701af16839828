package duckdb

import "strings"

// literal is s as a string literal.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// literalList is a list of string literals.
func literalList(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = literal(v)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// identifier is s as a quoted identifier.
func identifier(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// literalPath is a file's path as a pattern that matches this file only. DuckDB
// reads every path as a pattern; a class of one character stands for itself.
func literalPath(path string) string {
	return strings.NewReplacer("*", "[*]", "?", "[?]", "[", "[[]").Replace(path)
}
