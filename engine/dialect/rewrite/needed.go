package rewrite

import (
	"strings"

	"github.com/csvsql/csvsql/wire/pglex"
)

// needed reports whether a rewrite may apply, by the tokens alone: most
// statements need none, and are not parsed.
func needed(sql string, tokens []token) bool {
	selects, calls, sorts, from := 0, 0, false, false
	for i, t := range tokens {
		text := t.Text(sql)
		switch t.Kind {
		case pglex.BitString:
			return true
		case pglex.Punct:
			if text == "[" || text == "(" && mayCompareRows(sql, tokens, i) {
				return true
			}
		case pglex.Number:
			if isExactNumber(text) {
				return true
			}
		case pglex.String:
			if isUnicode(text) {
				return true
			}
		case pglex.QuotedIdent:
			if catalogWord(strings.Trim(text, `"`)) {
				return true
			}
		case pglex.Operator:
			if !plainOperator(text) {
				return true
			}
		case pglex.Ident:
			word := pglex.Fold(text)
			if isReserved(word) {
				return true
			}
			if word == "select" {
				selects++
			}
			if word == "array" && i+2 < len(tokens) && tokens[i+2].Is(sql, '[') {
				return true
			}
			sorts = sorts || word == "order"
			if selects > 1 || keyword(word) || catalogWord(word) {
				return true
			}
			if i+1 < len(tokens) && tokens[i+1].Is(sql, '(') {
				calls++ // ORDER BY may name it
			}
			if sorts && calls > 0 {
				return true
			}
			if i+1 < len(tokens) && tokens[i+1].Is(sql, '(') && (!plainFunction(word) || i > 0 && mayBeInFrom(sql, tokens[i-1], from)) {
				return true
			}
			from = from || word == "from"
			if i+1 < len(tokens) && tokens[i+1].Kind == pglex.String && typeBefore(word) {
				return true
			}
		}
	}
	return false
}

func plainOperator(op string) bool {
	switch op {
	case "=", "<", ">", "<=", ">=", "<>", "!=", "+", "*":
		return true
	}
	return false
}

// keyword reports whether a word may begin something that is rewritten.
func keyword(word string) bool {
	switch word {
	case "cast", "like", "ilike", "similar", "values", "create", "using", "tablesample", "with", "any", "all", "some", "operator",
		"pg_catalog", "symmetric", "alter", "extract", "collate", "for", "ctid", "returning":
		return true
	}
	return false
}

// plainFunction reports whether a word before a bracket is no function, or one
// that is the same everywhere.
func plainFunction(word string) bool {
	switch word {
	case "count", "min", "max", "in", "coalesce", "lower", "upper", "and", "or", "not", "where", "on", "from",
		"using", "by", "over", "as", "join", "filter", "exists", "abs":
		return true
	}
	return false
}

// mayBeInFrom reports whether what follows a token may be an item of FROM, which has
// been there or not.
func mayBeInFrom(sql string, before token, from bool) bool {
	return from && before.Is(sql, ',') || before.IsWord(sql, "from") || before.IsWord(sql, "join") || before.IsWord(sql, "lateral")
}

// typeBefore reports whether a word before a string is a type's name.
func typeBefore(word string) bool {
	switch strings.ToLower(word) {
	case "date", "time", "timestamp", "timestamptz", "interval", "numeric", "decimal", "varchar", "char",
		"character", "bool", "boolean", "float", "real", "json", "jsonb", "name":
		return true
	}
	return false
}
