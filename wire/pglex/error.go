package pglex

import (
	"strings"
	"unicode/utf8"
)

// Error says what is wrong with a text: unterminated strings and comments
// (42601) and texts beyond the [Limits] (54000, 54001).
type Error struct {
	Code     string // SQLSTATE
	Message  string // as PostgreSQL words it
	Position int    // in the text, in bytes from 1; 0 if there is none
}

func (e *Error) Error() string    { return e.Message }
func (e *Error) SQLState() string { return e.Code }

// SyntaxError is PostgreSQL's error for a token that the grammar does not want
// there; for EOF it says that the text ends too early.
func SyntaxError(sql string, t Token) *Error {
	e := &Error{Code: "42601", Message: "syntax error at end of input", Position: t.Start + 1}
	if t.Kind != EOF {
		e.Message = "syntax error at or near " + quote(t.Text(sql))
	}
	return e
}

// unterminated is the error for a token that has a beginning at start and no
// end. PostgreSQL quotes the whole rest of the text with it.
func unterminated(what, sql string, start int) *Error {
	return &Error{
		Code:     "42601",
		Message:  "unterminated " + what + " at or near " + quote(sql[start:]),
		Position: start + 1,
	}
}

// maxQuoted bounds how much of the user's text goes into a message: a text may
// have 64 MB.
const maxQuoted = 1000

// quote puts s between quotes as PostgreSQL's lexer does, without escapes.
func quote(s string) string {
	if len(s) <= maxQuoted {
		return `"` + s + `"`
	}
	cut := maxQuoted
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return `"` + strings.Clone(s[:cut]) + `..."`
}
