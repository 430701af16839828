package server

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
)

// create is a CREATE with IF NOT EXISTS, which is a notice if the object exists,
// or of a table with serial columns, whose sequences are made with it, or of one that
// is dropped with the transaction.
type create struct {
	s     *session
	src   source
	query *query // described: the statement as far as it needs no sequence
}

// Describe implements wire.Statement.
func (c *create) Describe(ctx context.Context) (wire.Description, error) {
	c.query = c.statement(func(dialect.Serial) string { return "" })
	d, err := c.query.Describe(ctx)
	if c.exists(err) {
		err = nil // Execute says it, if it is still so
	}
	return d, c.place(err)
}

// place takes the position from an error that is behind the first serial column:
// what stands there has moved.
func (c *create) place(err error) error {
	var e *wire.Error
	serials := c.src.Creation.Serials
	if errors.As(err, &e) && serials != nil && e.Position > c.src.characters(c.src.Offset+serials[0].Clause.Start) {
		e.Position = 0
	}
	return err
}

// Close implements io.Closer.
func (c *create) Close() error {
	if c.query == nil {
		return nil
	}
	return c.query.Close()
}

// statement is the statement without IF NOT EXISTS, and with defaults for its
// serial columns.
func (c *create) statement(defaults func(dialect.Serial) string) *query {
	var b strings.Builder
	sql, last := c.src.SQL, 0
	if gap := c.src.Creation.IfNotExists; !gap.Empty() {
		b.WriteString(sql[:gap.Start] + strings.Repeat(" ", gap.End-gap.Start)) // positions stay
		last = gap.End
	}
	if owner := c.src.Creation.Owner; !owner.Empty() {
		sql = sql[:owner.Start]
	}
	for _, serial := range c.src.Creation.Serials {
		b.WriteString(sql[last:serial.Clause.Start] + serial.Type + " " + defaults(serial))
		last = serial.Clause.End
	}
	if drop := c.src.Creation.OnCommit; !drop.Empty() {
		b.WriteString(sql[last:drop.Start] + strings.Repeat(" ", drop.End-drop.Start))
		last = drop.End
	}
	b.WriteString(sql[last:])
	return c.s.inner(&c.src, dialect.Statement{SQL: b.String(), Offset: c.src.Offset, Tag: c.src.Tag}, nil)
}

// exists says whether err is that of an object that exists already, where that is
// no error.
func (c *create) exists(err error) bool {
	var e *wire.Error
	return !c.src.Creation.IfNotExists.Empty() && errors.As(err, &e) && (e.Code == "42P07" || e.Code == "42P06")
}

// Execute implements wire.Statement.
func (c *create) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	table := c.src.Creation.Name
	if c.src.Creation.Serials != nil && !c.src.Creation.IfNotExists.Empty() {
		exists, err := c.s.tableExists(ctx, table)
		if err != nil {
			return nil, toWire(err, &c.src)
		}
		if exists { // before there are sequences
			return c.skip(wire.Errorf("42P07", "relation \"%s\" already exists", table.Name)), nil
		}
	}
	names := map[string]string{} // of the sequences, by column
	for _, serial := range c.src.Creation.Serials {
		name, err := c.s.makeSequence(ctx, &c.src, table, c.src.Creation.Temp, serial)
		if err != nil {
			return nil, err
		}
		names[serial.Column] = name
	}
	if !c.src.Creation.OnCommit.Empty() {
		c.s.dropAtCommit = append(c.s.dropAtCommit, table.Name)
	}
	q := c.statement(func(s dialect.Serial) string {
		return "NOT NULL DEFAULT nextval(" + quoteLiteral(names[s.Column]) + ")"
	})
	defer q.Close()
	_, err := q.Describe(ctx)
	if err == nil {
		var res wire.Result
		if res, err = q.Execute(ctx, b); err == nil {
			return res, nil
		}
	}
	if c.exists(err) {
		return c.skip(err), nil
	}
	return nil, c.place(err)
}

// skip is what CREATE IF NOT EXISTS does for an object that exists.
func (c *create) skip(err error) wire.Result {
	var e *wire.Error
	errors.As(err, &e)
	kind := "relation"
	if e.Code == "42P06" {
		kind = "schema"
	}
	c.s.notify(&wire.Error{Severity: "NOTICE", Code: e.Code,
		Message: fmt.Sprintf("%s \"%s\" already exists, skipping", kind, c.src.Creation.Name.Name)})
	if c.src.Tag == "SELECT" {
		return wire.Tag("CREATE TABLE AS")
	}
	return wire.Tag(c.src.Tag)
}

// makeSequence makes the sequence of a serial column of a table, and returns its name.
func (s *session) makeSequence(ctx context.Context, src *source, table engine.TableName, temp bool, serial dialect.Serial) (string, error) {
	if temp {
		table.Schema = ""
	}
	name := sequenceName(table, serial.Column)
	options, err := dialect.ReadSequenceOptions(serial.Options)
	if err != nil {
		return "", withoutPosition(toWire(err, src))
	}
	if options.Type == "" {
		options.Type = serial.Type
	}
	var q sequence
	if err := q.set(options, true); err != nil {
		return "", err
	}
	q.next = q.start
	return name, s.runOnly(ctx, q.definition("CREATE", temp, name), "CREATE SEQUENCE", src)
}

// sequenceName is the name of the sequence of a serial column, in SQL: table_column_seq,
// in the schema of the table.
func sequenceName(table engine.TableName, column string) string {
	name := quoteIfNeeded(objectName(table.Name, column, "seq"))
	if table.Schema != "" {
		name = quoteIfNeeded(table.Schema) + "." + name
	}
	return name
}

// objectName is the name that PostgreSQL chooses for what belongs to a column of a
// table: table_column_kind, cut to the length of a name.
func objectName(table, column, kind string) string {
	for len(table)+len(column)+len(kind)+len("__") > maxIdentifier { // PostgreSQL cuts the longer one
		if len(table) > len(column) {
			table = table[:len(table)-1]
		} else {
			column = column[:len(column)-1]
		}
	}
	return strings.ToValidUTF8(table+"_"+column+"_"+kind, "")
}

// quoteIfNeeded is a name as an identifier in SQL, without quotes if it is of
// small letters, digits and underscores, and behind a letter.
func quoteIfNeeded(name string) string {
	for i, c := range []byte(name) {
		if !(c == '_' || 'a' <= c && c <= 'z' || i > 0 && '0' <= c && c <= '9') {
			return quoteName(name)
		}
	}
	return name
}
