package dialect

import (
	"strings"

	"github.com/csvsql/csvsql/engine"
)

// Ineffective is a statement about roles, privileges and owners. Every role may read
// and write every table, and who may connect is decided where the server is started:
// it changes nothing, and the user is warned of that. A new password that is none is
// refused.
type Ineffective struct {
	Tag     string
	Warning Warning
	Tables  []engine.TableName // that have to exist
	Owner   string             // that something is to have; there is no warning if it has
}

// Warning is what an Ineffective says.
type Warning struct{ Code, Message, Hint string }

func (Ineffective) utility() {}

const (
	whyPrivileges = "every role that may connect may read and write all tables"
	whyRoles      = "who may connect is decided by the server's --auth and --users"
	whyOwner      = "everything belongs to postgres"
)

// roles reads GRANT, REVOKE, CREATE, ALTER and DROP ROLE, and the statements for
// owners.
func (p *parser) roles(verb string) Utility {
	switch verb {
	case "grant", "revoke":
		return p.grant(verb)
	case "reassign":
		p.advance()
		p.expect("owned", "by")
		p.skipToEnd()
		return ineffective("REASSIGN OWNED", "01000", whyOwner)
	case "create", "alter", "drop":
	default:
		return nil
	}
	look := *p
	look.advance()
	if verb == "alter" && look.accept("default", "privileges") {
		*p = look
		p.skipToEnd()
		return ineffective("ALTER DEFAULT PRIVILEGES", "01007", whyPrivileges)
	}
	if look.acceptAny("role", "user", "group") != "" && !look.is("mapping") {
		*p = look
		u := ineffective(strings.ToUpper(verb)+" ROLE", "01000", whyRoles)
		p.accept("if", "exists")
		if verb == "create" {
			u.Warning.Hint = "Add a user with: csvsql user add NAME --users FILE"
		}
		if !p.accept("all") {
			p.role()
		}
		if p.skipUntil("password"); verb == "alter" && !p.done() {
			return unsupported("ALTER ROLE ... PASSWORD", "Change it with: csvsql user passwd NAME --users FILE")
		}
		p.skipToEnd()
		return u
	}
	if verb == "alter" {
		return p.owner()
	}
	return nil
}

// grant reads GRANT and REVOKE, of privileges and of roles.
func (p *parser) grant(verb string) Utility {
	p.advance()
	if verb == "revoke" && !p.accept("grant", "option", "for") {
		p.accept("admin", "option", "for")
	}
	u := ineffective(strings.ToUpper(verb)+" ROLE", "01000", whyRoles)
	if p.acceptAny("on", "to", "from") != "" {
		p.fail() // of what
	}
	p.skipUntil("on", "to", "from")
	if p.accept("on") {
		u = ineffective(strings.ToUpper(verb), map[string]string{"grant": "01007", "revoke": "01006"}[verb], whyPrivileges)
		u.Tables = p.grantedTables()
	}
	p.skipUntil("to", "from")
	if p.acceptAny("to", "from") == "" {
		p.fail()
	}
	p.role()
	p.skipToEnd()
	return u
}

// grantedTables reads the names behind ON if they are those of tables.
func (p *parser) grantedTables() (names []engine.TableName) {
	look := *p
	if !look.accept("table") && look.acceptAny("all", "sequence", "database", "domain", "foreign", "function", "language", "large",
		"parameter", "procedure", "routine", "schema", "tablespace", "type") != "" {
		return nil
	}
	for {
		names = append(names, look.table())
		if !look.acceptMark(',') {
			break
		}
	}
	*p = look
	return names
}

// owner reads ALTER kind name OWNER TO role, of kinds that have no more to alter
// than the engine does.
func (p *parser) owner() Utility {
	look := *p
	look.advance()
	kind := look.acceptAny("schema", "sequence", "type", "domain", "function", "aggregate", "procedure", "routine")
	if kind == "" {
		return nil
	}
	look.accept("if", "exists")
	look.dotted()
	if look.isMark('(') {
		look.skipBrackets()
	}
	if !look.accept("owner", "to") {
		return nil
	}
	u := ineffective("ALTER "+strings.ToUpper(kind), "01000", whyOwner)
	u.Owner = look.role()
	*p = look
	return p.finish(u)
}

func ineffective(tag, code, why string) Ineffective {
	return Ineffective{Tag: tag, Warning: Warning{Code: code, Message: tag + " has no effect: " + why}}
}

// skipUntil reads up to one of these words, or to the end.
func (p *parser) skipUntil(words ...string) {
	outside := p.lexer.Depth()
	for !p.done() {
		for _, w := range words {
			if p.is(w) && p.lexer.Depth() == outside {
				return
			}
		}
		p.advance()
	}
}

func (p *parser) skipToEnd() {
	for !p.done() {
		p.advance()
	}
}
