package dialect

import (
	"strings"

	"github.com/csvsql/csvsql/engine"
)

// Alter is ALTER TABLE, VIEW and MATERIALIZED VIEW (PostgreSQL documentation, ALTER
// TABLE), of which the engine takes one action at a time and not all of them.
type Alter struct {
	Kind     string // "TABLE", "VIEW", "MATERIALIZED VIEW"
	IfExists bool
	Name     engine.TableName
	Actions  []Action
}

// Action is one of the actions of an ALTER TABLE.
type Action struct {
	Kind ActionKind
	// Name is what PostgreSQL calls it in its messages: "ADD COLUMN".
	Name   string
	Column string // that it is about
	To     string // the new name, schema or owner
	Exists bool   // IF EXISTS, IF NOT EXISTS

	Text  Span   // all of it
	Blank []Span // parts of Text that the engine does not take: they have a field here

	NotNull bool    // the column of ADD COLUMN is NOT NULL
	Unique  bool    // it is UNIQUE
	Serial  *Serial // it has a sequence, or gets one

	Constraint string   // its name, or ""
	Columns    []string // of the constraint

	typeName string // of the column, if it is that of integers
}

// ActionKind says what an action does.
type ActionKind uint8

const (
	AlterColumn    ActionKind = iota // a type, a default, NOT NULL: as the engine does
	AddColumn                        // ADD COLUMN
	DropColumn                       // DROP COLUMN
	RenameColumn                     // RENAME COLUMN a TO b
	Rename                           // RENAME TO b
	SetSchema                        // SET SCHEMA
	SetOwner                         // OWNER TO
	AddIdentity                      // ALTER COLUMN a ADD GENERATED ... AS IDENTITY
	AddPrimaryKey                    // ADD PRIMARY KEY (a, b)
	AddUnique                        // ADD UNIQUE (a, b)
	DropConstraint                   // DROP CONSTRAINT
	WithoutEffect                    // storage, statistics and the like: nothing to do
	Unsupported                      // what nobody does
)

func (Alter) utility() {}

// alter reads ALTER TABLE, VIEW and MATERIALIZED VIEW. What it cannot read it leaves
// to the engine, which says what is wrong with it.
func (p *parser) alter(verb string) Utility {
	if verb != "alter" {
		return nil
	}
	look := *p
	look.advance()
	a := Alter{Kind: strings.ToUpper(look.acceptAny("table", "view", "materialized"))}
	switch a.Kind {
	case "":
		return nil
	case "MATERIALIZED":
		a.Kind = "MATERIALIZED VIEW"
		look.expect("view")
	}
	a.IfExists = look.accept("if", "exists")
	look.accept("only")
	a.Name = look.table()
	look.acceptMark('*')
	for look.err == nil {
		action := Action{Text: Span{Start: look.tok.Start - look.first}}
		look.action(&action)
		action.Text.End = len(strings.TrimRight(p.text[:look.tok.Start-look.first], " \t\r\n\f\v"))
		if look.done() {
			action.Text.End = len(p.text)
		}
		a.Actions = append(a.Actions, action)
		if !look.isMark(',') && len(a.Actions) == 1 {
			break
		}
		if action.alone() {
			look.fail()
		}
		if !look.acceptMark(',') {
			break
		}
	}
	if look.err != nil || !look.done() {
		return nil
	}
	*p = look
	return a
}

// alone reports whether an action can only be the only one.
func (a *Action) alone() bool {
	switch a.Kind {
	case Rename, RenameColumn, SetSchema:
		return true
	}
	return a.Name == "RENAME CONSTRAINT"
}

