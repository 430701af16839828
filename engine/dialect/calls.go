package dialect

import (
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/pglex"
)

// Calls is a SELECT of nothing but calls of functions of the session: SELECT
// pg_notify('a', 'b'), or SELECT * FROM pg_listening_channels().
type Calls struct {
	Calls []Call
	From  Text // FROM and what follows it, whose rows the arguments are computed of
}

// Call is one of them.
type Call struct {
	Function string
	Args     []Text
	Column   string // the name of its column
	Offset   int    // bytes of the whole text before it
}

func (Calls) utility() {}

// isSessionFunction reports whether a function does something to the session or
// to others, which the engine knows nothing of
// (PostgreSQL documentation, 9.27.10 Advisory Lock Functions, NOTIFY, and 9.17
// Sequence Manipulation Functions).
func isSessionFunction(name string) bool {
	switch name {
	case "setval", "pg_notify", "pg_listening_channels",
		"pg_advisory_lock", "pg_advisory_lock_shared", "pg_advisory_xact_lock", "pg_advisory_xact_lock_shared",
		"pg_try_advisory_lock", "pg_try_advisory_lock_shared",
		"pg_try_advisory_xact_lock", "pg_try_advisory_xact_lock_shared",
		"pg_advisory_unlock", "pg_advisory_unlock_shared", "pg_advisory_unlock_all":
		return true
	}
	return false
}

// notAlone is the error of a call that is part of something larger.
func notAlone(function string, t pglex.Token) *engine.Error {
	return &engine.Error{
		Code:     "0A000",
		Message:  "function " + function + " can only be called by itself",
		Hint:     "As in SELECT " + function + "(...), with nothing else in the statement.",
		Position: t.Start + 1,
	}
}

// calls reads a SELECT of calls. Anything else is left to others.
func (p *parser) calls(verb string) Utility {
	if verb != "select" {
		return nil
	}
	look := *p
	look.advance()
	var c Calls
	if look.acceptMark('*') && look.accept("from") {
		c.Calls = []Call{look.call()}
	} else {
		for {
			c.Calls = append(c.Calls, look.call())
			if !look.acceptMark(',') {
				break
			}
		}
	}
	if look.err == nil && look.is("from") && len(c.Calls[0].Args) > 0 {
		c.From = Text{SQL: p.text[look.tok.Start-p.first:], Offset: look.tok.Start}
		look.skipToEnd()
	}
	if look.err != nil || !look.done() {
		return nil
	}
	*p = look
	return c
}

// call reads [pg_catalog.]function(arguments) [[AS] name].
func (p *parser) call() (c Call) {
	c.Offset = p.tok.Start
	if p.accept("pg_catalog") {
		p.expectMark('.')
	}
	if p.done() || p.tok.Kind != pglex.Ident && p.tok.Kind != pglex.QuotedIdent {
		p.fail()
		return c
	}
	c.Function = p.value()
	if !isSessionFunction(c.Function) {
		p.fail()
		return c
	}
	c.Column = c.Function
	if bookmark := *p; p.acceptMark('(') && p.acceptMark(')') {
		// no arguments
	} else {
		*p = bookmark
		c.Args = p.texts()
	}
	if p.accept("as") {
		c.Column = p.columnLabel()
	} else if !p.done() && p.isName() {
		c.Column = p.value()
	}
	return c
}

// columnLabel reads what may stand behind AS: any word.
func (p *parser) columnLabel() string {
	if p.done() || p.tok.Kind != pglex.Ident && p.tok.Kind != pglex.QuotedIdent {
		p.fail()
		return ""
	}
	return p.value()
}
