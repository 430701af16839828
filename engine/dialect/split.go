package dialect

import (
	"unicode/utf8"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/pglex"
)

// Split cuts a text into its statements and says of each what it is. Empty
// statements are dropped, so a text of comments has none.
//
// An error is an *engine.Error, its Position counts in sql: text that cannot be
// read or goes beyond the lexer's limits, and utility statements with wrong
// syntax. As in PostgreSQL no statement of such a text may run. The syntax of
// statements for the engine is the engine's to check.
func Split(sql string) ([]Statement, error) {
	var (
		all   []Statement
		lexer = pglex.New(sql, pglex.Limits{})
	)
	for {
		s, last, err := next(sql, &lexer)
		if err != nil {
			return nil, err
		}
		if s.SQL != "" {
			all = append(all, s)
		}
		if last {
			return all, nil
		}
	}
}

// next reads one statement: once through all its tokens, for what holds of all
// statements, and once more from the start for its grammar. last says that the
// text ends with it.
func next(sql string, lexer *pglex.Lexer) (s Statement, last bool, err error) {
	var (
		split pglex.Splitter
		words = wordList{seen: map[string]struct{}{}}
		gate  = gate{sql: sql}
		start = *lexer
		first = -1
		end   = 0
		gaps  []gap           // between tokens, with Unicode spaces
		inner = pglex.Token{} // the first semicolon that ends nothing
	)
	for {
		t, lexErr := lexer.Next()
		if lexErr != nil {
			return s, false, unreadable(sql, start, lexErr)
		}
		if split.Ends(sql, lexer, t) {
			last = t.Kind == pglex.EOF
			break
		}
		if first < 0 {
			first = t.Start
		} else if hasUnicodeSpace(sql[end:t.Start]) {
			gaps = append(gaps, gap{end, t.Start})
		}
		end = t.End
		if inner.Kind == pglex.EOF && t.Is(sql, ';') {
			inner = t
		}
		words.add(sql, t)
		gate.next(t)
	}
	if first < 0 {
		return s, last, nil
	}
	s.SQL, s.Offset, s.Words = asciiSpaces(sql, first, end, gaps), first, words.list
	p := parser{sql: sql, lexer: start, end: end}
	p.advance()
	s.Utility, s.Tag = classify(&p)
	if s.Utility == nil && gate.err != nil {
		gate.err.Position -= first
		s.Utility = Refused{gate.err}
	}
	if s.Utility != nil {
		s.Tag = ""
	}
	if p.err != nil {
		return s, last, p.err
	}
	if _, refused := s.Utility.(Refused); inner.Kind != pglex.EOF && !refused {
		return s, last, syntaxError(sql, inner)
	}
	return s, last, nil
}

// unreadable is a lexer's error in the statement that begins at start. A path
// that is not quoted may well look like the start of a comment.
func unreadable(sql string, start pglex.Lexer, lexErr *pglex.Error) error {
	err := &engine.Error{Code: lexErr.Code, Message: lexErr.Message, Position: lexErr.Position}
	if t, _ := start.Next(); t.IsWord(sql, "load") {
		err.Hint = hintQuotePath
	}
	return err
}

// gap is a span of the text between two tokens.
type gap struct{ start, end int }

// asciiSpaces is sql[first:end] with ASCII spaces for the Unicode spaces in the
// gaps, as many as these have bytes, so that positions stay what they are.
//
// An engine that reads such a space as a letter sees other words than were
// looked at here, even another string: E” is one only if E begins a word.
func asciiSpaces(sql string, first, end int, gaps []gap) string {
	if len(gaps) == 0 {
		return sql[first:end]
	}
	text := []byte(sql[first:end])
	for _, g := range gaps {
		for i := g.start; i < g.end; {
			n := pglex.UnicodeSpace(sql[i:g.end])
			for k := range n {
				text[i+k-first] = ' '
			}
			i += max(n, 1)
		}
	}
	return string(text)
}

func hasUnicodeSpace(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf && pglex.UnicodeSpace(s[i:]) > 0 {
			return true
		}
	}
	return false
}

// wordList collects identifiers, each once.
type wordList struct {
	list []string
	seen map[string]struct{}
}

func (w *wordList) add(sql string, t pglex.Token) {
	if t.Kind != pglex.Ident && t.Kind != pglex.QuotedIdent {
		return
	}
	word, err := pglex.Value(sql, t)
	if err != nil {
		word = t.Text(sql)
	}
	word = pglex.Fold(word)
	if _, ok := w.seen[word]; !ok {
		w.seen[word] = struct{}{}
		w.list = append(w.list, word)
	}
}
