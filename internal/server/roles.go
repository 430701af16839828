package server

import (
	"context"

	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
)

// superuser is the role that everything belongs to.
const superuser = "postgres"

// ineffective warns that a statement about roles or privileges changes nothing.
func (s *session) ineffective(ctx context.Context, u dialect.Ineffective, src *source) (wire.Result, error) {
	known, err := s.names(ctx)
	if err != nil {
		return nil, toWire(err, src)
	}
	for _, name := range u.Tables {
		_, isTable := known.snapshot.Find(name, known.path)
		_, isSequence := known.sequence(name)
		if !isTable && !isSequence && !known.isBuiltin(name) {
			return nil, wire.Errorf("42P01", "relation \"%s\" does not exist", name.Name)
		}
	}
	if u.Owner != "" && s.owns(u.Owner) {
		return wire.Tag(u.Tag), nil
	}
	s.notify(&wire.Error{Severity: "WARNING", Code: u.Warning.Code, Message: u.Warning.Message, Hint: u.Warning.Hint})
	return wire.Tag(u.Tag), nil
}

// owns reports whether a role may be called the owner of everything.
func (s *session) owns(role string) bool {
	switch role {
	case superuser, s.conn.Identity().Role, "current_user", "current_role", "session_user":
		return true
	}
	return false
}

// checkOwner warns if something is to belong to another role than it does.
func (s *session) checkOwner(role string) {
	if !s.owns(role) {
		s.warn("01000", "OWNER TO has no effect: everything belongs to "+superuser)
	}
}