// action reads one action.
func (p *parser) action(a *Action) {
	switch {
	case p.accept("rename"):
		p.rename(a)
	case p.accept("add"):
		p.add(a)
	case p.accept("drop", "constraint"):
		a.Kind, a.Name = DropConstraint, "DROP CONSTRAINT"
		a.Exists = p.accept("if", "exists")
		a.Constraint = p.name()
		p.dropBehavior()
	case p.accept("drop"):
		a.Kind, a.Name = DropColumn, "DROP COLUMN"
		p.accept("column")
		a.Exists = p.accept("if", "exists")
		a.Column = p.name()
		p.dropBehavior()
	case p.accept("alter"):
		p.accept("column")
		a.Column = p.name()
		p.alterColumn(a)
	case p.accept("owner", "to"):
		a.Kind, a.Name = SetOwner, "OWNER TO"
		a.To = p.role()
	case p.accept("set", "schema"):
		a.Kind, a.Name = SetSchema, "SET SCHEMA"
		a.To = p.name()
	default:
		p.other(a)
	}
}

func (p *parser) dropBehavior() {
	if !p.accept("cascade") {
		p.accept("restrict")
	}
}

func (p *parser) rename(a *Action) {
	switch {
	case p.accept("to"):
		a.Kind, a.Name = Rename, "RENAME"
	case p.accept("constraint"):
		a.Kind, a.Name = Unsupported, "RENAME CONSTRAINT"
		p.name()
		p.expect("to")
	default:
		a.Kind, a.Name = RenameColumn, "RENAME COLUMN"
		word := p.tok.Start - p.first
		if p.accept("column") { // views of the engine do not know the word
			a.Blank = append(a.Blank, Span{word, word + len("column")})
		}
		a.Column = p.name()
		p.expect("to")
	}
	a.To = p.name()
}

// other reads the actions without an equal in the engine, up to the next comma.
func (p *parser) other(a *Action) {
	first, second := p.word(), ""
	p.advance()
	second = p.word()
	a.Kind, a.Name = Unsupported, strings.ToUpper(strings.TrimSpace(first+" "+second))
	switch first + " " + second {
	case "set ", "reset ", "cluster on", "set logged", "set unlogged", "set without", "set access", "set tablespace",
		"replica identity", "enable trigger", "disable trigger", "disable row", "no force", "validate constraint":
		a.Kind = WithoutEffect
	case "enable row", "force row", "disable rule", "enable rule", "enable always", "enable replica", "inherit ", "no inherit",
		"attach partition", "detach partition", "of ", "not of":
	}
	if first == "" || !p.isAction(first) {
		p.fail()
	}
	p.skipAction()
}

func (p *parser) isAction(word string) bool {
	switch word {
	case "set", "reset", "cluster", "replica", "enable", "disable", "no", "force", "validate", "inherit", "attach", "detach", "of", "not":
		return true
	}
	return false
}

// skipAction reads up to the comma behind an action.
func (p *parser) skipAction() {
	outside := p.lexer.Depth()
	if p.isMark('(') {
		outside--
	}
	for !p.done() && !(p.isMark(',') && p.lexer.Depth() == outside) {
		p.advance()
	}
}

// alterColumn reads what follows ALTER COLUMN name.
func (p *parser) alterColumn(a *Action) {
	a.Kind, a.Name = AlterColumn, "ALTER COLUMN"
	switch {
	case p.accept("add"):
		a.Kind = AddIdentity
		a.Serial = &Serial{Column: a.Column}
		if !p.identity(a.Serial) {
			p.fail()
		}
		return
	case p.accept("drop", "identity"), p.accept("drop", "expression"):
		a.Kind, a.Name = Unsupported, "ALTER COLUMN ... DROP IDENTITY"
	case p.accept("reset"), p.accept("set", "statistics"), p.accept("set", "storage"), p.accept("set", "compression"):
		a.Kind = WithoutEffect
	case p.accept("set"):
		if p.isMark('(') {
			a.Kind = WithoutEffect
		} else if p.is("generated") || p.is("increment") || p.is("cache") {
			a.Kind, a.Name = Unsupported, "ALTER COLUMN ... SET GENERATED"
		}
	case p.accept("restart"):
		a.Kind, a.Name = Unsupported, "ALTER COLUMN ... RESTART"
	}
	p.skipAction()
}

