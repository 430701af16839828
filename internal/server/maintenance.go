package server

import (
	"context"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
)

// noop is a statement that has nothing to do.
func (s *session) noop(u dialect.Noop, src *source) (wire.Result, error) {
	if u.Alone && src.inBlock(s) {
		return nil, wire.Errorf("25001", "%s cannot run inside a transaction block", u.Tag)
	}
	return wire.Tag(u.Tag), nil
}

// lockTable is LOCK TABLE. There is nothing to lock: a transaction reads a
// snapshot, which nobody changes, and one that writes what another has written
// meanwhile fails.
func (s *session) lockTable(ctx context.Context, u dialect.LockTable, src *source) (wire.Result, error) {
	if !src.inBlock(s) {
		return nil, notInBlock("LOCK TABLE")
	}
	for _, name := range u.Tables {
		exists, err := s.tableExists(ctx, name)
		if err != nil {
			return nil, toWire(err, src)
		}
		if !exists {
			return nil, wire.Errorf("42P01", "relation \"%s\" does not exist", name.Name)
		}
	}
	return wire.Tag("LOCK TABLE"), nil
}

func (s *session) tableExists(ctx context.Context, name engine.TableName) (bool, error) {
	for _, err := range s.engine.Tables(ctx, engine.TableFilter(name)) {
		return err == nil, err
	}
	return false, nil
}

// setConstraints is SET CONSTRAINTS ALL.
func (s *session) setConstraints(src *source) (wire.Result, error) {
	if !src.inBlock(s) {
		s.warn("25P01", "SET CONSTRAINTS can only be used in transaction blocks")
	}
	return wire.Tag("SET CONSTRAINTS"), nil
}
