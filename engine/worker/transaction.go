//go:build linux

package worker

import (
	"context"
	"errors"

	"github.com/csvsql/csvsql/engine"
)

// Begin implements [engine.Transactor].
func (t transactional) Begin(ctx context.Context, o engine.TxOptions) error {
	s := t.session
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	err := s.run(ctx, func() error {
		s.waitsFor("BEGIN")
		s.request(begin).json(o)
		_, err := s.roundTrip(ctx)
		return err
	})
	s.inTransaction = s.inTransaction || err == nil
	return err
}

// Commit implements [engine.Transactor].
func (t transactional) Commit(ctx context.Context) error {
	s := t.session
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	err := s.run(ctx, func() error {
		s.waitsFor("COMMIT")
		s.request(commit)
		_, err := s.roundTrip(ctx)
		if errors.Is(err, errUnread) {
			return s.lostTransaction() // and not one that may have been committed
		}
		if errors.Is(err, errGone) && !s.engine.isClosed() {
			s.inTransaction = false
			return errCommitUnknown()
		}
		return err
	})
	s.inTransaction = false
	return err
}

// lostTransaction is the error for a transaction whose worker ended.
func (s *session) lostTransaction() error {
	s.inTransaction = false
	return errTransactionLost()
}

// Rollback implements [engine.Transactor]. What has been lost already is rolled
// back.
func (t transactional) Rollback(ctx context.Context) error {
	s := t.session
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	if s.forgotten || s.inTransaction && s.process.isGone() {
		s.inTransaction, s.forgotten = false, false
		return nil
	}
	err := s.run(ctx, func() error {
		s.waitsFor("ROLLBACK")
		s.request(rollback)
		_, err := s.roundTrip(ctx)
		if s.inTransaction && (errors.Is(err, errUnread) || errors.Is(err, errGone)) && !s.engine.isClosed() {
			return nil // it went with the worker
		}
		return err
	})
	s.inTransaction = false
	return err
}
