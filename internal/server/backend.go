package server

import (
	"github.com/csvsql/csvsql/catalog"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire"
)

// backends are the sessions in the database, this one among them.
func (s *session) backends() []catalog.Backend {
	var all []catalog.Backend
	for other := range s.database.all() {
		c := other.conn
		a := c.Activity()
		b := catalog.Backend{
			PID: c.PID(), Database: c.Startup().Database, User: c.Identity().Role, Client: c.RemoteAddr(), SQL: a.SQL,
			Connected: a.Connected, Started: a.Started, Changed: a.Changed, State: "idle", InTransaction: a.Status != wire.Idle,
		}
		for _, p := range c.Startup().Params {
			if p.Name == "application_name" {
				b.Application = p.Value
			}
		}
		if c == s.conn {
			b.Application, _ = s.settings.Get("application_name")
		}
		switch {
		case a.Running:
			b.State = "active"
		case a.Status == wire.InTx:
			b.State = "idle in transaction"
		case a.Status == wire.Failed:
			b.State = "idle in transaction (aborted)"
		}
		all = append(all, b)
	}
	return all
}

// Effect implements engine.Host. The engine is in the middle of a call: what is
// asked for has to wait.
func (s *session) Effect(e engine.Effect) { s.effects = append(s.effects, e) }

// apply does what functions of a statement have asked for.
func (s *session) apply() error {
	effects := s.effects
	s.effects = nil
	for _, e := range effects {
		switch e.Kind {
		case engine.SetConfig:
			set := s.settings.Set
			if e.Local {
				set = s.settings.SetLocal
			}
			s.settings.Begin()
			if err := set(e.Name, e.Value); err != nil {
				return toWire(err, nil)
			}
		case engine.CancelBackend:
			s.signal(e.PID, func(c *wire.Conn) {
				c.Cancel(wire.Errorf("57014", "canceling statement due to user request"))
			})
		case engine.TerminateBackend:
			s.signal(e.PID, func(c *wire.Conn) {
				c.Terminate(wire.Errorf("57P01", "terminating connection due to administrator command"))
			})
		}
	}
	return nil
}

// signal does something to another backend of the database, if it is still there.
func (s *session) signal(pid int32, f func(c *wire.Conn)) {
	for other := range s.database.all() {
		if other.conn.PID() == pid {
			f(other.conn)
		}
	}
}
