package wire

import "context"

// TxStatus is the transaction status that ReadyForQuery carries.
type TxStatus byte

const (
	Idle   TxStatus = 'I' // not in a transaction block
	InTx   TxStatus = 'T' // in one
	Failed TxStatus = 'E' // in one that has failed, and has to be rolled back
)

var errFailedTx = &Error{Severity: "ERROR", Code: "25P02",
	Message: "current transaction is aborted, commands ignored until end of transaction block"}

// TxStatus returns the transaction status.
func (c *Conn) TxStatus() TxStatus { return c.status }

// SetTxStatus is how the statements that begin a transaction block, and those
// that save one (ROLLBACK TO), say so. Statements that end a block call EndTx.
// The server itself makes Failed of InTx at every error.
func (c *Conn) SetTxStatus(s TxStatus) { c.status = s }

// EndTx ends a transaction block in the order in which engines stand it: when it
// commits, it holds the portals that are to outlive the block; it closes the
// others, but for the one that is being executed, calls end, and sets the status
// to Idle. The block is over even when end fails. A portal that cannot be held is
// an error before that: end is not called, and the block has failed.
func (c *Conn) EndTx(ctx context.Context, commit bool, end func(ctx context.Context) error) error {
	if commit {
		if err := c.holdPortals(ctx); err != nil {
			return err
		}
	}
	c.closePortals()
	err := end(ctx)
	c.status = Idle
	return err
}

// endImplicitTx is the end of what ReadyForQuery ends: outside a block, of the
// transaction that every statement has, and of its portals; and a call of Sync.
func (c *Conn) endImplicitTx() error {
	syncer, _ := c.session.(Syncer)
	end := c.status == Idle && c.portals > 0
	if syncer == nil && !c.holds { // nothing of it needs a context
		if end {
			c.closePortals()
		}
		return nil
	}
	return c.task(func(ctx context.Context) (err error) {
		if end && !c.failed {
			err = c.holdPortals(ctx)
		}
		if end {
			c.closePortals()
		}
		if syncer != nil {
			if syncErr := syncer.Sync(ctx, c.failed || err != nil); err == nil {
				err = syncErr
			}
		}
		return err
	})
}

// holdPortals makes the portals that are to be held independent of the
// transaction that is about to end.
func (c *Conn) holdPortals(ctx context.Context) error {
	for _, p := range c.store.Portals() {
		if !p.hold || p.held || p == c.current {
			continue
		}
		if err := p.holdRows(ctx); err != nil {
			return err
		}
		p.held = true
	}
	return nil
}

func (p *Portal) holdRows(ctx context.Context) error {
	if p.state == portalNew {
		if err := p.advance(ctx, 0); err != nil {
			return err
		}
	}
	if p.state != portalOpen {
		return nil
	}
	h, ok := p.rows.(Holder)
	if !ok {
		return Errorf("0A000", "a cursor over this statement cannot be held beyond its transaction")
	}
	return p.run(ctx, func() error { return h.Hold(ctx) })
}

// refuseInFailedTx returns the error of every statement in a failed block but
// those that end it.
func (c *Conn) refuseInFailedTx(s Statement) error {
	if c.status != Failed {
		return nil
	}
	if x, ok := s.(TxExiter); ok && x.ExitsTx() {
		return nil
	}
	return errFailedTx
}
