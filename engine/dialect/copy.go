package dialect

import (
	"strings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/pglex"
)

const hintStdout = "Write COPY ... TO STDOUT; psql's \\copy writes files of its own machine so."

// Copy is COPY ... TO STDOUT and COPY ... FROM STDIN
// (PostgreSQL documentation, SQL command COPY).
type Copy struct {
	From    bool
	Table   engine.TableName
	Columns []string // nil: all
	Query   Span     // of COPY (query) TO, which has no Table
	Where   Span     // the condition behind FROM; empty if there is none
	Options []CopyOption
}

func (Copy) utility() {}

// Span is a part of a Statement's SQL, in bytes.
type Span struct{ Start, End int }

// Empty reports whether there is nothing in the span.
func (s Span) Empty() bool { return s.Start == s.End }

// Of is the part of the Statement's SQL.
func (s Span) Of(sql string) string { return sql[s.Start:s.End] }

// CopyOption is an option of COPY by its present name, whichever syntax it was
// written in: "format", "delimiter", "null", "header", "quote", "escape",
// "force_quote", "force_not_null", "force_null", "freeze", "encoding". Others are
// what the user wrote.
type CopyOption struct {
	Name     string
	Value    string   // "" without one
	Columns  []string // of an option with a list; "*" alone stands for all
	Position int      // of the name in the Statement's SQL, in bytes from 1
}

// copy reads what follows COPY.
func (p *parser) copy() Utility {
	if p.accept("from", "database") {
		return notAllowed("COPY FROM DATABASE", "")
	}
	if e := p.findParameter(); e != nil {
		return Refused{e}
	}
	var c Copy
	binary := p.tok
	if p.accept("binary") {
		c.Options = p.addCopyOption(c.Options, binary.Start, CopyOption{Name: "format", Value: "binary"})
	} else if p.isMark('(') {
		if u := p.copyQuery(&c); u != nil {
			return u
		}
	}
	if c.Query.Empty() {
		c.Table = p.table()
		if p.isMark('(') {
			c.Columns = p.names()
		}
	}
	direction := strings.ToUpper(p.acceptAny("from", "to"))
	if direction == "" || direction == "FROM" && c.Table.Name == "" {
		p.fail()
	}
	c.From = direction == "FROM"
	switch {
	case p.accept("stdin"), p.accept("stdout"):
		return p.copyTail(c)
	case p.is("program"):
		return notAllowed("COPY "+direction+" PROGRAM", "")
	case p.done():
		p.fail()
	case c.From:
		return notAllowed("COPY FROM a file", hintLoadFile)
	}
	return notAllowed("COPY TO a file", hintStdout)
}

// findParameter is the error of the first parameter that is to come: a COPY has none.
func (p *parser) findParameter() *engine.Error {
	for look := *p; !look.done(); look.advance() {
		if look.tok.Kind == pglex.Param {
			return &engine.Error{
				Code: "42P02", Message: "there is no parameter " + look.tok.Text(p.sql), Position: look.tok.Start - p.first + 1,
			}
		}
	}
	return nil
}

// copyQuery reads a query in brackets. It returns a Utility if the statement is
// refused.
func (p *parser) copyQuery(c *Copy) Utility {
	inside := *p
	inside.advance()
	c.Query.Start = inside.tok.Start - p.first
	if inside.is("create") { // TABLE AS has the tag of a SELECT
		inside.fail()
	}
	u, tag := inside.contained()
	if u != nil {
		return u
	}
	switch tag {
	case "SELECT", "SHOW", "INSERT 0", "UPDATE", "DELETE", "MERGE":
	default:
		inside.fail()
	}
	p.err = inside.err
	c.Query.End = p.skipBrackets() - p.first
	return nil
}

// copyTail reads the options in either syntax, and WHERE.
func (p *parser) copyTail(c Copy) Utility {
	delimiters := p.tok
	p.accept("using")
	if p.accept("delimiters") {
		c.Options = p.addCopyOption(c.Options, delimiters.Start, CopyOption{Name: "delimiter", Value: p.string()})
	}
	if with := p.accept("with"); p.isMark('(') {
		c.Options = p.copyOptions(c.Options)
	} else if !p.done() && (with || !p.is("where")) {
		for !p.done() && !p.is("where") {
			c.Options = p.oldCopyOption(c.Options)
		}
	}
	at := p.tok.Start
	if p.accept("where") {
		if !c.From {
			return Refused{&engine.Error{
				Code: "42601", Message: "WHERE clause not allowed with COPY TO", Position: at - p.first + 1,
			}}
		}
		if p.done() {
			p.fail()
		}
		c.Where = Span{p.tok.Start - p.first, p.end - p.first}
		return c
	}
	return p.finish(c)
}

func (p *parser) addCopyOption(list []CopyOption, at int, o CopyOption) []CopyOption {
	o.Position = at - p.first + 1
	return append(list, o)
}

// copyOptions reads (name [value], ...). No word is reserved there.
func (p *parser) copyOptions(list []CopyOption) []CopyOption {
	p.expectMark('(')
	for {
		at := p.tok.Start
		o := CopyOption{Name: p.labelOrString()}
		switch {
		case p.isMark(','), p.isMark(')'):
		case p.isMark('('):
			o.Columns = p.labels()
		case p.acceptMark('*'):
			o.Columns = []string{"*"}
		default:
			o.Value = p.optionValue()
		}
		list = p.addCopyOption(list, at, o)
		if !p.acceptMark(',') {
			break
		}
	}
	p.expectMark(')')
	return list
}

// oldCopyOption reads an option as before PostgreSQL 9.0.
func (p *parser) oldCopyOption(list []CopyOption) []CopyOption {
	at := p.tok.Start
	var o CopyOption
	switch word := p.acceptAny("binary", "csv", "freeze", "header", "delimiter", "null", "quote", "escape", "encoding", "force"); word {
	case "binary", "csv":
		o = CopyOption{Name: "format", Value: word}
	case "freeze", "header":
		o = CopyOption{Name: word, Value: "true"}
	case "delimiter", "null", "quote", "escape":
		p.accept("as")
		o = CopyOption{Name: word, Value: p.string()}
	case "encoding":
		o = CopyOption{Name: word, Value: p.string()}
	case "force":
		o = p.oldForce()
	default:
		p.fail()
	}
	return p.addCopyOption(list, at, o)
}

// oldForce reads what follows FORCE.
func (p *parser) oldForce() CopyOption {
	var o CopyOption
	switch {
	case p.accept("not", "null"):
		o.Name = "force_not_null"
	case p.accept("null"):
		o.Name = "force_null"
	case p.accept("quote"):
		o.Name = "force_quote"
		if p.acceptMark('*') {
			o.Columns = []string{"*"}
			return o
		}
	default:
		p.fail()
	}
	o.Columns = []string{p.name()}
	for p.acceptMark(',') {
		o.Columns = append(o.Columns, p.name())
	}
	return o
}

// labels reads a list in brackets, of words none of which is reserved.
func (p *parser) labels() (list []string) {
	p.expectMark('(')
	list = append(list, p.labelOrString())
	for p.acceptMark(',') {
		list = append(list, p.labelOrString())
	}
	p.expectMark(')')
	return list
}
