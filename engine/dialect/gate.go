package dialect

import (
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/pglex"
)

// gate looks for what clients may not name (denied.go) in the tokens of one
// statement.
//
// It is one guard of several: the settings that seal the engine and the process
// around it do not rely on it. A function is a name, quoted or not, with or
// without a schema, before an opening bracket. The same names stay free for
// columns, and for tables even where a list of columns follows.
type gate struct {
	sql string
	err *engine.Error // for the first one found; its Position counts in sql

	session *engine.Error // for a function of the session, which only Calls may have

	tokens  int         // taken so far
	name    string      // the last token if it is an identifier, quoted or not
	token   pglex.Token // of name
	dot     bool        // whether the last token is a dot behind an identifier
	prefix  string      // that identifier
	word    string      // the last token if it is an identifier and not quoted
	lead    string      // word in front of name and of what qualifies it
	create  bool        // the first word is CREATE
	macro   bool        // MACRO or FUNCTION came: AS may be followed by an expression
	index   bool        // CREATE [UNIQUE] INDEX: ON is followed by a table
	from    clauses     // where tables are named
	setting argument    // of current_setting
}

// next takes the statement's next token.
func (g *gate) next(t pglex.Token) {
	g.tokens++
	g.setting.next(g, t)
	switch {
	case t.Kind == pglex.Ident, t.Kind == pglex.QuotedIdent:
		g.identifier(t)
		return
	case t.Kind == pglex.String && deniedView(g.value(t)):
		g.deny("view", g.value(t), t)
	case t.Is(g.sql, '('):
		g.call()
		g.from.open()
	case t.Is(g.sql, ')'):
		g.from.close()
	}
	g.dot = g.name != "" && t.Is(g.sql, '.')
	if g.dot {
		g.prefix = g.name
	}
	g.name, g.word = "", ""
}

func (g *gate) identifier(t pglex.Token) {
	if !g.dot {
		g.lead, g.prefix = g.word, ""
	}
	g.dot, g.name, g.token, g.word = false, g.value(t), t, ""
	if t.Kind == pglex.Ident {
		g.word = g.name
	}
	switch g.word {
	case "create":
		g.create = g.create || g.tokens == 1
	case "macro", "function":
		g.macro = true
	case "index":
		g.index = g.index || g.create && g.tokens <= 3
	}
	g.from.word(g.word)
	if deniedView(g.name) {
		g.deny("view", g.name, t)
	}
}

// call looks at the name in front of an opening bracket.
func (g *gate) call() {
	switch {
	case g.name == "" || g.declared():
	case deniedFunction(g.name), g.from.inside && deniedSource(g.name):
		g.deny("function", g.name, g.token)
	case g.name == "current_setting" && g.prefix != "pg_catalog": // that is the server's own, and knows its own settings only
		g.setting = argumentFirst
	case isSessionFunction(g.name):
		g.session = notAlone(g.name, g.token)
	}
}

// check returns the error of a statement, which is u or, if that is nil, one for
// the engine.
func (g *gate) check(u Utility) *engine.Error {
	if !reachesEngine(u) {
		return nil
	}
	if _, ok := u.(Calls); ok || g.err != nil {
		return g.err
	}
	return g.session
}

// value is what a token stands for, as the engine compares names.
func (g *gate) value(t pglex.Token) string {
	v, err := pglex.Value(g.sql, t)
	if err != nil {
		return ""
	}
	return pglex.Fold(v)
}

// declared reports whether the name is that of a table, by the word in front of
// it; none of these can be in front of a function.
func (g *gate) declared() bool {
	switch g.lead {
	case "into", "table", "exists", "references", "view", "with", "recursive":
		return true
	case "as":
		return !g.macro
	case "on":
		return g.index
	}
	return false
}

// deny keeps the first error.
func (g *gate) deny(kind, name string, t pglex.Token) {
	if g.err == nil {
		g.err = &engine.Error{Code: "42501", Message: "permission denied for " + kind + " " + name, Position: t.Start + 1}
	}
}

// clauses follows whether tables are named where the tokens are: in FROM up to
// the next clause, and in the brackets that open there.
type clauses struct {
	inside bool
	outer  []bool // inside of the brackets around
}

func (c *clauses) open() { c.outer = append(c.outer, c.inside) }

func (c *clauses) close() {
	if n := len(c.outer); n > 0 {
		c.inside, c.outer = c.outer[n-1], c.outer[:n-1]
	}
}

func (c *clauses) word(word string) {
	switch word {
	case "from", "join", "lateral", "table", "describe", "summarize", "pivot", "unpivot":
		c.inside = true
	case "select", "where", "group", "having", "qualify", "window", "order", "limit", "union", "intersect", "except",
		"set", "values", "returning":
		c.inside = false
	}
}

// argument follows the first argument of current_setting, which has to be one
// text that is written there: whatever is put together could name any setting.
type argument uint8

const (
	argumentNone  argument = iota
	argumentFirst          // it comes next
	argumentEnd            // it was there, and nothing may be added to it
)

func (a *argument) next(g *gate, t pglex.Token) {
	was := *a
	*a = argumentNone
	switch {
	case was == argumentNone:
	case was == argumentFirst && t.Kind == pglex.String:
		if name := g.value(t); privateSetting(name) {
			g.deny("parameter", name, t)
		}
		*a = argumentEnd
	case was == argumentEnd && (t.Is(g.sql, ')') || t.Is(g.sql, ',')):
	default:
		g.deny("function", "current_setting", t)
	}
}
