package server

import (
	"context"

	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
)

// command is a statement that the server answers itself. It takes no
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

// command makes the command of a utility statement.
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
		return run(func(context.Context) (wire.Result, error) { return s.setTransaction(u) })
	case dialect.Set:
		return run(func(context.Context) (wire.Result, error) { return s.set(u) })
	case dialect.Reset:
		return run(func(context.Context) (wire.Result, error) { return s.reset(u.Name) })
	case dialect.Show:
		return s.show(u.Name)
	case dialect.Deallocate:
		return run(func(context.Context) (wire.Result, error) { return s.deallocate(u.Name) })
	case dialect.Discard:
		return run(func(ctx context.Context) (wire.Result, error) { return s.discard(ctx, u.What) })
	case dialect.Load:
		return run(func(ctx context.Context) (wire.Result, error) { return s.load(ctx, u, src) })
	case dialect.Copy:
		return run(func(ctx context.Context) (wire.Result, error) { return s.copy(ctx, u, src) })
	case dialect.Noop:
		return run(func(context.Context) (wire.Result, error) { return wire.Tag(u.Tag), nil })
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
