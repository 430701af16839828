package dialect

import (
	"strings"

	"github.com/csvsql/csvsql/wire/pglex"
)

// Prepare is PREPARE name [(types)] AS statement.
type Prepare struct {
	Name string
	// Types are the types of the parameters, as the user wrote them.
	Types     []Text
	Statement Statement
}

// Execute is EXECUTE name [(arguments)].
type Execute struct {
	Name string
	Args []Text // expressions
}

// Text is a piece of a statement that the parser does not look into.
type Text struct {
	SQL    string
	Offset int // bytes of the whole text before it
}

// Deallocate is DEALLOCATE; an empty Name means ALL.
type Deallocate struct{ Name string }

// Literal returns what the text stands for if it is one string, or a whole number.
// NULL is nil.
func (t Text) Literal() (value []byte, ok bool) {
	l := pglex.New(t.SQL, pglex.Limits{})
	tok, err := l.Next()
	if err != nil || tok.End != len(t.SQL) {
		return nil, false
	}
	switch {
	case tok.IsWord(t.SQL, "null"):
		return nil, true
	case tok.Kind == pglex.Number && strings.Trim(t.SQL, "0123456789") == "":
		return []byte(t.SQL), true
	case tok.Kind == pglex.String:
		v, err := pglex.Value(t.SQL, tok)
		return []byte(v), err == nil
	}
	return nil, false
}

func (Prepare) utility()    {}
func (Execute) utility()    {}
func (Deallocate) utility() {}

// prepared reads the statements about prepared statements
// (PostgreSQL documentation, PREPARE, EXECUTE, DEALLOCATE).
func (p *parser) prepared(verb string) Utility {
	switch verb {
	case "prepare":
		p.advance()
		if p.accept("transaction") {
			return unsupported("PREPARE TRANSACTION", "")
		}
		return p.prepare()
	case "execute":
		p.advance()
		return p.finish(p.execute())
	case "deallocate":
		p.advance()
		return p.deallocate()
	}
	return nil
}

func (p *parser) prepare() Utility {
	prepare := Prepare{Name: p.name()}
	if p.isMark('(') {
		prepare.Types = p.texts()
	}
	p.expect("as")
	s, u := p.statementInside("SELECT", "INSERT 0", "UPDATE", "DELETE", "MERGE")
	if u != nil {
		return u
	}
	prepare.Statement = s
	return prepare
}

// execute reads what follows EXECUTE: name (arguments).
func (p *parser) execute() Execute {
	e := Execute{Name: p.name()}
	if p.isMark('(') {
		e.Args = p.texts()
	}
	return e
}

func (p *parser) deallocate() Utility {
	if bookmark := *p; p.accept("prepare") && p.done() {
		*p = bookmark // a statement of that name
	}
	if p.accept("all") {
		return p.finish(Deallocate{})
	}
	return p.finish(Deallocate{p.name()})
}

// texts reads a list in brackets, of at least one item; what is in an item does
// not matter.
func (p *parser) texts() (all []Text) {
	outside := p.lexer.Depth() - 1 // of the bracket, which is read already
	p.expectMark('(')
	for !p.done() {
		start, end := p.tok.Start, p.tok.Start
		for !p.done() && p.lexer.Depth() > outside && !(p.isMark(',') && p.lexer.Depth() == outside+1) {
			end = p.tok.End
			p.advance()
		}
		if start == end {
			p.fail()
			return nil
		}
		all = append(all, Text{SQL: p.text[start-p.first : end-p.first], Offset: start})
		if !p.acceptMark(',') {
			break
		}
	}
	p.expectMark(')')
	return all
}
