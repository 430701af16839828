package duckdb

import (
	"context"

	"github.com/csvsql/csvsql/engine"
)

// Begin implements [engine.Transactor]. DuckDB has one isolation level, a
// snapshot.
func (s *session) Begin(ctx context.Context, o engine.TxOptions) error {
	sql := "BEGIN TRANSACTION"
	if o.ReadOnly {
		sql += " READ ONLY"
	}
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	if s.inTransaction {
		return engine.Errorf("25001", "there is already a transaction in progress")
	}
	s.begun = s.engine.changes.now()
	if text := s.c.runWhole(sql); text != "" {
		return s.failure(ctx, text)
	}
	if o.Snapshot != "" {
		if err := s.importSnapshot(ctx, o.Snapshot); err != nil {
			s.c.runWhole("ROLLBACK")
			return err
		}
	}
	s.inTransaction = true
	s.epoch++
	return nil
}

// Commit implements [engine.Transactor]. If it fails the transaction has been
// rolled back.
func (s *session) Commit(ctx context.Context) error { return s.endTransaction(ctx, "COMMIT") }

// Rollback implements [engine.Transactor].
func (s *session) Rollback(ctx context.Context) error { return s.endTransaction(ctx, "ROLLBACK") }

func (s *session) endTransaction(ctx context.Context, sql string) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	if !s.inTransaction {
		return engine.Errorf("25P01", "there is no transaction in progress")
	}
	err := s.endWith(ctx, sql)
	if err != nil && sql == "COMMIT" {
		// DuckDB has rolled back by itself, or refuses to do anything else.
		s.c.runWhole("ROLLBACK")
	}
	s.inTransaction, s.changedRows = false, false
	s.epoch++
	if s.changed {
		s.changed = false
		s.engine.version.Add(1)
	}
	s.saveSchemas()
	return err
}

// endWith runs COMMIT or ROLLBACK. What it makes visible is a change.
func (s *session) endWith(ctx context.Context, sql string) error {
	if (s.changedRows || s.changed) && sql == "COMMIT" {
		s.engine.changes.begun.Add(1)
		defer s.engine.changes.ended.Add(1)
	}
	if text := s.c.runWhole(sql); text != "" {
		return s.failure(ctx, text)
	}
	return nil
}
