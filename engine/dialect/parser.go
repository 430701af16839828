package dialect

import (
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/pglex"
)

// parser reads the tokens of one statement by recursive descent. It is a value:
// a copy is a bookmark.
//
// Its first error stays, and nothing is read after it: the methods for a family
// of statements read straight on, and whoever called them looks at err once.
type parser struct {
	sql   string
	lexer pglex.Lexer
	first int         // of the statement in sql
	text  string      // the statement, as Statement.SQL
	end   int         // of the statement in sql
	tok   pglex.Token // the current token; behind the end, the semicolon or EOF
	level int         // statements around the current one
	// target is what the statement changes the rows of, see Statement.Target
	target engine.TableName
	err    *engine.Error
}

// classify says what the statement is: a Utility, or the tag of one that goes
// to the engine.
func classify(p *parser) (Utility, string) {
	verb := p.word()
	if u := p.savepoint(verb); u != nil {
		return u, ""
	}
	if u := p.transaction(verb); u != nil {
		return u, ""
	}
	if u := p.setting(verb); u != nil {
		return u, ""
	}
	if u := p.prepared(verb); u != nil {
		return u, ""
	}
	if u := p.calls(verb); u != nil {
		return u, ""
	}
	if u := p.cursor(verb); u != nil {
		return u, ""
	}
	if u := p.notification(verb); u != nil {
		return u, ""
	}
	if u := p.lock(verb); u != nil {
		return u, ""
	}
	if u := p.materialized(verb); u != nil {
		return u, ""
	}
	if u := p.loading(verb); u != nil {
		return u, ""
	}
	if u := p.maintenance(verb); u != nil {
		return u, ""
	}
	if u := p.explain(verb); u != nil {
		return u, ""
	}
	if u := p.drop(verb); u != nil {
		return u, ""
	}
	if u := p.roles(verb); u != nil {
		return u, ""
	}
	if u := p.sequence(verb); u != nil {
		return u, ""
	}
	if u := p.alter(verb); u != nil {
		return u, ""
	}
	if u := p.truncate(verb); u != nil {
		return u, ""
	}
	if u := p.refusal(verb); u != nil {
		return u, ""
	}
	return p.query(verb)
}

// done reports whether the statement is read to its end.
func (p *parser) done() bool { return p.tok.Start >= p.end || p.err != nil }

// advance goes to the next token. The text was read once before, so that there
// is none the lexer cannot read.
func (p *parser) advance() {
	if p.err == nil {
		p.tok, _ = p.lexer.Next()
	}
}

// fail makes the current token a syntax error.
func (p *parser) fail() {
	if p.err == nil {
		p.err = syntaxError(p.sql, p.tok)
	}
}

func syntaxError(sql string, t pglex.Token) *engine.Error {
	err := pglex.SyntaxError(sql, t)
	return &engine.Error{Code: err.Code, Message: err.Message, Position: err.Position}
}

// finish makes whatever follows a syntax error, and returns u.
func (p *parser) finish(u Utility) Utility {
	if !p.done() {
		p.fail()
	}
	return u
}

// word is the current token if it is an unquoted identifier, in lower case.
func (p *parser) word() string {
	if p.tok.Kind != pglex.Ident || p.done() {
		return ""
	}
	return pglex.Fold(p.tok.Text(p.sql))
}

// is reports whether the current token is the keyword word.
func (p *parser) is(word string) bool { return !p.done() && p.tok.IsWord(p.sql, word) }

// accept reads the keywords if all of them come next; else it reads nothing.
func (p *parser) accept(words ...string) bool {
	bookmark := *p
	for _, w := range words {
		if !p.is(w) {
			*p = bookmark
			return false
		}
		p.advance()
	}
	return true
}

// acceptAny reads one keyword if it is one of words, and returns it.
func (p *parser) acceptAny(words ...string) string {
	for _, w := range words {
		if p.accept(w) {
			return w
		}
	}
	return ""
}

// expect reads the keywords, which have to come next.
func (p *parser) expect(words ...string) {
	for _, w := range words {
		if !p.accept(w) {
			p.fail()
			return
		}
	}
}

// isMark reports whether the current token is the one character c.
func (p *parser) isMark(c byte) bool { return !p.done() && p.tok.Is(p.sql, c) }

func (p *parser) acceptMark(c byte) bool {
	if !p.isMark(c) {
		return false
	}
	p.advance()
	return true
}

func (p *parser) expectMark(c byte) {
	if !p.acceptMark(c) {
		p.fail()
	}
}

// isName reports whether the current token can be a name: an identifier in
// quotes, or one that is no reserved word.
func (p *parser) isName() bool { return p.isWord() && !isFunctionWord(p.word()) }

// isWord is isName and the words that only functions can be called.
func (p *parser) isWord() bool {
	if p.done() || p.tok.Kind == pglex.QuotedIdent {
		return !p.done()
	}
	return p.tok.Kind == pglex.Ident && !isReserved(p.word())
}

// isString reports whether the current token is a string.
func (p *parser) isString() bool { return !p.done() && p.tok.Kind == pglex.String }

// name reads a name.
func (p *parser) name() string {
	if !p.isName() {
		p.fail()
		return ""
	}
	return p.value()
}

// string reads a string constant.
func (p *parser) string() string {
	if !p.isString() {
		p.fail()
		return ""
	}
	return p.value()
}

// value reads any token for what it stands for.
func (p *parser) value() string {
	v, err := pglex.Value(p.sql, p.tok)
	if err != nil && p.err == nil {
		p.err = lexError(err)
	}
	p.advance()
	return v
}

// dotted reads a name of one or more parts.
func (p *parser) dotted() []string {
	parts := []string{p.name()}
	for p.acceptMark('.') {
		parts = append(parts, p.name())
	}
	return parts
}

// table reads a table's name, with or without its schema.
func (p *parser) table() engine.TableName {
	first := p.name()
	if !p.acceptMark('.') {
		return engine.TableName{Name: first}
	}
	return engine.TableName{Schema: first, Name: p.name()}
}

// names reads a list of names in brackets.
func (p *parser) names() []string {
	p.expectMark('(')
	list := []string{p.name()}
	for p.acceptMark(',') {
		list = append(list, p.name())
	}
	p.expectMark(')')
	return list
}

// skipBrackets reads an opening bracket, which has to come next, and all up to
// the one that closes it, whose place it returns.
func (p *parser) skipBrackets() (closing int) {
	if !p.isMark('(') {
		p.fail()
	}
	outside := p.lexer.Depth() - 1
	for !p.done() {
		p.advance()
		if p.lexer.Depth() == outside {
			closing = p.tok.Start
			p.advance()
			return closing
		}
	}
	p.fail()
	return p.tok.Start
}
