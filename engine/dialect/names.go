package dialect

import (
	"slices"
	"strconv"

	"github.com/csvsql/csvsql/wire/pglex"
)

// unnamed is what PostgreSQL calls an expression it has no name for.
const unnamed = "?column?"

// ColumnNames says how PostgreSQL names the n columns of a query's result where
// an engine has its own opinion: count for count(*), ?column? for 1 + 1
// (FigureColname in PostgreSQL's parser). An empty name keeps the engine's: the
// column has an alias, is a column of a table, or stands behind a star.
//
// Nil means that the engine's names stay. sql is one statement, as
// [Statement].SQL.
func ColumnNames(sql string, n int) []string {
	list := newNamer(sql).selectList()
	if list == nil {
		return nil
	}
	if list.values {
		names := make([]string, n)
		for i := range names {
			names[i] = "column" + strconv.Itoa(i+1)
		}
		return names
	}
	return list.place(n)
}

// namer looks at the tokens of a part of a statement.
type namer struct {
	sql    string
	tokens []pglex.Token
}

func newNamer(sql string) namer {
	w := namer{sql: sql}
	lexer := pglex.New(sql, pglex.Limits{})
	for {
		t, err := lexer.Next()
		if err != nil || t.Kind == pglex.EOF {
			return w
		}
		w.tokens = append(w.tokens, t)
	}
}

func (w namer) from(i int) namer { return w.slice(i, len(w.tokens)) }

func (w namer) slice(i, j int) namer {
	j = min(j, len(w.tokens))
	return namer{w.sql, w.tokens[min(i, j):j]}
}

// at is the token at i, EOF outside of the part.
func (w namer) at(i int) pglex.Token {
	if i < 0 || i >= len(w.tokens) {
		return pglex.Token{}
	}
	return w.tokens[i]
}

func (w namer) is(i int, c byte) bool            { return w.at(i).Is(w.sql, c) }
func (w namer) operator(i int, text string) bool { return w.at(i).Text(w.sql) == text }

// word is the unquoted identifier at i in lower case, or "".
func (w namer) word(i int) string {
	if t := w.at(i); t.Kind == pglex.Ident {
		return pglex.Fold(t.Text(w.sql))
	}
	return ""
}

func (w namer) isWord(i int, words ...string) bool {
	word := w.word(i)
	return word != "" && slices.Contains(words, word)
}

func (w namer) isName(i int) bool {
	kind := w.at(i).Kind
	return kind == pglex.Ident || kind == pglex.QuotedIdent
}

// name is the identifier at i, as it names things.
func (w namer) name(i int) string {
	t := w.at(i)
	name, err := pglex.Value(w.sql, t)
	if err != nil {
		return ""
	}
	if t.Kind == pglex.Ident {
		return pglex.Fold(name)
	}
	return name
}

// closing is the index behind the bracket that closes the one at i.
func (w namer) closing(i int) int {
	depth := 0
	for ; i < len(w.tokens); i++ {
		depth += w.nesting(i)
		if depth == 0 {
			return i + 1
		}
	}
	return i
}

// nesting is 1 for an opening bracket, -1 for a closing one.
func (w namer) nesting(i int) int {
	switch {
	case w.is(i, '('), w.is(i, '['), w.is(i, '{'):
		return 1
	case w.is(i, ')'), w.is(i, ']'), w.is(i, '}'):
		return -1
	}
	return 0
}

// selectList is the select list of the outermost query, of the leftmost one if
// there are several.
func (w namer) selectList() *selectList {
	i := 0
	for w.is(i, '(') {
		i++
	}
	if w.isWord(i, "with") {
		for !w.isWord(i, "select", "values") { // those of the WITH list are in brackets
			switch {
			case i >= len(w.tokens) || w.isWord(i, "insert", "update", "delete", "merge", "from"):
				return nil
			case w.nesting(i) > 0:
				i = w.closing(i)
			default:
				i++
			}
		}
	}
	switch w.word(i) {
	case "values":
		return &selectList{values: true}
	case "select":
		return w.from(i + 1).items()
	}
	return nil
}

