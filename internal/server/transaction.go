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
	if !writes(k) {
		return nil
	}
	s.startCursors(ctx)
	s.writes++
	if s.conn.TxStatus() != wire.Idle {
		return nil
	}
	readOnly := s.isOn("default_transaction_read_only")
	if s.implicit || alone && !readOnly {
		return nil
	}
	return s.beginImplicit(ctx, readOnly)
}

// writes says whether a statement of kind k needs a transaction around it and the
// statements beside it.
func writes(k engine.Kind) bool { return k != engine.Select && k != engine.Explain }

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
	s.begun = s.engine.Version()
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
	modes := s.modes("default_transaction_")
	if b.Modes.Isolation != "" {
		modes.Isolation = b.Modes.Isolation
	}
	if b.Modes.ReadOnly != nil {
		modes.ReadOnly = b.Modes.ReadOnly
	}
	if b.Modes.Deferrable != nil {
		modes.Deferrable = b.Modes.Deferrable
	}
	return wire.Tag(b.Tag), s.enterBlock(ctx, modes)
}

// modes are the modes of a transaction as the settings of that prefix have them;
// none is left out.
func (s *session) modes(prefix string) dialect.TxModes {
	isolation, _ := s.settings.Get(prefix + "isolation")
	readOnly, deferrable := s.isOn(prefix+"read_only"), s.isOn(prefix+"deferrable")
	return dialect.TxModes{Isolation: isolation, ReadOnly: &readOnly, Deferrable: &deferrable}
}

// enterBlock begins a block; modes has them all.
func (s *session) enterBlock(ctx context.Context, modes dialect.TxModes) error {
	if s.implicit {
		s.implicit = false // what is open becomes the block
	} else if err := s.begin(ctx, *modes.ReadOnly); err != nil {
		return toWire(err, nil)
	}
	s.settings.Begin()
	s.conn.SetTxStatus(wire.InTx)
	return setModes(modes, "transaction_", s.settings.SetLocal)
}

// setModes sets the settings of that prefix to the modes that are there, so that
// SHOW transaction_isolation and its like tell the truth.
func setModes(m dialect.TxModes, prefix string, set func(name, value string) error) error {
	if m.Isolation != "" {
		if err := set(prefix+"isolation", m.Isolation); err != nil {
			return toWire(err, nil)
		}
	}
	if m.ReadOnly != nil {
		if err := set(prefix+"read_only", onOff(*m.ReadOnly)); err != nil {
			return toWire(err, nil)
		}
	}
	if m.Deferrable != nil {
		return toWire(set(prefix+"deferrable", onOff(*m.Deferrable)), nil)
	}
	return nil
}

// endBlock is COMMIT and ROLLBACK. A failed block can only be rolled back, and
// its COMMIT says so in its tag.
func (s *session) endBlock(ctx context.Context, commit, chain bool) (wire.Result, error) {
	status, verb := s.conn.TxStatus(), "ROLLBACK"
	if commit {
		verb = "COMMIT"
	}
	if status == wire.Idle {
		if chain {
			return nil, notInBlock(verb + " AND CHAIN")
		}
		s.warn("25P01", "there is no transaction in progress")
	}
	modes := s.modes("transaction_")
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
		return wire.Tag(tag), s.enterBlock(ctx, modes)
	}
	return wire.Tag(tag), nil
}

// end ends what is open in the engine, a block or the implicit transaction, and
// then what the settings remember of it. A COMMIT that fails has rolled back.
//
// It is not canceled: as in PostgreSQL a COMMIT that has begun is carried out, and
// what would not hear of it need not be killed.
func (s *session) end(ctx context.Context, commit bool) error {
	ctx = context.WithoutCancel(ctx)
	open := s.implicit || s.conn.TxStatus() != wire.Idle
	if open && commit {
		if err := s.dropTemporary(ctx); err != nil {
			return errors.Join(err, s.end(ctx, false))
		}
	}
	s.dropAtCommit = nil
	s.implicit = false
	s.writes, s.savepoints, s.unstarted = 0, nil, nil
	defer s.unlockTo(0) // once it is over
	var err error
	if tx, ok := s.engine.(engine.Transactor); ok && open {
		if commit {
			err = tx.Commit(ctx)
		} else {
			err = tx.Rollback(ctx)
		}
	}
	if commit && err == nil {
		s.publish()
		return s.settings.Commit()
	}
	s.unpublish()
	return errors.Join(err, s.settings.Rollback())
}

// setTransaction is SET TRANSACTION and SET SESSION CHARACTERISTICS.
func (s *session) setTransaction(ctx context.Context, t dialect.SetTransaction) (wire.Result, error) {
	if !t.Session && s.conn.TxStatus() == wire.Idle {
		s.warn("25P01", "SET TRANSACTION can only be used in transaction blocks")
		return wire.Tag("SET"), nil
	}
	if t.Snapshot != "" {
		return wire.Tag("SET"), s.importSnapshot(ctx, t.Snapshot)
	}
	prefix, set := "transaction_", s.settings.SetLocal
	if t.Session {
		prefix, set = "default_transaction_", s.settings.Set
	}
	return wire.Tag("SET"), setModes(t.Modes, prefix, set)
}

// importSnapshot is SET TRANSACTION SNAPSHOT: what the engine has begun, it begins
// again with that.
func (s *session) importSnapshot(ctx context.Context, name string) error {
	if isolation, _ := s.settings.Get("transaction_isolation"); isolation != "repeatable read" && isolation != "serializable" {
		return wire.Errorf("0A000", "a snapshot-importing transaction must have isolation level SERIALIZABLE or REPEATABLE READ")
	}
	tx, ok := s.engine.(engine.Transactor)
	if !ok {
		return wire.Errorf("0A000", "the engine has no snapshots")
	}
	if s.writes > 0 {
		return wire.Errorf("25001", "SET TRANSACTION SNAPSHOT must be called before any query")
	}
	if err := tx.Rollback(ctx); err != nil {
		return toWire(err, nil)
	}
	begin := engine.TxOptions{ReadOnly: s.isOn("transaction_read_only"), Snapshot: name}
	s.begun = s.engine.Version()
	if err := tx.Begin(ctx, begin); err != nil {
		if again := tx.Begin(ctx, engine.TxOptions{ReadOnly: begin.ReadOnly}); again != nil { // for ROLLBACK to end
			return toWire(again, nil)
		}
		return toWire(err, nil)
	}
	return nil
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
