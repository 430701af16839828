package dialect

// Listen is LISTEN channel.
type Listen struct{ Channel string }

// Unlisten is UNLISTEN; an empty Channel means all of them.
type Unlisten struct{ Channel string }

// Notify is NOTIFY channel [, payload].
type Notify struct{ Channel, Payload string }

func (Listen) utility()   {}
func (Unlisten) utility() {}
func (Notify) utility()   {}

// notification reads the statements about notifications
// (PostgreSQL documentation, LISTEN, UNLISTEN, NOTIFY).
func (p *parser) notification(verb string) Utility {
	switch verb {
	case "listen":
		p.advance()
		return p.finish(Listen{p.name()})
	case "unlisten":
		p.advance()
		if p.acceptMark('*') {
			return p.finish(Unlisten{})
		}
		return p.finish(Unlisten{p.name()})
	case "notify":
		p.advance()
		n := Notify{Channel: p.name()}
		if p.acceptMark(',') {
			n.Payload = p.string()
		}
		return p.finish(n)
	}
	return nil
}