// items cuts what follows SELECT at its commas.
func (w namer) items() *selectList {
	i := 0
	if w.isWord(i, "all", "distinct") {
		i++
		if w.isWord(i, "on") && w.is(i+1, '(') {
			i = w.closing(i + 1)
		}
	}
	list := &selectList{}
	start := i
	for i < len(w.tokens) && !w.endsList(i) {
		switch {
		case w.nesting(i) > 0:
			i = w.closing(i)
			continue
		case w.is(i, ','):
			list.items = append(list.items, w.slice(start, i))
			start = i + 1
		}
		i++
	}
	if start < i {
		list.items = append(list.items, w.slice(start, i))
	}
	return list
}

// endsList reports whether a select list ends before token i.
func (w namer) endsList(i int) bool {
	if w.nesting(i) < 0 || w.is(i, ';') {
		return true
	}
	if w.is(i-1, '.') {
		return false
	}
	switch w.word(i) {
	case "from":
		return !(w.isWord(i-1, "distinct") && w.isWord(i-2, "is", "not"))
	case "group":
		return !w.isWord(i-1, "within")
	case "where", "having", "window", "qualify", "order", "limit", "offset", "fetch",
		"union", "intersect", "except", "for", "into", "using":
		return true
	}
	return false
}

// selectList is what stands between SELECT and FROM.
type selectList struct {
	items  []namer
	values bool // VALUES instead
}

// place gives each of n columns its name. One item may stand for any number of
// columns; if there are more of those, only what is before the first and behind
// the last of them is certain.
func (l *selectList) place(n int) []string {
	names := make([]string, n)
	first, last := len(l.items), -1
	for i, item := range l.items {
		if item.expands() {
			first, last = min(first, i), i
		}
	}
	if last < 0 && len(l.items) != n || len(l.items) > n+1 {
		return nil
	}
	for i := range first {
		names[i] = l.items[i].unaliased()
	}
	if last >= 0 {
		for i := len(l.items) - 1; i > last && n-len(l.items)+i >= first; i-- {
			names[n-len(l.items)+i] = l.items[i].unaliased()
		}
	}
	return names
}

// expands reports whether an item stands for any number of columns: *, t.*,
// * EXCLUDE (...), COLUMNS(...), unnest of a struct.
func (w namer) expands() bool {
	for i := range w.tokens {
		if w.is(i, '*') && (i == 0 || w.is(i-1, '.')) || w.isWord(i, "columns", "unnest") && w.is(i+1, '(') {
			return true
		}
	}
	return false
}

// unaliased is the name of an item without an alias, or "" to keep the engine's.
func (w namer) unaliased() string {
	if w.alias() != "" {
		return ""
	}
	name, sure := w.figure()
	if sure == isColumn {
		return ""
	}
	return name
}

// alias is the name that an item is given explicitly.
func (w namer) alias() string {
	n := len(w.tokens)
	switch {
	case n < 2 || !w.isName(n-1) && !w.is(1, ':'):
		return ""
	case w.is(1, ':'): // name: expression
		return w.name(0)
	case w.isWord(n-2, "as"):
		return w.name(n - 1)
	case w.endsOperand(n-2) && !w.continuesOperand(n-1):
		return w.name(n - 1)
	}
	return ""
}

// endsOperand reports whether an operand may end with token i.
func (w namer) endsOperand(i int) bool {
	switch w.at(i).Kind {
	case pglex.String, pglex.BitString, pglex.Number, pglex.Param, pglex.QuotedIdent:
		return true
	case pglex.Ident:
		return !w.isWord(i, "and", "or", "not", "is", "in", "like", "ilike", "similar", "between",
			"collate", "operator", "over", "from", "zone", "when", "then", "else", "case", "distinct", "to")
	default:
		return w.nesting(i) < 0
	}
}

// continuesOperand reports whether the word at i, behind an operand, belongs to
// it.
func (w namer) continuesOperand(i int) bool {
	return w.isWord(i, "end", "isnull", "notnull", "precision", "zone", "time", "varying",
		"year", "month", "day", "hour", "minute", "second")
}
