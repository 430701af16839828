package server

import (
	"context"
	"errors"
	"io"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
)

// copyFrom is COPY table FROM STDIN. What is wrong with it is found before the
// client is asked for data.
func (s *session) copyFrom(ctx context.Context, u dialect.Copy, src *source) (wire.Result, error) {
	if s.conn.TxStatus() != wire.Idle && s.isOn("transaction_read_only") ||
		s.conn.TxStatus() == wire.Idle && s.isOn("default_transaction_read_only") {
		return nil, wire.Errorf("25006", "cannot execute COPY FROM in a read-only transaction")
	}
	to, ok := s.engine.(engine.Inserter)
	if !ok {
		return nil, wire.Errorf("0A000", "COPY FROM is not supported by this engine")
	}
	table, err := s.copyTable(ctx, u, src)
	if err != nil {
		return nil, err
	}
	c := &copyIn{s: s, to: to, table: table}
	if c.options, err = copyOptions(u, src, table); err != nil {
		return nil, err
	}
	if _, err := wire.NewCopyReader(nil, table.name.Name, fieldNames(table.fields), c.options); err != nil {
		return nil, err
	}
	if err := s.checkInsert(ctx, table); err != nil {
		return nil, err
	}
	if !u.Where.Empty() {
		c.where = u.Where.Of(src.SQL)
		if err := s.checkWhere(ctx, u, src); err != nil {
			return nil, err
		}
	}
	return c, toWire(s.beginWrite(ctx, engine.Insert, false), src)
}

// checkInsert asks the engine whether rows can go into these columns.
func (s *session) checkInsert(ctx context.Context, table copyTable) error {
	name, columns := quoteTable(table.name), selectList(fieldNames(table.fields))
	st, err := s.engine.Prepare(ctx, "INSERT INTO "+name+" ("+columns+") SELECT "+columns+" FROM "+name, nil)
	if err == nil {
		return st.Close(ctx)
	}
	var e *engine.Error
	if errors.As(err, &e) && e.Code == "42809" {
		return wire.Errorf("42809", "cannot copy to view \"%s\"", table.name.Name)
	}
	return withoutPosition(toWire(err, nil))
}

// checkWhere prepares the condition of a COPY FROM.
func (s *session) checkWhere(ctx context.Context, u dialect.Copy, src *source) error {
	before := "SELECT 1 FROM " + quoteTable(u.Table) + " WHERE ("
	st, err := s.engine.Prepare(ctx, before+u.Where.Of(src.SQL)+"\n)", nil)
	if err == nil {
		return st.Close(ctx)
	}
	var e *engine.Error
	if errors.As(err, &e) && e.Position > len(before) {
		e.Position += u.Where.Start - len(before)
	} else if e != nil {
		e.Position = 0
	}
	return toWire(err, src)
}

// copyIn is a COPY FROM STDIN whose data is about to come.
type copyIn struct {
	s       *session
	to      engine.Inserter
	table   copyTable
	options wire.CopyOptions
	where   string
}

func (c *copyIn) CopyResponse() wire.CopyResponse { return c.options.Response(len(c.table.fields)) }

func (c *copyIn) Tag(n int64) string { return tag("COPY", n) }

func (c *copyIn) Close() error { return nil }

func (c *copyIn) CopyFrom(ctx context.Context, r io.Reader) (int64, error) {
	progress := &copying{command: "COPY FROM", source: "PIPE", table: c.table.oid, filtered: c.where != ""}
	c.s.copying.Store(progress)
	defer c.s.copying.Store(nil)
	rows, err := encoding.NewCopyIn(countedReader{r, progress}, c.table.name.Name, c.table.fields, &c.s.output, c.options, memory.DefaultAllocator)
	if err != nil {
		return 0, err
	}
	defer rows.Release()
	for i, t := range c.table.types {
		rows.Declare(i, t)
	}
	spec := engine.InsertSpec{Table: c.table.name, Columns: fieldNames(c.table.fields), Where: c.where}
	n, err := c.to.Insert(ctx, spec, countedRows{rows, progress})
	if rows.Err() != nil {
		return 0, rows.Err() // it names the line
	}
	return n, c.explain(err, rows.Line())
}

// explain says of an error of the engine, which takes many rows at a time, where
// the client has got to.
func (c *copyIn) explain(err error, line int64) error {
	err = toWire(err, nil)
	var e *wire.Error
	if errors.As(err, &e) && e.Where == "" {
		e.Where = "COPY " + c.table.name.Name + ", in lines up to " + strconv.FormatInt(line, 10)
		e.Position = 0
	}
	return err
}

var _ wire.CopyIn = (*copyIn)(nil)
