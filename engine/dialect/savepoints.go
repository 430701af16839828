package dialect

// The statements about savepoints; Name is the savepoint's.
type (
	Savepoint  struct{ Name string } // SAVEPOINT name
	Release    struct{ Name string } // RELEASE [SAVEPOINT] name
	RollbackTo struct{ Name string } // ROLLBACK TO [SAVEPOINT] name
)

func (Savepoint) utility()  {}
func (Release) utility()    {}
func (RollbackTo) utility() {}

// savepoint reads the statements about savepoints
// (PostgreSQL documentation, SAVEPOINT, RELEASE SAVEPOINT, ROLLBACK TO SAVEPOINT).
func (p *parser) savepoint(verb string) Utility {
	switch verb {
	case "savepoint":
		p.advance()
		return p.finish(Savepoint{p.name()})
	case "release":
		p.advance()
		return p.finish(Release{p.savepointName()})
	case "rollback":
		bookmark := *p
		p.advance()
		p.acceptAny("work", "transaction")
		if p.accept("to") {
			return p.finish(RollbackTo{p.savepointName()})
		}
		*p = bookmark
	}
	return nil
}

// savepointName reads [SAVEPOINT] name.
func (p *parser) savepointName() string {
	bookmark := *p
	if p.accept("savepoint") && p.done() {
		*p = bookmark // one of that name
	}
	return p.name()
}
