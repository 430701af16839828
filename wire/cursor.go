package wire

import (
	"context"
	"time"
)

// Holder is Rows that can outlive the transaction they were opened in.
type Holder interface {
	// Hold makes the rows that have not been pulled independent of the
	// transaction: it reads them to the end, to where they keep. The current
	// batch stays as it is. The context of Execute ends only with the portal.
	Hold(ctx context.Context) error
}

// Prepare describes s and keeps it under name, as Parse does (SQL's PREPARE).
// sql is its text, of which s becomes part of the connection's statements: it is
// closed with them, or at once if Prepare fails.
func (c *Conn) Prepare(ctx context.Context, name, sql string, s Statement) (*Prepared, error) {
	p := &Prepared{Statement: s, SQL: sql, Created: time.Now(), FromSQL: true, refs: 1}
	d, err := describe(ctx, s)
	if err == nil {
		p.Description = d
		err = c.store.PutStatement(name, p)
	}
	if err != nil {
		c.releaseStatement(p)
		return nil, err
	}
	return p, nil
}
