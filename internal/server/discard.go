package server

import (
	"context"

	"github.com/csvsql/csvsql/internal/advisory"
	"github.com/csvsql/csvsql/wire"
)

// discard is DISCARD: connection pools send DISCARD ALL to make a session as
// good as new, and a new one is what it gets.
func (s *session) discard(ctx context.Context, what string, src *source) (wire.Result, error) {
	switch what {
	case "all":
		if src.inBlock(s) || s.implicit {
			return nil, wire.Errorf("25001", "DISCARD ALL cannot run inside a transaction block")
		}
		return wire.Tag("DISCARD ALL"), s.discardAll(ctx)
	case "temp":
		return wire.Tag("DISCARD TEMP"), s.discardTemp(ctx)
	case "plans":
		s.kept.forget()
		return wire.Tag("DISCARD PLANS"), nil
	default:
		return wire.Tag("DISCARD SEQUENCES"), nil // none is cached
	}
}

func (s *session) discardAll(ctx context.Context) error {
	s.conn.ClosePortals()
	s.conn.CloseStatements()
	s.database.hub.Unlisten(s.conn, "")
	s.database.locks.Release(&s.locks, advisory.Session)
	if err := s.settings.ResetAll(); err != nil {
		return toWire(err, nil)
	}
	return s.renewEngine(ctx)
}

// discardTemp drops the temporary tables and views.
func (s *session) discardTemp(ctx context.Context) error {
	rows, err := s.ask(ctx, `SELECT table_name, 'TABLE' FROM system.main.duckdb_tables() WHERE database_name = 'temp' AND NOT internal
		UNION ALL SELECT view_name, 'VIEW' FROM system.main.duckdb_views() WHERE database_name = 'temp' AND NOT internal`)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if _, err := s.ask(ctx, "DROP "+string(row[1])+" temp.main."+quoteName(string(row[0]))+" CASCADE"); err != nil {
			return err
		}
	}
	return nil
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
