package duckdb

import (
	"context"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

// DuckDB plans with what it knows of the rows: that no value is above 50, that
// there are four groups, that a number fits into a byte. It makes a plan again when
// the catalog has changed since, but not when rows have
// (https://github.com/duckdb/duckdb/issues/21207). So a plan may be executed only on
// rows that it was made for, or on fewer: nobody may have changed any between the
// planning and the snapshot in which the plan is executed.
//
// A statement with parameters that reads tables is planned by DuckDB itself whenever
// it is executed (https://github.com/duckdb/duckdb/pull/20885).

// changes counts what makes changed rows visible: commits, and statements that
// commit by themselves.
type changes struct{ begun, ended atomic.Uint64 }

// moment is a count of changes. Unless it is calm, one was going on.
type moment struct {
	count uint64
	calm  bool
}

// now is the moment. What has ended is read first, so that what begins meanwhile
// makes it no calm one.
func (c *changes) now() moment {
	ended := c.ended.Load()
	begun := c.begun.Load()
	return moment{begun, begun == ended}
}

// plan is what DuckDB has prepared.
type plan struct {
	native duck.PreparedStatement // nil Ptr when freed
	text   rewritten              // of native
	made   moment                 // when it was begun
	epoch  uint64                 // of the session, then
}

// dependsOnRows says whether the statement's plan does. That of what cannot run
// inside of a transaction does not.
func (st *statement) dependsOnRows() bool {
	return st.kind != engine.Other && len(st.src.params) == 0 && !(st.kind == engine.Insert && st.src.values.plain())
}

// commits says whether the statement, outside of a transaction, commits changed
// rows. An EXPLAIN may execute what it explains.
func (st *statement) commits() bool { return st.writes() || st.kind == engine.Explain }

// planAgain makes the plan again. mu is held and the connection is free.
func (st *statement) planAgain(ctx context.Context) error {
	again, err := st.session.prepareText(ctx, st.text.sql, st.src)
	if err != nil {
		return st.text.relocate(err)
	}
	duck.DestroyPrepare(&st.native)
	again.text = st.text
	st.plan = again.plan
	return nil
}

// start runs the statement up to its first rows. Whether it fails or not, the
// result's stream has to be closed.
func (st *statement) start(ctx context.Context, r *result, args arrow.RecordBatch) error {
	if changes := &st.session.engine.changes; st.commits() && !st.session.inTransaction {
		changes.begun.Add(1)
		defer changes.ended.Add(1)
	}
	var pending duck.PendingResult
	defer duck.DestroyPending(&pending)
	if err := st.snapshot(ctx, r, args, &pending); err != nil {
		return err
	}
	if text := work(pending); text != "" {
		return st.failure(ctx, text)
	}
	if duck.ExecutePending(pending, &r.native) == duck.StateError {
		return st.failure(ctx, duck.ResultError(&r.native))
	}
	if !duck.ResultIsStreaming(r.native) { // as those of statements that write are not
		return r.endTransaction(ctx, true)
	}
	return nil
}

// snapshot takes the snapshot in which the statement is executed, with a plan that
// is right for it: one that was made in the same transaction, and after its last
// change, or in a moment that still lasts when the snapshot has been taken.
//
// To see whether it does is to start, which a statement that writes can do once
// only. So that, and what has bad luck, is planned in a transaction: in the
// session's own, or else in one that ends with the result.
func (st *statement) snapshot(ctx context.Context, r *result, args arrow.RecordBatch, out *duck.PendingResult) error {
	s := st.session
	if !st.dependsOnRows() || s.inTransaction && st.epoch == s.epoch {
		return st.pend(ctx, args, out)
	}
	if st.kind == engine.Select {
		if now := s.engine.changes.now(); now.calm && now != st.made {
			if err := st.planAgain(ctx); err != nil {
				return err
			}
		}
		if st.made.calm {
			if err := st.pend(ctx, args, out); err != nil || s.engine.changes.now() == st.made {
				return err
			}
			duck.DestroyPending(out)
		}
	}
	if err := r.beginTransaction(ctx); err != nil {
		return err
	}
	if err := st.planAgain(ctx); err != nil {
		return err
	}
	return st.pend(ctx, args, out)
}

// pend binds the arguments and takes the snapshot. From then on other threads may
// work on the statement.
func (st *statement) pend(ctx context.Context, args arrow.RecordBatch, out *duck.PendingResult) error {
	if err := st.bind(args); err != nil {
		return err
	}
	// The deprecated streaming call is the only one that does not collect all
	// rows first.
	if duck.PendingPreparedStreaming(st.native, out) == duck.StateError {
		return st.failure(ctx, duck.PendingError(*out))
	}
	return nil
}

// beginTransaction begins a transaction that ends with the result, unless one is
// open.
func (r *result) beginTransaction(ctx context.Context) error {
	s := r.session
	if s.inTransaction {
		return nil
	}
	if text := s.c.runWhole("BEGIN TRANSACTION"); text != "" {
		return s.failure(ctx, text)
	}
	r.transaction = true
	s.epoch++
	return nil
}

// endTransaction ends the result's own transaction, if it has one.
func (r *result) endTransaction(ctx context.Context, commit bool) error {
	if !r.transaction {
		return nil
	}
	r.transaction = false
	r.session.epoch++
	c := r.session.c
	text := ""
	if commit {
		if text = c.runWhole("COMMIT"); text == "" {
			return nil
		}
	}
	c.runWhole("ROLLBACK") // fails if a COMMIT has rolled back
	if text != "" {
		return r.session.failure(ctx, text)
	}
	return nil
}

// wrote takes note of rows that the session's transaction has changed: its own
// statements see them, others when it is committed.
func (s *session) wrote() {
	s.changedRows = s.inTransaction
	s.epoch++
	s.engine.changes.begun.Add(1)
	s.engine.changes.ended.Add(1)
}
