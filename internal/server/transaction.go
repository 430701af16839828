package server

import (
	"context"
	"errors"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
)

// A transaction is open in the engine in three cases: the client began a block
// (wire's status T); a statement that writes was not alone in its Query or came
// through the extended protocol, and all up to the next Sync is one transaction
// (implicit); or the engine runs a single statement, which needs nothing here.
// Reads outside of a block never open one.

// beginWrite opens the implicit transaction if a statement of kind k needs it.
func (s *session) beginWrite(ctx context.Context, k engine.Kind, alone bool) error {
	if k == engine.Select || k == engine.Explain || s.conn.TxStatus() != wire.Idle {
		return nil
	}
	readOnly := s.isOn("default_transaction_read_only")
	if s.implicit || alone && !readOnly {
		return nil
	}
	return s.beginImplicit(ctx, readOnly)
}

func (s *session) beginImplicit(ctx context.Context, readOnly bool) error {
	if err := s.begin(ctx, readOnly); err != nil {
		return err
	}
	s.implicit = true
	return nil
}

// Sync implements wire.Syncer: it ends the implicit transaction. Inside a block
// there is none.
func (s *session) Sync(ctx context.Context, failed bool) error {
	if s.conn.TxStatus() != wire.Idle {
		return nil
	}
	return toWire(s.end(ctx, !failed), nil)
}

// begin opens a transaction in an engine that has them.
func (s *session) begin(ctx context.Context, readOnly bool) error {
	if tx, ok := s.engine.(engine.Transactor); ok {
		return tx.Begin(ctx, engine.TxOptions{ReadOnly: readOnly})
	}
	return nil
}

// beginBlock is BEGIN and START TRANSACTION.
func (s *session) beginBlock(ctx context.Context, b dialect.Begin) (wire.Result, error) {
	if s.conn.TxStatus() == wire.InTx {
		s.warn("25001", "there is already a transaction in progress")
		return wire.Tag(b.Tag), nil
	}
	isolation, _ := s.settings.Get("default_transaction_isolation")
	if b.Modes.Isolation != "" {
		isolation = b.Modes.Isolation
	}
	readOnly := s.isOn("default_transaction_read_only")
	if b.Modes.ReadOnly != nil {
		readOnly = *b.Modes.ReadOnly
	}
	return wire.Tag(b.Tag), s.enterBlock(ctx, isolation, readOnly)
}

func (s *session) enterBlock(ctx context.Context, isolation string, readOnly bool) error {
	if s.implicit {
		s.implicit = false // what is open becomes the block
	} else if err := s.begin(ctx, readOnly); err != nil {
		return toWire(err, nil)
	}
	s.settings.Begin()
	s.conn.SetTxStatus(wire.InTx)
	return s.setModes(isolation, readOnly)
}

// setModes makes SHOW transaction_isolation and its like tell the truth until
// the transaction ends.
func (s *session) setModes(isolation string, readOnly bool) error {
	if err := s.settings.SetLocal("transaction_isolation", isolation); err != nil {
		return toWire(err, nil)
	}
	return toWire(s.settings.SetLocal("transaction_read_only", onOff(readOnly)), nil)
}

// endBlock is COMMIT and ROLLBACK. A failed block can only be rolled back, and
// its COMMIT says so in its tag.
func (s *session) endBlock(ctx context.Context, commit, chain bool) (wire.Result, error) {
	status := s.conn.TxStatus()
	if status == wire.Idle {
		if chain {
			return nil, wire.Errorf("25P01", "AND CHAIN can only be used in transaction blocks")
		}
		s.warn("25P01", "there is no transaction in progress")
	}
	isolation, _ := s.settings.Get("transaction_isolation")
	readOnly := s.isOn("transaction_read_only")
	commit = commit && status != wire.Failed
	tag := "ROLLBACK"
	if commit {
		tag = "COMMIT"
	}
	end := func(ctx context.Context) error { return toWire(s.end(ctx, commit), nil) }
	if err := s.conn.EndTx(ctx, commit, end); err != nil {
		return nil, err
	}
	if chain {
		return wire.Tag(tag), s.enterBlock(ctx, isolation, readOnly)
	}
	return wire.Tag(tag), nil
}

// end ends what is open in the engine, a block or the implicit transaction, and
// then what the settings remember of it. A COMMIT that fails has rolled back.
func (s *session) end(ctx context.Context, commit bool) error {
	open := s.implicit || s.conn.TxStatus() != wire.Idle
	s.implicit = false
	var err error
	if tx, ok := s.engine.(engine.Transactor); ok && open {
		if commit {
			err = tx.Commit(ctx)
		} else {
			err = tx.Rollback(ctx)
		}
	}
	if commit && err == nil {
		return s.settings.Commit()
	}
	return errors.Join(err, s.settings.Rollback())
}

// setTransaction is SET TRANSACTION and SET SESSION CHARACTERISTICS.
func (s *session) setTransaction(t dialect.SetTransaction) (wire.Result, error) {
	if !t.Session && s.conn.TxStatus() == wire.Idle {
		s.warn("25P01", "SET TRANSACTION can only be used in transaction blocks")
		return wire.Tag("SET"), nil
	}
	prefix, set := "transaction_", s.settings.SetLocal
	if t.Session {
		prefix, set = "default_transaction_", s.settings.Set
	}
	if t.Modes.Isolation != "" {
		if err := set(prefix+"isolation", t.Modes.Isolation); err != nil {
			return nil, toWire(err, nil)
		}
	}
	if t.Modes.ReadOnly != nil {
		if err := set(prefix+"read_only", onOff(*t.Modes.ReadOnly)); err != nil {
			return nil, toWire(err, nil)
		}
	}
	return wire.Tag("SET"), nil
}

func (s *session) isOn(name string) bool {
	value, _ := s.settings.Get(name)
	return value == "on"
}

func onOff(b bool) string {
	if b {
		return "on"
	}
	return "off"
}
