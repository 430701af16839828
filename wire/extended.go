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
	ctx := c.newTask()
	c.beginStatement(ctx, m.sql)
	p, err := c.prepareText(ctx, Query{SQL: m.sql, ParamTypes: m.types})
	c.finish()
	ctx.end(nil)
	if err != nil {
		return err
	}
	if err := c.putStatement(m.name, p); err != nil {
		c.releaseStatement(p)
		return err
	}
	c.send(appendEmpty(c.queue(), '1')) // ParseComplete
	return nil
}

// prepareText parses and describes the statement that q is, or none.
func (c *Conn) prepareText(ctx context.Context, q Query) (*Prepared, error) {
	statements, err := c.session.Parse(ctx, q)
	switch {
	case err != nil:
		return nil, because(ctx, err)
	case len(statements) == 0:
		return &Prepared{SQL: q.SQL, Created: time.Now(), refs: 1}, nil
	case len(statements) > 1:
		c.closeAll(statements)
		return nil, Errorf("42601", "cannot insert multiple commands into a prepared statement")
	}
	if err := c.refuseInFailedTx(statements[0]); err != nil {
		c.closeStatement(statements[0])
		return nil, err
	}
	p, err := c.prepare(ctx, q.SQL, statements[0])
	return p, because(ctx, err)
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
	ctx := c.newTask()
	defer ctx.end(nil)
	c.beginStatement(ctx, p.prepared.SQL)
	err := because(ctx, checker.CheckBind(ctx, &p.bind))
	c.finish()
	return err
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
