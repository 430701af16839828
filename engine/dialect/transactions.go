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
		chain := p.chain()
		if verb == "rollback" && !chain && p.is("to") {
			return unsupported("ROLLBACK TO SAVEPOINT", hintSavepoint)
		}
		return p.finish(Rollback{chain})
	case "savepoint":
		return unsupported("SAVEPOINT", hintSavepoint)
	case "release":
		return unsupported("RELEASE SAVEPOINT", hintSavepoint)
	}
	return nil
}

const hintSavepoint = "The engine has no savepoints; end the transaction and begin another."

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
	case p.accept("not"):
		p.expect("deferrable")
	default:
		p.expect("deferrable")
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
