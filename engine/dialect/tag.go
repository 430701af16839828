package dialect

import "strings"

// query finds the command tag of a statement for the engine
// (PostgreSQL documentation, 55.7, CommandComplete). Statements that PostgreSQL
// does not have are tagged as the one they resemble. A first word that begins
// no statement is a syntax error, so that an engine gets only what was thought
// of here.
func (p *parser) query(verb string) (Utility, string) {
	switch verb {
	case "with":
		bookmark := *p
		p.advance()
		if u, ok := p.commonTables(); u != nil {
			return u, ""
		} else if ok {
			return p.contained()
		}
		*p = bookmark // the engine says what is wrong with it
		return nil, "SELECT"
	case "show":
		return nil, "SHOW"
	case "select", "values", "table", "from", "describe", "desc", "summarize",
		"pivot", "unpivot", "pivot_wider", "pivot_longer":
		return nil, "SELECT"
	case "insert":
		p.changes("or", "replace", "ignore", "into")
		return nil, "INSERT 0"
	case "update":
		p.changes("only")
		return nil, "UPDATE"
	case "delete":
		p.changes("from", "only")
		return nil, "DELETE"
	case "merge":
		p.changes("into", "only")
		return nil, "MERGE"
	case "comment":
		return nil, "COMMENT"
	case "truncate":
		return nil, "TRUNCATE TABLE"
	case "create", "alter", "drop":
		return nil, p.definitionTag()
	}
	if !p.isMark('(') {
		p.fail()
		return nil, ""
	}
	for p.acceptMark('(') {
	}
	return p.contained()
}

// changes takes note of the table that a statement changes, whose name stands
// behind the verb and some of these words. What is wrong is the engine's to say.
func (p *parser) changes(words ...string) {
	look := *p
	look.advance()
	for look.acceptAny(words...) != "" {
	}
	names := look.dotted()
	if look.err != nil {
		return
	}
	p.target.Name = names[len(names)-1]
	if len(names) > 1 {
		p.target.Schema = names[len(names)-2]
	}
}

// maxLevel bounds how deep statements are in each other by EXPLAIN, WITH and
// brackets; no engine takes more than these few.
const maxLevel = 8

// contained reads a statement inside of another one. What is refused alone is
// refused there as well; the other statements that the server answers itself
// cannot be there.
func (p *parser) contained() (Utility, string) {
	at := *p
	if p.level++; p.level > maxLevel {
		p.fail()
		return nil, ""
	}
	u, tag := classify(p)
	if _, ok := u.(Refused); !ok && u != nil {
		*p = at
		p.fail()
		return nil, ""
	}
	return u, tag
}

// commonTables reads what is between WITH and the main statement, or reports
// that it could not. A statement there that writes is refused.
func (p *parser) commonTables() (Utility, bool) {
	look := *p
	look.accept("recursive")
	for {
		look.name()
		if look.isMark('(') {
			look.skipBrackets()
		}
		if look.accept("using", "key") {
			look.skipBrackets()
		}
		look.expect("as")
		look.accept("not")
		look.accept("materialized")
		if inner := look; inner.acceptMark('(') {
			if verb := inner.acceptAny("insert", "update", "delete", "merge"); verb != "" {
				return unsupported(strings.ToUpper(verb)+" in WITH", "Write it as a statement of its own, in a transaction with the other."), false
			}
		}
		look.skipBrackets()
		if !look.acceptMark(',') {
			break
		}
	}
	if look.err != nil {
		return nil, false
	}
	*p = look
	return nil, true
}

// definitionTag is the tag of CREATE, ALTER and DROP: both words of the
// statement, but SELECT for a table that is made of a query.
func (p *parser) definitionTag() string {
	verb := strings.ToUpper(p.word())
	p.advance()
	p.definitionModifiers()
	kind := p.word()
	if verb == "CREATE" && kind == "table" && p.hasQuery() {
		return "SELECT"
	}
	return verb + " " + strings.ToUpper(kind)
}

// hasQuery reports whether CREATE TABLE goes on with AS, outside of brackets.
func (p *parser) hasQuery() bool {
	outside := p.lexer.Depth()
	for look := *p; !look.done(); look.advance() {
		if look.lexer.Depth() == outside && look.is("as") {
			return true
		}
	}
	return false
}
