package dialect

import (
	"unicode/utf8"

	"github.com/csvsql/csvsql/wire/pglex"
)

// scan is what one reading of a statement's tokens tells of it, whatever its
// grammar is.
type scan struct {
	sql        string      // the whole text
	first, end int         // of the statement in sql
	last       bool        // the text ends with the statement
	semicolon  pglex.Token // the first that does not end it; EOF if there is none
	gaps       []gap       // between its tokens, if there are Unicode spaces
	words      wordList
	gate       gate
}

// gap is a span of the text between two tokens.
type gap struct{ start, end int }

func (s *scan) empty() bool { return s.end == 0 }

// scanStatement reads up to the end of the statement that begins at lexer.
func scanStatement(sql string, lexer *pglex.Lexer) (*scan, error) {
	s := &scan{sql: sql, words: wordList{seen: map[string]struct{}{}}, gate: gate{sql: sql}}
	var split pglex.Splitter
	for {
		t, err := lexer.Next()
		if err != nil {
			return nil, err
		}
		if split.Ends(sql, lexer, t) {
			s.last = t.Kind == pglex.EOF
			return s, nil
		}
		s.token(t)
	}
}

func (s *scan) token(t pglex.Token) {
	if s.empty() {
		s.first = t.Start
	} else if hasUnicodeSpace(s.sql[s.end:t.Start]) {
		s.gaps = append(s.gaps, gap{s.end, t.Start})
	}
	s.end = t.End
	if s.semicolon.Kind == pglex.EOF && t.Is(s.sql, ';') {
		s.semicolon = t
	}
	s.words.add(s.sql, t)
	s.gate.next(t)
}

// text is the statement with ASCII spaces for the Unicode spaces in its gaps, as
// many as these have bytes, so that positions stay what they are.
//
// An engine that reads such a space as a letter sees other words than were
// looked at here, even another string: E'\n' has a line break in it only if E
// begins a word.
func (s *scan) text() string {
	if len(s.gaps) == 0 {
		return s.sql[s.first:s.end]
	}
	text := []byte(s.sql[s.first:s.end])
	for _, g := range s.gaps {
		for i := g.start; i < g.end; {
			n := pglex.UnicodeSpace(s.sql[i:g.end])
			for k := range n {
				text[i+k-s.first] = ' '
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
