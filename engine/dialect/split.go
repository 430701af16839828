package dialect

import (
	"errors"

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
	start := *lexer
	scan, lexErr := scanStatement(sql, lexer)
	if lexErr != nil {
		return s, false, unreadable(sql, start, lexErr)
	}
	if scan.empty() {
		return s, scan.last, nil
	}
	s.SQL, s.Offset, s.Words = scan.text(), scan.first, scan.words.list

	p := parser{sql: sql, lexer: start, first: scan.first, text: s.SQL, end: scan.end}
	p.advance()
	s.Creation = p.creation()
	s.Utility, s.Tag = classify(&p)
	s.Target = p.target
	if p.err != nil {
		return s, scan.last, p.err
	}
	if denied := scan.gate.check(s.Utility); denied != nil {
		denied.Position -= scan.first
		s.Utility = Refused{denied}
	}
	if s.Utility != nil {
		s.Tag = ""
	}
	if _, refused := s.Utility.(Refused); scan.semicolon.Kind != pglex.EOF && !refused {
		return s, scan.last, syntaxError(sql, scan.semicolon)
	}
	return s, scan.last, nil
}

// reachesEngine reports whether the engine gets a part of the statement, or all
// of it.
func reachesEngine(u Utility) bool {
	switch u.(type) {
	case nil, Alter, Calls, Copy, CreateMaterialized, Declare, Execute, Explain, Prepare:
		return true
	}
	return false
}

// unreadable is a lexer's error in the statement that begins at start. A path
// that is not quoted may well look like the start of a comment.
func unreadable(sql string, start pglex.Lexer, lexErr error) error {
	err := lexError(lexErr)
	if t, _ := start.Next(); t.IsWord(sql, "load") {
		err.Hint = hintQuotePath
	}
	return err
}

// lexError is an error of package pglex in the engine's terms.
func lexError(err error) *engine.Error {
	var e *pglex.Error
	if !errors.As(err, &e) {
		return &engine.Error{Code: "XX000", Message: err.Error(), Err: err}
	}
	return &engine.Error{Code: e.Code, Message: e.Message, Position: e.Position}
}
