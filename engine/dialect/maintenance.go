package dialect

import "github.com/csvsql/csvsql/engine"

// LockTable is LOCK [TABLE] names [IN mode MODE] [NOWAIT].
type LockTable struct{ Tables []engine.TableName }

// SetConstraints is SET CONSTRAINTS ALL: no constraint here can be deferred, and
// PostgreSQL passes over those in silence.
type SetConstraints struct{}

func (LockTable) utility()      {}
func (SetConstraints) utility() {}

// maintenance reads the statements that have nothing to do here, see [Noop].
func (p *parser) maintenance(verb string) Utility {
	switch verb {
	case "vacuum":
		p.advance()
		p.vacuumOptions()
		p.relations()
		return p.finish(Noop{Tag: "VACUUM", Alone: true})
	case "analyze", "analyse":
		p.advance()
		if p.isMark('(') {
			p.switches()
		} else {
			p.accept("verbose")
		}
		p.relations()
		return p.finish(Noop{Tag: "ANALYZE"})
	case "cluster":
		p.advance()
		return p.cluster()
	case "reindex":
		p.advance()
		return p.reindex()
	case "checkpoint":
		p.advance()
		return p.finish(Noop{Tag: "CHECKPOINT"})
	}
	return nil
}

// lock reads LOCK.
func (p *parser) lock(verb string) Utility {
	if verb != "lock" {
		return nil
	}
	p.advance()
	p.accept("table")
	var l LockTable
	for {
		p.accept("only")
		l.Tables = append(l.Tables, p.table())
		p.acceptMark('*')
		if !p.acceptMark(',') {
			break
		}
	}
	if p.accept("in") {
		p.lockMode()
	}
	p.accept("nowait")
	return p.finish(l)
}

// lockMode reads the mode of a lock, up to the word MODE.
func (p *parser) lockMode() {
	switch {
	case p.accept("access"):
		if p.acceptAny("share", "exclusive") == "" {
			p.fail()
		}
	case p.accept("row"):
		if p.acceptAny("share", "exclusive") == "" {
			p.fail()
		}
	case p.accept("share"):
		if p.acceptAny("update", "row") != "" {
			p.expect("exclusive")
		}
	default:
		p.expect("exclusive")
	}
	p.expect("mode")
}

// setConstraints reads what follows SET CONSTRAINTS.
func (p *parser) setConstraints() Utility {
	if !p.accept("all") {
		return unsupported("SET CONSTRAINTS of named constraints", "No constraint can be deferred: all are checked at the end of each statement.")
	}
	if p.acceptAny("deferred", "immediate") == "" {
		p.fail()
	}
	return p.finish(SetConstraints{})
}

// cluster reads CLUSTER [(options)] [VERBOSE] [table [USING index]].
func (p *parser) cluster() Utility {
	if p.isMark('(') {
		p.switches()
	} else {
		p.accept("verbose")
	}
	if !p.done() {
		p.dotted()
		if p.accept("using") {
			p.name()
		}
	}
	return p.finish(Noop{Tag: "CLUSTER"})
}

// reindex reads REINDEX [(options)] {INDEX | TABLE | SCHEMA | DATABASE | SYSTEM}
// [CONCURRENTLY] name.
func (p *parser) reindex() Utility {
	if p.isMark('(') {
		p.switches()
	}
	kind := p.acceptAny("index", "table", "schema", "database", "system")
	if kind == "" {
		p.fail()
	}
	concurrently := p.accept("concurrently")
	p.dotted()
	return p.finish(Noop{Tag: "REINDEX", Alone: concurrently || kind == "schema" || kind == "database" || kind == "system"})
}

// vacuumOptions reads the options in both notations.
func (p *parser) vacuumOptions() {
	if p.isMark('(') {
		p.switches()
		return
	}
	p.accept("full")
	p.accept("freeze")
	p.accept("verbose")
	p.acceptAny("analyze", "analyse")
}

// switches reads the options of VACUUM, ANALYZE and EXPLAIN, (name [value], ...),
// and returns the names.
func (p *parser) switches() (names []string) {
	p.expectMark('(')
	for {
		names = append(names, p.switchName())
		if !p.isMark(',') && !p.isMark(')') {
			p.optionValue()
		}
		if !p.acceptMark(',') {
			break
		}
	}
	p.expectMark(')')
	return names
}

// switchName reads a word that is not reserved, or ANALYZE.
func (p *parser) switchName() string {
	if p.acceptAny("analyze", "analyse") != "" {
		return "analyze"
	}
	if !p.isWord() {
		p.fail()
	}
	return p.value()
}

// relations reads a list of tables with their columns, which may be empty.
func (p *parser) relations() {
	if p.done() {
		return
	}
	for {
		p.dotted()
		if p.isMark('(') {
			p.names()
		}
		if !p.acceptMark(',') {
			return
		}
	}
}
