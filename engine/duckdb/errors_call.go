package duckdb

import "strings"

// missingCall says that a function or an operator does not exist, as PostgreSQL
// does: "function upper(bigint) does not exist", "operator does not exist: date +
// date". call is DuckDB's text, as in upper(BIGINT).
func missingCall(name, call string) string {
	types, ok := strings.CutPrefix(strings.TrimSuffix(call, ")"), name+"(")
	if !ok {
		return "function " + call + " does not exist"
	}
	name = strings.TrimPrefix(strings.TrimPrefix(name, "postgres."), "csvsql_") // as they are called in statements
	arguments := splitTypes(types)
	for i, t := range arguments {
		arguments[i] = argumentName(t)
	}
	switch {
	case isWord(name):
		return "function " + name + "(" + strings.Join(arguments, ", ") + ") does not exist"
	case len(arguments) == 2:
		return "operator does not exist: " + arguments[0] + " " + name + " " + arguments[1]
	}
	return "operator does not exist: " + name + " " + strings.Join(arguments, ", ")
}

// splitTypes cuts a list of types at its commas, but for those in brackets.
func splitTypes(list string) (types []string) {
	depth, start := 0, 0
	for i := 0; i < len(list); i++ {
		switch list[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				types = append(types, strings.TrimSpace(list[start:i]))
				start = i + 1
			}
		}
	}
	if rest := strings.TrimSpace(list[start:]); rest != "" {
		types = append(types, rest)
	}
	return types
}

// argumentName is PostgreSQL's name for the type of an argument, as format_type
// gives it; DuckDB's, for one that PostgreSQL has not.
func argumentName(duck string) string {
	if elem, ok := strings.CutSuffix(duck, "[]"); ok {
		return argumentName(elem) + "[]"
	}
	switch plain, _, _ := strings.Cut(duck, "("); plain {
	case "STRING_LITERAL", `"NULL"`:
		return "unknown"
	case "INTEGER_LITERAL":
		return "integer"
	case "VARCHAR":
		return "text"
	case "DECIMAL", "HUGEINT", "UHUGEINT", "BIGNUM":
		return "numeric"
	case "BLOB":
		return "bytea"
	case "TIMESTAMP", "TIME":
		return strings.ToLower(plain) + " without time zone"
	}
	return postgresName(duck)
}
