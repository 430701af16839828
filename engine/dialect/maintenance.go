package dialect

// maintenance reads the statements that have nothing to do here, see [Noop].
func (p *parser) maintenance(verb string) Utility {
	switch verb {
	case "vacuum":
		p.advance()
		if p.vacuumOptions() {
			return unsupported("VACUUM FULL", "")
		}
		p.relations()
		return p.finish(Noop{"VACUUM"})
	case "analyze", "analyse":
		p.advance()
		if p.isMark('(') {
			p.switches()
		} else {
			p.accept("verbose")
		}
		p.relations()
		return p.finish(Noop{"ANALYZE"})
	case "unlisten":
		p.advance()
		if !p.acceptMark('*') {
			p.name()
		}
		return p.finish(Noop{"UNLISTEN"})
	case "close":
		if p.accept("close", "all") {
			return p.finish(Noop{"CLOSE CURSOR ALL"})
		}
	}
	return nil
}

// vacuumOptions reads the options in both notations and reports FULL.
func (p *parser) vacuumOptions() (full bool) {
	if !p.isMark('(') {
		full = p.accept("full")
		p.accept("freeze")
		p.accept("verbose")
		p.acceptAny("analyze", "analyse")
		return full
	}
	for _, name := range p.switches() {
		full = full || name == "full"
	}
	return full
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
