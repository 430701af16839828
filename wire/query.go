package wire

import "context"

// query answers a Query message (PostgreSQL documentation, 55.2.2 Simple Query).
func (c *Conn) query(body []byte) error {
	d := decoder{body: body}
	sql := d.string()
	if err := d.end(); err != nil {
		return err
	}
	// The unnamed statement and portal do not survive a Query.
	if p, ok := c.store.TakeStatement(""); ok {
		c.releaseStatement(p)
	}
	c.dropPortal("")

	statements, err := c.parseText(Query{SQL: sql, Simple: true})
	if err != nil {
		return err
	}
	if len(statements) == 0 {
		c.send(appendEmpty(c.queue(), 'I')) // EmptyQueryResponse
	}
	for i, s := range statements {
		if err := c.queryStatement(sql, s); err != nil {
			for _, rest := range statements[i+1:] {
				c.closeStatement(rest)
			}
			return err
		}
	}
	return nil
}

// parseText has the session parse the text of a Query or Parse message.
func (c *Conn) parseText(q Query) (statements []Statement, err error) {
	err = c.statementTask(q.SQL, func(ctx context.Context) (err error) {
		statements, err = c.session.Parse(ctx, q)
		return err
	})
	return statements, err
}

// queryStatement runs one statement of a Query to its end.
func (c *Conn) queryStatement(sql string, s Statement) error {
	p := &Portal{conn: c, prepared: &Prepared{Statement: s, SQL: sql, refs: 1}}
	defer c.closePortal(p)
	if err := c.refuseInFailedTx(s); err != nil {
		return err
	}
	d, err := c.describeStatement(sql, s)
	if err != nil {
		return err
	}
	if len(d.Params) > 0 {
		return Errorf("42P02", "there is no parameter $1")
	}
	p.prepared.Description = d
	p.bind.Results = simpleFormats(s, len(d.Columns))
	if d.Columns != nil {
		c.send(appendRowDescription(c.queue(), d.Columns, p.bind.Results))
	}
	return c.runPortal("", p, 0)
}

// describeStatement is Statement.Describe, as a task.
func (c *Conn) describeStatement(sql string, s Statement) (d Description, err error) {
	err = c.statementTask(sql, func(ctx context.Context) (err error) {
		d, err = describe(ctx, s)
		return err
	})
	return d, err
}

// simpleFormats are the formats of n columns in the simple protocol: text, unless
// the statement says otherwise.
func simpleFormats(s Statement, n int) []Format {
	if f, ok := s.(SimpleFormatter); ok {
		if formats := f.SimpleFormats(); len(formats) == n {
			return formats
		}
	}
	return make([]Format, n)
}
