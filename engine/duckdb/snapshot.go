package duckdb

import (
	"context"
	"fmt"

	"github.com/csvsql/csvsql/engine"
)

// A snapshot is shared between transactions (PostgreSQL documentation, 9.27.5
// Snapshot Synchronization Functions) by its name, which has the count of changes
// that it was taken at. DuckDB takes a snapshot when a transaction first looks at the
// database, and cannot give it to another one. But two that were taken with no change
// between them are the same; where there was one, there is an error.

// takeSnapshot makes DuckDB take it, as the macro of pg_export_snapshot does.
const takeSnapshot = "SELECT txid_current()"

// snapshotName is what the transaction's snapshot is shared by. A statement that has
// taken the snapshot calls it, so it takes no lock.
func (s *session) snapshotName() (string, error) {
	if !s.inTransaction {
		return "", engine.Errorf("25P01", "pg_export_snapshot can only be used in transaction blocks")
	}
	if now := s.engine.changes.now(); !now.calm || now != s.begun {
		return "", engine.Errorf("55000", "cannot export a snapshot: rows have been changed since the transaction began")
	}
	return fmt.Sprintf("%08X-%08X-1", s.engine.number, s.begun.count), nil
}

// importSnapshot makes sure that the transaction, which has just begun, has the
// snapshot of that name.
func (s *session) importSnapshot(ctx context.Context, name string) error {
	var number uint32
	var count uint64
	if _, err := fmt.Sscanf(name, "%08X-%X-1", &number, &count); err != nil || number != s.engine.number {
		return engine.Errorf("22023", "invalid snapshot identifier: %q", name)
	}
	if err := s.run(ctx, takeSnapshot); err != nil {
		return err
	}
	if now := s.engine.changes.now(); !now.calm || now.count != count {
		e := engine.Errorf("55000", "could not import the requested snapshot")
		e.Detail = "Rows have been changed since it was exported."
		return e
	}
	return nil
}
