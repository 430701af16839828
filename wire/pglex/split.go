package pglex

// Splitter finds the semicolons that end statements, as psql does: not those
// in brackets, nor those in the body of a CREATE FUNCTION ... BEGIN ATOMIC.
// The zero Splitter is at the start of a statement.
type Splitter struct {
	words   int  // of the statement so far, up to those that matter
	routine bool // it is CREATE [OR REPLACE] FUNCTION or PROCEDURE
	begin   bool // the last token was BEGIN
	body    int  // open BEGIN ATOMIC and CASE, each to be closed by END
}

// Ends reports whether t, the token that l has just read from sql, ends a
// statement, which EOF does as well. It has to be given every token.
func (s *Splitter) Ends(sql string, l *Lexer, t Token) bool {
	switch {
	case t.Kind == EOF, t.Is(sql, ';') && l.Depth() == 0 && s.body == 0:
		*s = Splitter{}
		return true
	case s.words < 4:
		s.head(sql, t)
	case s.routine && l.Depth() == 0:
		s.nest(sql, t)
	}
	return false
}

// head looks for CREATE [OR REPLACE] FUNCTION|PROCEDURE among the first words;
// at the first that does not fit it stops looking.
func (s *Splitter) head(sql string, t Token) {
	const done = 4
	next := done
	switch s.words {
	case 0:
		if t.IsWord(sql, "create") {
			next = 1
		}
	case 1:
		if t.IsWord(sql, "or") {
			next = 2
		}
	case 2:
		if t.IsWord(sql, "replace") {
			next = 3
		}
	}
	if s.words == 1 || s.words == 3 {
		s.routine = t.IsWord(sql, "function") || t.IsWord(sql, "procedure")
	}
	s.words = next
}

func (s *Splitter) nest(sql string, t Token) {
	switch {
	case s.begin && t.IsWord(sql, "atomic"):
		s.body++
	case s.body > 0 && t.IsWord(sql, "case"):
		s.body++
	case s.body > 0 && t.IsWord(sql, "end"):
		s.body--
	}
	s.begin = t.IsWord(sql, "begin")
}
