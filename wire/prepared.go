package wire

import (
	"context"
	"io"
	"time"
)

// Prepared is a statement that has been parsed and described. It lives as long
// as its name or one of its portals does.
type Prepared struct {
	Statement   Statement // nil for an empty query
	Description Description
	SQL         string    // the text it comes from
	Created     time.Time // when it was parsed
	FromSQL     bool      // by Conn.Prepare, not by a Parse message

	refs int // its name and its portals
}

// putStatement is the store's.
func (c *Conn) putStatement(name string, p *Prepared) error {
	c.unnamed = c.unnamed || name == ""
	return c.store.PutStatement(name, p)
}

// dropUnnamed drops the unnamed statement and portal, which do not survive a Query.
func (c *Conn) dropUnnamed() {
	if !c.unnamed {
		return
	}
	c.unnamed = false
	if p, ok := c.store.TakeStatement(""); ok {
		c.releaseStatement(p)
	}
	c.dropPortal("")
}

// releaseStatement gives up one reference to p, and closes its statement with
// the last one.
func (c *Conn) releaseStatement(p *Prepared) {
	if p.refs--; p.refs == 0 {
		c.closeStatement(p.Statement)
	}
}

// closeStatement closes s if it can be closed.
func (c *Conn) closeStatement(s Statement) {
	if closer, ok := s.(io.Closer); ok {
		if err := closer.Close(); err != nil {
			c.server.log().Warn("wire: close statement", "error", err, "pid", c.key.PID)
		}
	}
}

// closeAll closes statements that will not be run.
func (c *Conn) closeAll(statements []Statement) {
	for _, s := range statements {
		c.closeStatement(s)
	}
}

// CloseStatement drops the prepared statement of that name (DEALLOCATE). Its
// portals live on. An unknown name is an error 26000.
func (c *Conn) CloseStatement(name string) error {
	p, ok := c.store.TakeStatement(name)
	if !ok {
		return noStatement(name)
	}
	c.releaseStatement(p)
	return nil
}

// CloseStatements drops all prepared statements (DEALLOCATE ALL).
func (c *Conn) CloseStatements() {
	for name := range c.store.Statements() {
		if p, ok := c.store.TakeStatement(name); ok {
			c.releaseStatement(p)
		}
	}
}

func noStatement(name string) error {
	if name == "" {
		return Errorf("26000", "unnamed prepared statement does not exist")
	}
	return Errorf("26000", "prepared statement \"%s\" does not exist", name)
}

const (
	// maxParams is the number of parameters that Bind can count.
	maxParams = 1<<16 - 1

	// maxColumns is the number of fields that RowDescription can count.
	maxColumns = 1<<15 - 1
)

// describe calls s.Describe and checks what it returns.
func describe(ctx context.Context, s Statement) (Description, error) {
	d, err := s.Describe(ctx)
	if err != nil {
		return Description{}, err
	}
	if len(d.Params) > maxParams {
		return Description{}, Errorf("54000", "a statement cannot have more than %d parameters", maxParams)
	}
	if len(d.Columns) > maxColumns {
		return Description{}, Errorf("54011", "target lists can have at most %d entries", maxColumns)
	}
	return d, nil
}