// add reads what follows ADD: a constraint, or a column.
func (p *parser) add(a *Action) {
	start := *p
	if p.accept("constraint") {
		a.Constraint = p.name()
	}
	switch {
	case p.accept("primary", "key"), p.accept("unique"):
		a.Kind, a.Name = AddUnique, "ADD CONSTRAINT"
		if start.isPrimary() {
			a.Kind = AddPrimaryKey
		}
		p.accept("nulls", "distinct")
		a.Columns = p.names()
		if !p.done() && !p.isMark(',') {
			a.Kind, a.Name = Unsupported, "ADD CONSTRAINT with INCLUDE, DEFERRABLE or another option"
			p.skipAction()
		}
		return
	case p.is("foreign"), p.is("check"), p.is("exclude"):
		a.Kind, a.Name = Unsupported, "ADD "+strings.ToUpper(p.word())
		if a.Name == "ADD FOREIGN" {
			a.Name = "ADD FOREIGN KEY"
		}
		p.skipAction()
		return
	}
	*p = start
	p.addColumn(a)
}

// isPrimary reports whether a constraint is a primary key.
func (p parser) isPrimary() bool {
	if p.accept("constraint") {
		p.name()
	}
	return p.is("primary")
}

// addColumn reads a column, and takes out what the engine does not take of it.
func (p *parser) addColumn(a *Action) {
	a.Kind, a.Name = AddColumn, "ADD COLUMN"
	p.accept("column")
	a.Exists = p.accept("if", "not", "exists")
	a.Column = p.name()
	a.typeName = integerType(p.word())
	if t := serialType(p.word()); t != "" {
		a.NotNull = true
		a.Serial = &Serial{Column: a.Column, Type: t, Clause: Span{p.tok.Start - p.first, p.tok.End - p.first}}
	}
	outside := p.lexer.Depth()
	for !p.done() && !(p.isMark(',') && p.lexer.Depth() == outside) {
		if p.lexer.Depth() == outside && p.columnConstraint(a) {
			continue
		}
		p.advance()
	}
}

// columnConstraint reads a constraint of a column.
func (p *parser) columnConstraint(a *Action) bool {
	at := p.tok.Start - p.first
	look := *p
	if look.accept("constraint") {
		look.name()
	}
	switch {
	case look.accept("not", "null"):
		a.NotNull = true
	case look.accept("unique"):
		look.accept("nulls", "distinct")
		a.Unique = true
	case look.is("primary"), look.is("check"), look.is("references"):
		a.Kind, a.Name = Unsupported, "ADD COLUMN with "+map[string]string{
			"primary": "PRIMARY KEY", "check": "CHECK", "references": "REFERENCES"}[look.word()]
		look.advance()
	case look.is("generated"):
		s := Serial{Column: a.Column}
		if !look.identity(&s) {
			a.Kind, a.Name = Unsupported, "ADD COLUMN with GENERATED"
			look.advance()
			break
		}
		a.NotNull, a.Serial = true, &s
		s.Clause, s.Type = Span{}, a.typeName
	default:
		return false
	}
	*p = look
	a.Blank = append(a.Blank, Span{at, p.tok.Start - p.first})
	if p.done() {
		a.Blank[len(a.Blank)-1].End = len(p.text)
	}
	return true
}

// role reads the name of a role, or one of the words for the session's own.
func (p *parser) role() string {
	if word := p.acceptAny("current_user", "current_role", "session_user"); word != "" {
		return word
	}
	return p.name()
}

// Engine is the action in the engine's words, as long as the user's: what it does
// not take is blank. Its first byte is the Text's.
func (a *Action) Engine(sql string) string {
	text := []byte(a.Text.Of(sql))
	blank := func(s Span, by string) {
		for i := s.Start; i < min(s.End, a.Text.End); i++ {
			text[i-a.Text.Start] = ' '
			if k := i - s.Start; k < len(by) {
				text[i-a.Text.Start] = by[k]
			}
		}
	}
	for _, s := range a.Blank {
		blank(s, "")
	}
	if s := a.Serial; s != nil && !s.Clause.Empty() && a.Kind == AddColumn {
		blank(s.Clause, map[string]string{"smallint": "int2", "integer": "int4", "bigint": "int8"}[s.Type])
	}
	return string(text)
}
