package wire

import "slices"

// query answers a Query message (PostgreSQL documentation, 55.2.2 Simple Query).
func (c *Conn) query(body []byte) error {
	d := decoder{body: body}
	sql := d.string()
	if err := d.end(); err != nil {
		return err
	}
	c.dropUnnamed()
	ctx := c.newTask() // of the parser, and of the first statement
	defer ctx.end(nil)
	c.beginStatement(ctx, sql)
	err := c.queryText(ctx, sql)
	c.finish()
	return err
}

// queryText parses a text and runs its statements, each as a task.
func (c *Conn) queryText(ctx *taskContext, sql string) error {
	statements, err := c.session.Parse(ctx, Query{SQL: sql, Simple: true})
	if err != nil {
		return because(ctx, err)
	}
	if len(statements) == 0 {
		c.send(appendEmpty(c.queue(), 'I')) // EmptyQueryResponse
	}
	for i, s := range statements {
		if i > 0 {
			c.finish()
			ctx = c.newTask()
			c.beginStatement(ctx, sql)
		}
		if err := c.queryStatement(ctx, sql, s); err != nil {
			c.closeAll(statements[i+1:])
			return err
		}
	}
	return nil
}

// queryStatement runs one statement of a Query to its end, and ends ctx.
func (c *Conn) queryStatement(ctx *taskContext, sql string, s Statement) error {
	q := c.server.takeQuery()
	defer c.server.giveQuery(q)
	p := &q.portal
	p.conn, p.ctx, p.prepared, p.once = c, ctx, &q.prepared, true
	q.prepared.Statement, q.prepared.SQL, q.prepared.refs = s, sql, 1
	defer c.closePortal(p)
	if err := c.refuseInFailedTx(s); err != nil {
		return err
	}
	d, err := describe(ctx, s)
	if err != nil {
		return because(ctx, err)
	}
	if len(d.Params) > 0 {
		return Errorf("42P02", "there is no parameter $1")
	}
	q.prepared.Description = d
	p.bind.Results = appendSimpleFormats(p.bind.Results, s, len(d.Columns))
	if d.Columns != nil {
		c.send(appendRowDescription(c.queue(), d.Columns, p.bind.Results))
	}
	return c.execute(p, 0)
}

// simpleQuery is what a statement of a Query has in place of what Parse and Bind
// leave behind. Nobody has a name for it, so it serves again.
type simpleQuery struct {
	portal   Portal
	prepared Prepared
}

func (s *Server) takeQuery() *simpleQuery {
	if q, ok := s.queries.Get().(*simpleQuery); ok {
		return q
	}
	return new(simpleQuery)
}

// giveQuery keeps q, and nothing of what was in it but room for formats.
func (s *Server) giveQuery(q *simpleQuery) {
	formats := q.portal.bind.Results
	clear(formats)
	*q = simpleQuery{}
	q.portal.bind.Results = formats[:0]
	s.queries.Put(q)
}

// appendSimpleFormats appends the formats of n columns in the simple protocol to
// none: text, unless the statement says otherwise.
func appendSimpleFormats(none []Format, s Statement, n int) []Format {
	if f, ok := s.(SimpleFormatter); ok {
		if formats := f.SimpleFormats(); len(formats) == n {
			return append(none, formats...)
		}
	}
	return slices.Grow(none, n)[:n] // Text
}
