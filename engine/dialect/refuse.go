package dialect

import (
	"strings"

	"github.com/csvsql/csvsql/engine"
)

// refusal reads the statements that never reach an engine: those that reach
// beyond the session's data (42501), and those of PostgreSQL that no part of
// the server answers (0A000).
func (p *parser) refusal(verb string) Utility {
	name := strings.ToUpper(verb)
	switch verb {
	case "copy":
		p.advance()
		return p.copy()
	case "create", "alter", "drop":
		return p.definition(verb)
	case "update":
		bookmark := *p
		p.advance()
		if p.accept("extensions") && (p.done() || p.isMark('(') || p.isMark(')')) {
			return notAllowed("UPDATE EXTENSIONS", "")
		}
		*p = bookmark
		return nil

	case "attach", "detach", "export", "import":
		return notAllowed(name, "The server decides which files and databases are open.")
	case "use":
		return notAllowed(name, "To choose a schema write SET search_path TO name.")
	case "install":
		return notAllowed(name, "")
	case "force":
		p.advance()
		return notAllowed("FORCE "+strings.ToUpper(p.word()), "")
	case "pragma":
		return notAllowed(name, "Settings have SET and SHOW; DESCRIBE and SHOW TABLES tell of tables.")
	case "call":
		return notAllowed(name, "A table function can be called in FROM.")

	case "refresh":
		p.advance() // of nothing else than a materialized view
		p.fail()
		return nil
	case "do", "security":
		return unsupported(name, "")
	}
	return nil
}

// definition reads CREATE, ALTER and DROP for the kind of object, and returns
// nil for those that the engine has.
func (p *parser) definition(verb string) Utility {
	bookmark := *p
	p.advance()
	p.definitionModifiers()
	statement := strings.ToUpper(verb + " " + p.word())
	kind := p.word()
	switch kind {
	case "schema":
		if verb == "create" && p.hasElements() {
			return unsupported("CREATE SCHEMA with elements", "Create them behind it.")
		}
		*p = bookmark
		return nil
	case "table", "view", "index", "sequence", "type", "macro", "secret":
		*p = bookmark
		return nil
	case "function":
		if verb == "drop" || !p.isRoutine() {
			*p = bookmark
			return nil
		}
		return unsupported(statement, "A function of one expression can be made: CREATE MACRO name(a, b) AS a + b.")
	case "persistent", "database", "system", "tablespace":
		return notAllowed(statement, "")
	case "global", "access", "aggregate", "cast", "collation", "conversion", "domain",
		"event", "extension", "foreign", "language", "large", "operator", "owned", "policy",
		"procedure", "publication", "routine", "rule", "server", "statistics", "subscription",
		"text", "transform", "trigger", "trusted", "user":
		return unsupported(statement, "")
	}
	p.fail()
	return nil
}

// definitionModifiers reads the words between CREATE and the kind of object.
func (p *parser) definitionModifiers() {
	p.accept("or", "replace")
	for p.acceptAny("temp", "temporary", "local", "unlogged", "unique", "recursive") != "" {
	}
}

// hasElements reports whether a CREATE SCHEMA goes on with what is to be in it.
func (p parser) hasElements() bool {
	for !p.done() {
		if p.advance(); p.is("create") || p.is("grant") {
			return true
		}
	}
	return false
}

// isRoutine reports whether a CREATE FUNCTION is PostgreSQL's, not the engine's
// word for a macro: whether it says what it returns, or in which language.
func (p *parser) isRoutine() bool {
	outside := p.lexer.Depth()
	for look := *p; !look.done(); look.advance() {
		if look.lexer.Depth() > outside {
			continue
		}
		switch look.word() {
		case "returns", "return", "language", "atomic":
			return true
		}
	}
	return false
}

// notAllowed answers a statement with 42501. What follows its name is not read.
func notAllowed(statement, hint string) Utility {
	return refused("42501", statement+" is not allowed", hint)
}

// unsupported answers a statement with 0A000.
func unsupported(statement, hint string) Utility {
	return refused("0A000", statement+" is not supported", hint)
}

// refused is the Utility that answers with an error.
func refused(code, message, hint string) Utility {
	return Refused{&engine.Error{Code: code, Message: message, Hint: hint}}
}
