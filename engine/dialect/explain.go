package dialect

import (
	"strings"

	"github.com/csvsql/csvsql/wire/pglex"
)

// Explain is EXPLAIN [(options)] statement.
type Explain struct {
	Analyze bool
	Verbose bool
	NoCosts bool
	// NoTiming leaves the times of the nodes out, NoSummary that of the statement.
	NoTiming, NoSummary bool
	JSON                bool
	Statement           Statement
	Execute             *Execute // the prepared statement that is explained instead
}

func (Explain) utility() {}

// explain reads EXPLAIN (PostgreSQL documentation, EXPLAIN).
func (p *parser) explain(verb string) Utility {
	if verb != "explain" {
		return nil
	}
	p.advance()
	var e Explain
	if u := p.explainOptions(&e); u != nil {
		return u
	}
	if p.is("explain") {
		p.fail()
	}
	if p.is("declare") {
		return unsupported("EXPLAIN DECLARE", "Explain the statement itself.")
	}
	if p.accept("execute") {
		execute := p.execute()
		e.Execute = &execute
		return p.finish(e)
	}
	start := p.tok.Start
	u, tag := p.contained()
	if u != nil || p.err != nil {
		return u
	}
	e.Statement = Statement{SQL: p.text[start-p.first:], Offset: start, Tag: tag, Target: p.target}
	return e
}

// explainOptions reads what is between EXPLAIN and the statement: words, or
// options in brackets, which are not those of EXPLAIN (SELECT ...).
func (p *parser) explainOptions(e *Explain) Utility {
	look := *p
	switch {
	case !look.acceptMark('('):
		e.Analyze = p.acceptAny("analyze", "analyse") != ""
		e.Verbose = p.accept("verbose")
		return nil
	case look.isMark('('), look.acceptAny("select", "with", "values", "table", "from") != "":
		return nil
	}
	*p = look
	for {
		if u := p.explainOption(e); u != nil {
			return u
		}
		if !p.acceptMark(',') {
			break
		}
	}
	p.expectMark(')')
	return nil
}

func (p *parser) explainOption(e *Explain) Utility {
	name, value := pglex.Fold(p.switchName()), ""
	if !p.isMark(',') && !p.isMark(')') {
		value = pglex.Fold(p.optionValue())
	}
	on := value == "" || value == "on" || value == "true" || value == "1"
	switch name {
	case "analyze":
		e.Analyze = on
	case "verbose":
		e.Verbose = on
	case "costs":
		e.NoCosts = !on
	case "timing":
		e.NoTiming = !on
	case "summary":
		e.NoSummary = !on
	case "buffers", "settings", "wal": // there is nothing to show
	case "format":
		switch value {
		case "text", "json":
			e.JSON = value == "json"
		case "xml", "yaml":
			return unsupported("EXPLAIN with FORMAT "+strings.ToUpper(value), "TEXT and JSON are.")
		default:
			return refused("22023", `unrecognized value for EXPLAIN option "format": "`+value+`"`, "")
		}
	default:
		return refused("42601", `unrecognized EXPLAIN option "`+name+`"`, "")
	}
	return nil
}
