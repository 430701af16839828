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
			p.skipBrackets()
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
	look := *p
	for p.skipBrackets(); !look.done() && look.tok.Start < p.tok.Start; look.advance() {
		full = full || look.is("full")
	}
	return full
}

// relations reads a list of tables with their columns, which may be empty.
func (p *parser) relations() {
	for !p.done() {
		p.dotted()
		if p.isMark('(') {
			p.skipBrackets()
		}
		if !p.acceptMark(',') {
			return
		}
	}
}
