package server

import (
	"context"

	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
)

// command is a statement that the server answers itself and that takes no
// parameters.
type command struct {
	columns []wire.Column // nil: no rows
	exitsTx bool
	// check, if set, says at Describe what is wrong already.
	check func() error
	run   func(ctx context.Context, b *wire.Bind) (wire.Result, error)
}

func (c *command) Describe(context.Context) (wire.Description, error) {
	if c.check != nil {
		if err := c.check(); err != nil {
			return wire.Description{}, err
		}
	}
	return wire.Description{Columns: c.columns}, nil
}

func (c *command) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	return c.run(ctx, b)
}

// ExitsTx implements wire.TxExiter.
func (c *command) ExitsTx() bool { return c.exitsTx }

// utility makes the statement that answers a utility statement.
func (s *session) utility(src *source) wire.Statement {
	switch u := src.Utility.(type) {
	case dialect.Declare:
		return &declare{s: s, src: *src, u: u}
	case dialect.Fetch:
		if !u.Move {
			return &fetch{s: s, u: u}
		}
	case dialect.Calls:
		return &calls{s: s, src: *src, u: u}
	case dialect.Explain:
		return &explain{s: s, src: *src, u: u}
	case dialect.Execute:
		return &execute{s: s, src: *src, u: u}
	}
	return s.command(src)
}

// command makes the command of a utility statement that has no parameters.
func (s *session) command(src *source) *command {
	run := func(f func(ctx context.Context) (wire.Result, error)) *command {
		return &command{run: func(ctx context.Context, _ *wire.Bind) (wire.Result, error) { return f(ctx) }}
	}
	switch u := src.Utility.(type) {
	case dialect.Begin:
		return run(func(ctx context.Context) (wire.Result, error) { return s.beginBlock(ctx, u) })
	case dialect.Commit:
		c := run(func(ctx context.Context) (wire.Result, error) { return s.endBlock(ctx, true, u.Chain) })
		c.exitsTx = true
		return c
	case dialect.Rollback:
		c := run(func(ctx context.Context) (wire.Result, error) { return s.endBlock(ctx, false, u.Chain) })
		c.exitsTx = true
		return c
	case dialect.SetTransaction:
		return run(func(ctx context.Context) (wire.Result, error) { return s.setTransaction(ctx, u) })
	case dialect.Set:
		return run(func(context.Context) (wire.Result, error) { return s.set(u) })
	case dialect.Reset:
		return run(func(context.Context) (wire.Result, error) { return s.reset(u.Name) })
	case dialect.Show:
		return s.show(u.Name)
	case dialect.Savepoint:
		return run(func(context.Context) (wire.Result, error) { return s.savepoint(u.Name) })
	case dialect.Release:
		return run(func(context.Context) (wire.Result, error) { return s.release(u.Name) })
	case dialect.RollbackTo:
		c := run(func(ctx context.Context) (wire.Result, error) { return s.rollbackTo(ctx, u.Name) })
		c.exitsTx = true
		return c
	case dialect.Fetch:
		return run(func(ctx context.Context) (wire.Result, error) { return s.move(ctx, u) })
	case dialect.Close:
		return run(func(context.Context) (wire.Result, error) { return s.close(u.Name) })
	case dialect.Prepare:
		return run(func(ctx context.Context) (wire.Result, error) { return s.prepare(ctx, u, src) })
	case dialect.Deallocate:
		return run(func(context.Context) (wire.Result, error) { return s.deallocate(u.Name) })
	case dialect.Discard:
		return run(func(ctx context.Context) (wire.Result, error) { return s.discard(ctx, u.What, src) })
	case dialect.Listen:
		return run(func(context.Context) (wire.Result, error) { return s.listen(u.Channel) })
	case dialect.Unlisten:
		return run(func(context.Context) (wire.Result, error) { return s.unlisten(u.Channel) })
	case dialect.Notify:
		return run(func(context.Context) (wire.Result, error) {
			return wire.Tag("NOTIFY"), s.sendNotification(u.Channel, u.Payload)
		})
	case dialect.Drop:
		return run(func(ctx context.Context) (wire.Result, error) { return s.drop(ctx, u, src) })
	case dialect.Truncate:
		return run(func(ctx context.Context) (wire.Result, error) { return s.truncate(ctx, u, src) })
	case dialect.Ineffective:
		return run(func(ctx context.Context) (wire.Result, error) { return s.ineffective(ctx, u, src) })
	case dialect.Alter:
		return run(func(ctx context.Context) (wire.Result, error) { return s.alter(ctx, u, src) })
	case dialect.CreateSequence:
		return run(func(ctx context.Context) (wire.Result, error) { return s.createSequence(ctx, u, src) })
	case dialect.AlterSequence:
		return run(func(ctx context.Context) (wire.Result, error) { return s.alterSequence(ctx, u, src) })
	case dialect.CreateMaterialized:
		return run(func(ctx context.Context) (wire.Result, error) { return s.createMaterialized(ctx, u, src) })
	case dialect.RefreshMaterialized:
		return run(func(ctx context.Context) (wire.Result, error) { return s.refreshMaterialized(ctx, u, src) })
	case dialect.LockTable:
		return run(func(ctx context.Context) (wire.Result, error) { return s.lockTable(ctx, u, src) })
	case dialect.SetConstraints:
		return run(func(context.Context) (wire.Result, error) { return s.setConstraints(src) })
	case dialect.Load:
		return run(func(ctx context.Context) (wire.Result, error) { return s.load(ctx, u, src) })
	case dialect.Copy:
		return run(func(ctx context.Context) (wire.Result, error) { return s.copy(ctx, u, src) })
	case dialect.Noop:
		return run(func(context.Context) (wire.Result, error) { return s.noop(u, src) })
	case dialect.Refused:
		return refuse(u.Err, src)
	}
	return refuse(wire.Errorf("0A000", "this statement is not supported"), src)
}

// refuse answers a statement with an error, when it is described: earlier ones
// of the same string have run by then.
func refuse(err error, src *source) *command {
	return &command{check: func() error { return toWire(err, src) }}
}
