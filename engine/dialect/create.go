package dialect

import (
	"strings"

	"github.com/csvsql/csvsql/engine"
)

// Creation is what a CREATE TABLE, SCHEMA or INDEX says that the engine
// does not do as PostgreSQL does.
type Creation struct {
	Name        engine.TableName
	Temp        bool
	IfNotExists Span     // of these words; empty if they are not there
	Owner       Span     // AUTHORIZATION role of a schema; empty if it is not there
	Serials     []Serial // columns with a sequence of their own
	OnCommit    Span     // of ON COMMIT DROP; empty if that is not there
}

// Serial is a column whose default is the next number of a sequence
// (PostgreSQL documentation, 8.1.4 Serial Types, and CREATE TABLE, identity
// columns).
type Serial struct {
	Column  string
	Type    string // "smallint", "integer", "bigint"; empty if it is the column's, as declared
	Clause  Span   // of the type, or of GENERATED ... AS IDENTITY (...)
	Options string // of the sequence
}

// creation reads a CREATE as far as a Creation has it, or returns nil.
func (p parser) creation() *Creation {
	if !p.accept("create") {
		return nil
	}
	var c Creation
	for {
		modifier := p.acceptAny("temp", "temporary", "local", "unlogged", "unique")
		if modifier == "" {
			break
		}
		c.Temp = c.Temp || strings.HasPrefix(modifier, "temp")
	}
	kind := p.acceptAny("table", "schema", "index")
	if kind == "" {
		return nil
	}
	p.accept("concurrently")
	start := p.tok.Start
	if p.accept("if", "not", "exists") {
		c.IfNotExists = Span{start - p.first, p.tok.Start - p.first}
	}
	c.Name = p.table()
	if at := p.tok.Start - p.first; kind == "schema" && p.accept("authorization") {
		p.role()
		c.Owner = Span{at, len(p.text)}
	}
	if kind == "table" && p.isMark('(') {
		c.Serials = p.serials()
	}
	if kind == "table" && c.Temp {
		c.OnCommit = p.onCommitDrop()
	}
	if p.err != nil || c.IfNotExists.Empty() && c.Owner.Empty() && c.Serials == nil && c.OnCommit.Empty() {
		return nil
	}
	return &c
}

// onCommitDrop looks for ON COMMIT DROP behind the columns of a table, and before
// the query that fills it.
func (p *parser) onCommitDrop() Span {
	for !p.done() && !p.is("as") {
		start := p.tok.Start
		if p.accept("on", "commit", "drop") {
			return Span{start - p.first, p.tok.Start - p.first}
		}
		if p.isMark('(') {
			p.skipBrackets()
		} else {
			p.advance()
		}
	}
	return Span{}
}

// serials reads the columns of a table, in their brackets.
func (p *parser) serials() (all []Serial) {
	outside := p.lexer.Depth() - 1
	p.expectMark('(')
	for !p.done() && p.lexer.Depth() > outside {
		s := Serial{Column: p.columnName()}
		s.Clause.Start = p.tok.Start - p.first
		if s.Type = serialType(p.word()); s.Type != "" {
			s.Clause.End = p.tok.End - p.first
			all = append(all, s)
		}
		for !p.done() && p.lexer.Depth() > outside && !(p.isMark(',') && p.lexer.Depth() == outside+1) {
			if p.is("generated") && p.identity(&s) {
				all = append(all, s)
				continue
			}
			p.advance()
		}
		p.acceptMark(',')
	}
	return all
}

// columnName reads the first word of a column, or of a constraint.
func (p *parser) columnName() string {
	if p.done() || p.isMark(',') || p.isMark(')') {
		return ""
	}
	return p.value()
}

// identity reads GENERATED {ALWAYS | BY DEFAULT} AS IDENTITY [(options)]. A column
// that is computed begins in the same way, and is left.
func (p *parser) identity(s *Serial) bool {
	look := *p
	s.Clause.Start = p.tok.Start - p.first
	look.expect("generated")
	if !look.accept("always") {
		look.expect("by", "default")
	}
	look.expect("as", "identity")
	if look.err != nil {
		return false
	}
	if look.isMark('(') {
		open := look.tok.End - p.first
		look.skipBrackets()
		end := strings.LastIndexByte(p.text[:look.tok.Start-p.first], ')')
		s.Options = strings.TrimSpace(p.text[open:end])
	}
	s.Clause.End = look.tok.Start - p.first
	*p = look
	return true
}

func serialType(word string) string {
	switch word {
	case "smallserial", "serial2":
		return "smallint"
	case "serial", "serial4":
		return "integer"
	case "bigserial", "serial8":
		return "bigint"
	}
	return ""
}
