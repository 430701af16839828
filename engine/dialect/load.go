package dialect

import (
	"strings"

	"github.com/csvsql/csvsql/wire/pglex"
)

const (
	hintQuotePath = "Put the path in quotes: LOAD 'data/*.csv' AS name."
	hintLoadFile  = "To load a file, give its name with the extension: LOAD 'file.csv' AS name."
)

// loading reads the statements that make a table of files:
//
//	LOAD [OR REPLACE] files [[AS] name] [WITH (option [value], ...)]
//	CREATE [OR REPLACE] EXTERNAL TABLE ...
//
// files is a path in quotes, several of them in brackets, or one without quotes
// that ends at white space. LOAD extension, which is the engine's, is refused.
func (p *parser) loading(verb string) Utility {
	switch verb {
	case "load":
		p.advance()
		return p.load()
	case "create":
		bookmark := *p
		p.advance()
		replace := p.accept("or", "replace")
		if p.accept("external") {
			return p.externalTable(replace)
		}
		*p = bookmark
	}
	return nil
}

func (p *parser) load() Utility {
	l := Load{Tag: "LOAD", Replace: p.accept("or", "replace")}
	l.Files = p.files()
	if !p.done() && !p.is("with") {
		p.accept("as")
		l.Table = p.table()
	}
	if p.accept("with") {
		l.Options = p.options()
	}
	p.finish(l)
	if p.err == nil && l.Table.Name == "" && l.Options == nil && len(l.Files) == 1 && !isPath(l.Files[0]) {
		return refused("42501", "loading the extension \""+l.Files[0]+"\" is not allowed", hintLoadFile)
	}
	return l
}

// isPath reports whether a text that stands alone behind LOAD is a file and not
// the name of an extension.
func isPath(s string) bool { return strings.ContainsAny(s, `./\*?[`) }

// files reads one path or, in brackets, several.
func (p *parser) files() []string {
	if !p.acceptMark('(') {
		return []string{p.path()}
	}
	files := []string{p.string()}
	for p.acceptMark(',') {
		files = append(files, p.string())
	}
	p.expectMark(')')
	return files
}

// path reads a path in quotes or up to white space.
func (p *parser) path() string {
	if p.isString() {
		return p.string()
	}
	if p.done() || p.is("as") || p.is("with") {
		p.fail()
		return ""
	}
	start := p.tok.Start
	n := strings.IndexAny(p.sql[start:p.end], " \t\r\n\f\v")
	if n < 0 {
		n = p.end - start
	}
	for !p.done() && p.tok.End <= start+n {
		p.advance()
	}
	if !p.done() && p.tok.Start < start+n {
		p.fail() // a token with white space in it
	}
	return p.sql[start : start+n]
}

// options reads (name [=] [value], ...).
func (p *parser) options() (all []Option) {
	p.expectMark('(')
	for {
		all = append(all, p.option(p.optionName())...)
		if !p.acceptMark(',') {
			break
		}
	}
	p.expectMark(')')
	return all
}

// optionName reads a string, or words with dots between them. No word is
// reserved there.
func (p *parser) optionName() string {
	name := p.labelOrString()
	for p.acceptMark('.') {
		name += "." + p.labelOrString()
	}
	return pglex.Fold(name)
}

// option reads the value of one option: none, one, or a list in brackets.
func (p *parser) option(name string) (all []Option) {
	if !p.acceptMark('=') && (p.isMark(',') || p.isMark(')')) {
		return []Option{{name, "true"}}
	}
	if !p.acceptMark('(') {
		return []Option{{name, p.optionValue()}}
	}
	for {
		all = append(all, Option{name, p.optionValue()})
		if !p.acceptMark(',') {
			break
		}
	}
	p.expectMark(')')
	return all
}

func (p *parser) optionValue() string {
	if p.isMark('-') || p.isMark('+') || p.isNumber() {
		return p.signedNumber()
	}
	return p.labelOrString()
}

// labelOrString reads any word, or a string.
func (p *parser) labelOrString() string {
	if p.done() || p.tok.Kind != pglex.Ident && p.tok.Kind != pglex.QuotedIdent && p.tok.Kind != pglex.String {
		p.fail()
		return ""
	}
	return p.value()
}

// externalTable reads what follows CREATE EXTERNAL: DataFusion's statement,
// with its clauses in any order
// (DataFusion documentation, SQL Reference, CREATE EXTERNAL TABLE):
//
//	TABLE [IF NOT EXISTS] name STORED AS type [WITH HEADER ROW] [DELIMITER 'c']
//	[COMPRESSION TYPE type] LOCATION 'path' [OPTIONS (name value, ...)]
func (p *parser) externalTable(replace bool) Utility {
	l := Load{Tag: "CREATE TABLE", Replace: replace}
	p.expect("table")
	l.IfNotExists = p.accept("if", "not", "exists")
	l.Table = p.table()
	if p.isMark('(') {
		return unsupported("CREATE EXTERNAL TABLE with a list of columns", "Leave the list out: names and types are taken from the file.")
	}
	stored := false
	for !p.done() {
		switch {
		case p.accept("stored"):
			p.expect("as")
			l.Options = append(l.Options, Option{"format", pglex.Fold(p.labelOrString())})
			stored = true
		case p.accept("with"):
			p.expect("header", "row")
			l.Options = append(l.Options, Option{"header", "true"})
		case p.accept("delimiter"):
			l.Options = append(l.Options, Option{"delimiter", p.string()})
		case p.accept("compression"):
			p.expect("type")
			l.Options = append(l.Options, Option{"compression", pglex.Fold(p.labelOrString())})
		case l.Files == nil && p.accept("location"):
			l.Files = []string{p.string()}
		case p.accept("options"):
			for _, o := range p.options() {
				l.Options = append(l.Options, Option{externalOption(o.Name), o.Value})
			}
		default:
			p.fail()
		}
	}
	if !stored || l.Files == nil {
		p.fail()
	}
	return p.finish(l)
}

// externalOption is LOAD's name for one of DataFusion's options.
func externalOption(name string) string {
	switch name = strings.TrimPrefix(name, "format."); name {
	case "has_header":
		return "header"
	case "null_value":
		return "null"
	}
	return name
}
