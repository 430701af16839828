package main

import (
	"strings"

	"modernc.org/ql"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pglex"
)

// compile makes a statement of a text, whose parameters may have declared types.
func (e engine) compile(text string, declared []oid.OID) (*statement, error) {
	s := &statement{db: e.db, names: map[string]bool{}}
	lexer := pglex.New(text, pglex.Limits{})
	for {
		token, err := lexer.Next()
		if err != nil {
			return nil, err
		}
		if token.Kind == pglex.EOF {
			break
		}
		word := token.Text(text)
		if token.Kind == pglex.Param {
			s.params = append(s.params, oid.Unspecified)
		} else if s.verb == "" {
			s.verb = strings.ToUpper(word)
		}
		s.names[word] = true
	}
	copy(s.params, declared)

	switch s.verb {
	case "BEGIN", "COMMIT", "ROLLBACK":
		return nil, wire.Errorf("0A000", "each statement is a transaction of its own here")
	case "SELECT":
	default: // QL changes nothing outside a transaction
		text = "BEGIN TRANSACTION; " + text + "; COMMIT"
	}
	list, err := ql.Compile(text)
	if err != nil {
		return nil, wire.Errorf("42601", "%w", err)
	}
	s.list = list
	return s, nil
}
