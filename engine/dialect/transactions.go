package dialect

// transaction reads the statements that control transactions
// (PostgreSQL documentation, BEGIN, START TRANSACTION, COMMIT, ROLLBACK).
func (p *parser) transaction(verb string) Utility {
	switch verb {
	case "begin":
		p.advance()
		p.acceptAny("work", "transaction")
		return p.finish(Begin{"BEGIN", p.txModes()})
	case "start":
		p.advance()
		p.expect("transaction")
		return p.finish(Begin{"START TRANSACTION", p.txModes()})
	case "commit", "end":
		p.advance()
		if verb == "commit" && p.accept("prepared") {
			return unsupported("COMMIT PREPARED", "")
		}
		return p.finish(Commit{p.chain()})
	case "rollback", "abort":
		p.advance()
		if verb == "rollback" && p.accept("prepared") {
			return unsupported("ROLLBACK PREPARED", "")
		}
		return p.finish(Rollback{p.chain()})
	}
	return nil
}

// chain reads [WORK | TRANSACTION] [AND [NO] CHAIN].
func (p *parser) chain() bool {
	p.acceptAny("work", "transaction")
	if !p.accept("and") {
		return false
	}
	no := p.accept("no")
	p.expect("chain")
	return !no
}

// txModes reads a list of transaction modes, which may be empty. The commas
// between them may be left out.
func (p *parser) txModes() (m TxModes) {
	for !p.done() {
		p.txMode(&m)
		if p.acceptMark(',') && p.done() {
			p.fail()
		}
	}
	return m
}

func (p *parser) txMode(m *TxModes) {
	switch {
	case p.accept("isolation"):
		p.expect("level")
		m.Isolation = p.isolation()
	case p.accept("read"):
		readOnly := p.accept("only")
		if !readOnly {
			p.expect("write")
		}
		m.ReadOnly = &readOnly
	default:
		deferrable := !p.accept("not")
		p.expect("deferrable")
		m.Deferrable = &deferrable
	}
}

func (p *parser) isolation() string {
	switch {
	case p.accept("serializable"):
		return "serializable"
	case p.accept("repeatable"):
		p.expect("read")
		return "repeatable read"
	}
	p.expect("read")
	if p.accept("uncommitted") {
		return "read uncommitted"
	}
	p.expect("committed")
	return "read committed"
}
