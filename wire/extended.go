package wire

import (
	"context"
	"time"
)

// The messages of the extended protocol
// (PostgreSQL documentation, 55.2.3 Extended Query).

// parse answers Parse: it describes the statement at once, so that errors come
// where they are expected, and keeps it.
func (c *Conn) parse(body []byte) error {
	m, err := decodeParse(body)
	if err != nil {
		return err
	}
	if m.name == "" { // replaced, whatever comes of the new one
		if old, ok := c.store.TakeStatement(""); ok {
			c.releaseStatement(old)
		}
	}
	statements, err := c.parseText(Query{SQL: m.sql, ParamTypes: m.types})
	if err != nil {
		return err
	}
	if len(statements) > 1 {
		for _, s := range statements {
			c.closeStatement(s)
		}
		return Errorf("42601", "cannot insert multiple commands into a prepared statement")
	}
	p := &Prepared{SQL: m.sql, Created: time.Now(), refs: 1}
	if len(statements) == 1 { // else it is an empty query
		p.Statement = statements[0]
		err = c.describePrepared(p)
	}
	if err == nil {
		err = c.store.PutStatement(m.name, p)
	}
	if err != nil {
		c.releaseStatement(p)
		return err
	}
	c.send(appendEmpty(c.queue(), '1')) // ParseComplete
	return nil
}

// describePrepared fills in the description of p.
func (c *Conn) describePrepared(p *Prepared) (err error) {
	if err := c.refuseInFailedTx(p.Statement); err != nil {
		return err
	}
	p.Description, err = c.describeStatement(p.SQL, p.Statement)
	return err
}

// bind answers Bind.
func (c *Conn) bind(body []byte) error {
	m, err := decodeBind(body)
	if err != nil {
		return err
	}
	s, ok := c.store.Statement(m.statement)
	if !ok {
		return noStatement(m.statement)
	}
	if err := m.checkParams(len(s.Description.Params)); err != nil {
		return err
	}
	if err := c.refuseInFailedTx(s.Statement); err != nil {
		return err
	}
	p := &Portal{conn: c, prepared: s}
	if p.bind, err = m.expand(&s.Description); err != nil {
		return err
	}
	if err := c.checkBind(p); err != nil {
		return err
	}
	if m.portal == "" {
		c.dropPortal("")
	}
	if err := c.putPortal(m.portal, p); err != nil {
		return err
	}
	s.refs++
	c.send(appendEmpty(c.queue(), '2')) // BindComplete
	return nil
}

// checkBind has the statement look at the parameters, if it wants to.
func (c *Conn) checkBind(p *Portal) error {
	checker, ok := p.prepared.Statement.(BindChecker)
	if !ok {
		return nil
	}
	return c.statementTask(p.prepared.SQL, func(ctx context.Context) error {
		return checker.CheckBind(ctx, &p.bind)
	})
}

// describe answers Describe. The rows of a statement in a failed block are not
// described.
func (c *Conn) describe(body []byte) error {
	kind, name, err := decodeNamed(body, "DESCRIBE")
	if err != nil {
		return err
	}
	if kind == 'S' {
		return c.describeNamed(name)
	}
	p, ok := c.store.Portal(name)
	if !ok {
		return noPortal(name)
	}
	return c.describeRows(p.prepared, p.bind.Results)
}

func (c *Conn) describeNamed(name string) error {
	p, ok := c.store.Statement(name)
	if !ok {
		return noStatement(name)
	}
	if p.Description.Columns != nil {
		if err := c.refuseInFailedTx(p.Statement); err != nil {
			return err
		}
	}
	c.send(appendParameterDescription(c.queue(), p.Description.Params))
	return c.describeRows(p, nil)
}

func (c *Conn) describeRows(p *Prepared, formats []Format) error {
	if p.Description.Columns == nil {
		c.send(appendEmpty(c.queue(), 'n')) // NoData
		return nil
	}
	if err := c.refuseInFailedTx(p.Statement); err != nil {
		return err
	}
	c.send(appendRowDescription(c.queue(), p.Description.Columns, formats))
	return nil
}

// executePortal answers Execute.
func (c *Conn) executePortal(body []byte) error {
	d := decoder{body: body}
	name, limit := d.string(), d.int32()
	if err := d.end(); err != nil {
		return err
	}
	p, ok := c.store.Portal(name)
	if !ok {
		return noPortal(name)
	}
	if p.prepared.Statement == nil {
		c.send(appendEmpty(c.queue(), 'I')) // EmptyQueryResponse
		return nil
	}
	if err := c.refuseInFailedTx(p.prepared.Statement); err != nil {
		return err
	}
	return c.runPortal(name, p, int64(max(limit, 0)))
}

// closeNamed answers Close. To close what does not exist is no error.
func (c *Conn) closeNamed(body []byte) error {
	kind, name, err := decodeNamed(body, "CLOSE")
	if err != nil {
		return err
	}
	if kind == 'P' {
		c.dropPortal(name)
	} else if p, ok := c.store.TakeStatement(name); ok {
		c.releaseStatement(p)
	}
	c.send(appendEmpty(c.queue(), '3')) // CloseComplete
	return nil
}

func (c *Conn) flushMessage(body []byte) error {
	d := decoder{body: body}
	c.flushSoon = true
	return d.end()
}

func (c *Conn) sync(body []byte) error {
	d := decoder{body: body}
	return d.end()
}

func noPortal(name string) error {
	return Errorf("34000", "portal \"%s\" does not exist", name)
}
