package server

import (
	"context"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/internal/settings"
	"github.com/csvsql/csvsql/wire"
)

// The engine has no savepoints, so they are kept here, and ROLLBACK TO does what
// can be done without undoing a write: nothing may have been written since the
// savepoint. If an error has ended the engine's transaction, which depends on the
// error, a new one takes its place; then nothing may have been written in the whole
// block. At READ COMMITTED, where every statement sees what others have committed,
// nobody can tell the difference
// (PostgreSQL documentation, SAVEPOINT, ROLLBACK TO SAVEPOINT, RELEASE SAVEPOINT).

// savepoint is what a ROLLBACK TO goes back to.
type savepoint struct {
	name     string
	writes   int // of the block, when it was made
	settings settings.Mark
	portals  map[*wire.Portal]bool // that were there

	subscriptions, notifications, locks int // how many there were
}

func (s *session) savepoint(name string) (wire.Result, error) {
	if s.conn.TxStatus() == wire.Idle {
		return nil, notInBlock("SAVEPOINT")
	}
	sp := savepoint{
		name:          name,
		writes:        s.writes,
		settings:      s.settings.Mark(),
		portals:       map[*wire.Portal]bool{},
		subscriptions: len(s.subscriptions),
		notifications: s.notifications.Len(),
		locks:         len(s.taken),
	}
	for _, p := range s.conn.Store().Portals() {
		sp.portals[p] = true
	}
	s.savepoints = append(s.savepoints, sp)
	return wire.Tag("SAVEPOINT"), nil
}

func (s *session) release(name string) (wire.Result, error) {
	if s.conn.TxStatus() == wire.Idle {
		return nil, notInBlock("RELEASE SAVEPOINT")
	}
	i, err := s.findSavepoint(name)
	if err != nil {
		return nil, err
	}
	s.savepoints = s.savepoints[:i]
	return wire.Tag("RELEASE"), nil
}

func (s *session) rollbackTo(ctx context.Context, name string) (wire.Result, error) {
	if s.conn.TxStatus() == wire.Idle {
		return nil, notInBlock("ROLLBACK TO SAVEPOINT")
	}
	i, err := s.findSavepoint(name)
	if err != nil {
		return nil, err
	}
	sp := s.savepoints[i]
	if s.writes != sp.writes {
		return nil, cannotRollBackTo(name, "Something was written since, which the engine cannot undo alone.")
	}
	if err := s.repair(ctx, name); err != nil {
		return nil, err
	}
	for portal, p := range s.conn.Store().Portals() {
		if portal != "" && !sp.portals[p] {
			s.conn.ClosePortal(portal)
		}
	}
	if err := s.settings.Restore(sp.settings); err != nil {
		return nil, toWire(err, nil)
	}
	s.subscriptions = s.subscriptions[:sp.subscriptions]
	s.notifications.Truncate(sp.notifications)
	s.unlockTo(sp.locks)
	s.savepoints = s.savepoints[:i+1]
	s.conn.SetTxStatus(wire.InTx)
	return wire.Tag("ROLLBACK"), nil
}

// repair makes the engine's transaction usable again, if it is not.
func (s *session) repair(ctx context.Context, name string) error {
	tx, ok := s.engine.(engine.Transactor)
	if !ok || s.usable(ctx) {
		return nil
	}
	if s.writes > 0 {
		return cannotRollBackTo(name, "The error has ended the engine's transaction, and with it what was written in this block.")
	}
	if isolation, _ := s.settings.Get("transaction_isolation"); isolation == "repeatable read" || isolation == "serializable" {
		return cannotRollBackTo(name, "The error has ended the engine's transaction, and another one would see other data.")
	}
	if err := tx.Rollback(ctx); err != nil {
		return toWire(err, nil)
	}
	return toWire(s.begin(ctx, s.isOn("transaction_read_only")), nil)
}

// usable says whether the engine still runs statements in its transaction.
func (s *session) usable(ctx context.Context) bool {
	statement, err := s.engine.Prepare(ctx, "SELECT 1", nil)
	if err != nil {
		return false
	}
	defer statement.Close(ctx)
	res, err := statement.Execute(ctx, nil)
	if err != nil {
		return false
	}
	defer res.Release()
	for res.Next() {
	}
	return res.Err() == nil
}

// findSavepoint is the place of the savepoint of that name that was made last.
func (s *session) findSavepoint(name string) (int, error) {
	for i := len(s.savepoints) - 1; i >= 0; i-- {
		if s.savepoints[i].name == name {
			return i, nil
		}
	}
	return 0, wire.Errorf("3B001", "savepoint \"%s\" does not exist", name)
}

func cannotRollBackTo(name, detail string) error {
	err := wire.Errorf("0A000", "cannot roll back to savepoint \"%s\"", name)
	err.Detail = detail
	err.Hint = "Roll back the whole transaction and begin again."
	return err
}

func notInBlock(statement string) error {
	return wire.Errorf("25P01", "%s can only be used in transaction blocks", statement)
}
