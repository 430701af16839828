package wire

import (
	"errors"
	"unicode/utf8"

	"github.com/csvsql/csvsql/wire/pglex"
)

// Part is one statement of a text.
type Part struct {
	SQL    string // from its first token to its last
	Offset int    // bytes of the text before it
}

// Split cuts a text into its statements, at the semicolons that are not in
// strings, comments, brackets or the body of a BEGIN ATOMIC function, as psql
// does. Parts without a token are dropped, so a text of comments has none.
//
// The error is an [*Error]: an unterminated string or comment (42601), or a
// text too long or nested too deep for any parser (54000, 54001), see
// [pglex.Limits].
func Split(sql string) ([]Part, error) {
	var (
		parts []Part
		split pglex.Splitter
		lexer = pglex.New(sql, pglex.Limits{})
		first = -1 // start of the part's first token
		last  = 0  // end of its latest
	)
	for {
		t, err := lexer.Next()
		if err != nil {
			return nil, lexError(sql, err)
		}
		switch {
		case !split.Ends(sql, &lexer, t):
			if first < 0 {
				first = t.Start
			}
			last = t.End
		case first >= 0:
			parts = append(parts, Part{sql[first:last], first})
			first = -1
		}
		if t.Kind == pglex.EOF {
			return parts, nil
		}
	}
}

// lexError is the lexer's err as the client is told it: positions count characters
// there.
func lexError(sql string, err error) error {
	var l *pglex.Error
	if !errors.As(err, &l) {
		return err
	}
	e := &Error{Severity: "ERROR", Code: l.Code, Message: l.Message}
	if l.Position > 0 {
		e.Position = utf8.RuneCountInString(sql[:l.Position-1]) + 1
	}
	return e
}
