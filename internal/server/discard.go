package server

import (
	"context"

	"github.com/csvsql/csvsql/wire"
)

// deallocate is DEALLOCATE name and, without a name, DEALLOCATE ALL.
func (s *session) deallocate(name string) (wire.Result, error) {
	if name == "" {
		s.conn.CloseStatements()
		return wire.Tag("DEALLOCATE ALL"), nil
	}
	return wire.Tag("DEALLOCATE"), s.conn.CloseStatement(name)
}

// discard is DISCARD: connection pools send DISCARD ALL to make a session as
// good as new, and a new one is what it gets.
func (s *session) discard(ctx context.Context, what string) (wire.Result, error) {
	switch what {
	case "all":
		if s.conn.TxStatus() != wire.Idle || s.implicit {
			return nil, wire.Errorf("25001", "DISCARD ALL cannot run inside a transaction block")
		}
		s.conn.CloseStatements()
		if err := s.settings.ResetAll(); err != nil {
			return nil, toWire(err, nil)
		}
		return wire.Tag("DISCARD ALL"), s.renewEngine(ctx)
	case "temp":
		return nil, wire.Errorf("0A000", "DISCARD TEMP is not supported")
	case "plans":
		return wire.Tag("DISCARD PLANS"), nil // none is cached
	default:
		return wire.Tag("DISCARD SEQUENCES"), nil // none is cached either
	}
}

// renewEngine replaces the engine's session, and with it temporary tables.
func (s *session) renewEngine(ctx context.Context) error {
	if err := s.engine.Close(ctx); err != nil {
		return toWire(err, nil)
	}
	if err := s.openEngine(ctx); err != nil {
		return toWire(err, nil)
	}
	for _, name := range []string{"timezone", "search_path"} {
		value, err := s.settings.Get(name)
		if err == nil {
			err = s.engine.Set(ctx, name, value)
		}
		if err != nil {
			return toWire(err, nil)
		}
	}
	return nil
}
