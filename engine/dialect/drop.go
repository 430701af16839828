package dialect

import (
	"strings"

	"github.com/csvsql/csvsql/engine"
)

// Drop is DROP TABLE, VIEW, MATERIALIZED VIEW, SCHEMA, SEQUENCE, INDEX and TYPE
// (PostgreSQL documentation, DROP TABLE).
type Drop struct {
	Kind     string // "TABLE", "VIEW", ...
	IfExists bool
	Names    []engine.TableName
	Cascade  bool
}

func (Drop) utility() {}

// drop reads the statements that PostgreSQL and the engine both have; others are
// left to the engine.
func (p *parser) drop(verb string) Utility {
	if verb != "drop" {
		return nil
	}
	look := *p
	look.advance()
	kind := look.acceptAny("table", "view", "schema", "sequence", "index", "type", "materialized")
	switch kind {
	case "":
		return nil
	case "materialized":
		kind = "materialized view"
		look.expect("view")
	case "index":
		look.accept("concurrently")
	}
	d := Drop{Kind: strings.ToUpper(kind), IfExists: look.accept("if", "exists")}
	for {
		d.Names = append(d.Names, look.table())
		if !look.acceptMark(',') {
			break
		}
	}
	d.Cascade = look.accept("cascade")
	if !d.Cascade {
		look.accept("restrict")
	}
	if look.err != nil || !look.done() {
		return nil // the engine says what is wrong with it, or has names of three parts
	}
	*p = look
	return d
}

// Truncate is TRUNCATE TABLE (PostgreSQL documentation, TRUNCATE).
type Truncate struct {
	Names   []engine.TableName
	Restart bool // RESTART IDENTITY
}

func (Truncate) utility() {}

func (p *parser) truncate(verb string) Utility {
	if verb != "truncate" {
		return nil
	}
	look := *p
	look.advance()
	look.accept("table")
	look.accept("only")
	var t Truncate
	for {
		t.Names = append(t.Names, look.table())
		if !look.acceptMark(',') {
			break
		}
	}
	if t.Restart = look.accept("restart", "identity"); !t.Restart {
		look.accept("continue", "identity")
	}
	if !look.accept("cascade") {
		look.accept("restrict")
	}
	if look.err != nil || !look.done() {
		return nil
	}
	*p = look
	return t
}
