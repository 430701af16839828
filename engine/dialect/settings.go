package dialect

import (
	"strings"

	"github.com/csvsql/csvsql/wire/pglex"
)

// setting reads the statements about a session's settings and other state
// (PostgreSQL documentation, SET, SHOW, RESET, DISCARD).
func (p *parser) setting(verb string) Utility {
	switch verb {
	case "set":
		p.advance()
		return p.set()
	case "show":
		return p.show()
	case "reset":
		p.advance()
		return p.finish(Reset{p.settingName()})
	case "discard":
		p.advance()
		return p.discard()
	}
	return nil
}

// settingName reads what SHOW and RESET name.
func (p *parser) settingName() string {
	switch {
	case p.accept("time", "zone"):
		return "timezone"
	case p.accept("transaction", "isolation"):
		p.expect("level")
		return "transaction_isolation"
	case p.accept("session", "authorization"):
		return "session_authorization"
	case p.accept("all"):
		return "all"
	}
	return p.parameter()
}

// parameter reads the name of a setting. Case does not matter, even in quotes.
func (p *parser) parameter() string {
	return pglex.Fold(strings.Join(p.dotted(), "."))
}

// show reads SHOW, unless it is one of the engine's own about its tables.
func (p *parser) show() Utility {
	bookmark := *p
	p.advance()
	for _, words := range [...][]string{{"tables"}, {"all", "tables"}, {"databases"}, {"schemas"}} {
		if p.accept(words...) {
			*p = bookmark
			return nil
		}
	}
	return p.finish(Show{p.settingName()})
}

func (p *parser) discard() Utility {
	what := p.acceptAny("all", "plans", "sequences", "temp", "temporary")
	switch what {
	case "":
		p.fail()
	case "temporary":
		what = "temp"
	}
	return p.finish(Discard{what})
}

// set reads what follows SET.
func (p *parser) set() Utility {
	if scope := p.engineScope(); scope != "" {
		return notAllowed("SET "+scope, "Only settings of the session can be set.")
	}
	switch {
	case p.accept("transaction"):
		return p.setTransaction(false)
	case p.accept("session", "characteristics"):
		p.expect("as", "transaction")
		return p.setTransaction(true)
	case p.accept("constraints"):
		return p.setConstraints()
	}
	local := p.accept("local")
	if !local {
		p.acceptSession()
	}
	set := p.assignment()
	set.Local = local
	return p.finish(set)
}

// engineScope is what SET names in the statements of the engine's that reach
// beyond a session, or "": SET VARIABLE x = 1 but not SET variable = 1.
func (p *parser) engineScope() string {
	scope := *p
	scope.acceptAny("variable", "global")
	if scope.tok == p.tok || !scope.isName() {
		return ""
	}
	return strings.ToUpper(p.word())
}

// acceptSession reads the noise word of SET SESSION name. In SET SESSION
// AUTHORIZATION and SET session = 1 it is not one.
func (p *parser) acceptSession() {
	bookmark := *p
	if p.accept("session") && !p.isName() {
		*p = bookmark
	}
}

func (p *parser) setTransaction(session bool) Utility {
	if p.done() {
		p.fail() // at least one mode
	}
	if !session && p.accept("snapshot") {
		return p.finish(SetTransaction{Snapshot: p.string()})
	}
	return p.finish(SetTransaction{Session: session, Modes: p.txModes()})
}

// assignment reads the name and the value of a setting.
func (p *parser) assignment() Set {
	switch {
	case p.accept("time", "zone"):
		return Set{Name: "timezone", Values: p.timeZone()}
	case p.accept("names"):
		if p.done() {
			return Set{Name: "client_encoding"}
		}
		return Set{Name: "client_encoding", Values: p.orDefault((*parser).string)}
	case p.accept("schema"):
		return Set{Name: "search_path", Values: []string{p.string()}}
	case p.accept("session", "authorization"):
		return Set{Name: "session_authorization", Values: p.orDefault((*parser).wordOrString)}
	case p.accept("xml", "option"):
		option := p.acceptAny("document", "content")
		if option == "" {
			p.fail()
		}
		return Set{Name: "xmloption", Values: []string{option}}
	}
	if p.acceptRole() {
		return Set{Name: "role", Values: []string{p.wordOrString()}}
	}
	name := p.parameter()
	if !p.accept("to") {
		p.expectMark('=')
	}
	return Set{Name: name, Values: p.settingValues()}
}

// acceptRole reads the keyword of SET ROLE name, but not the name of SET role
// TO name, which means the same.
func (p *parser) acceptRole() bool {
	bookmark := *p
	if p.accept("role") && !p.is("to") && !p.isMark('=') && !p.isMark('.') {
		return true
	}
	*p = bookmark
	return false
}

// orDefault reads DEFAULT, which is nil, or a value.
func (p *parser) orDefault(value func(*parser) string) []string {
	if p.accept("default") {
		return nil
	}
	return []string{value(p)}
}

// wordOrString reads a word that is not reserved, or a string.
func (p *parser) wordOrString() string {
	if !p.isString() && !p.isWord() {
		p.fail()
		return ""
	}
	return p.value()
}

// settingValues reads a list of values, or DEFAULT. There are no expressions.
func (p *parser) settingValues() []string {
	if p.accept("default") {
		return nil
	}
	values := []string{p.settingValue()}
	for p.acceptMark(',') {
		values = append(values, p.settingValue())
	}
	return values
}

func (p *parser) settingValue() string {
	switch {
	case p.isMark('-'), p.isMark('+'), p.isNumber():
		return p.signedNumber()
	case p.is("true"), p.is("false"), p.is("on"):
		return p.value()
	}
	return p.wordOrString()
}

func (p *parser) isNumber() bool { return !p.done() && p.tok.Kind == pglex.Number }

// signedNumber reads a number as it is written, without a plus.
func (p *parser) signedNumber() string {
	sign := ""
	if p.acceptMark('-') {
		sign = "-"
	} else {
		p.acceptMark('+')
	}
	if !p.isNumber() {
		p.fail()
		return ""
	}
	return sign + p.value()
}
