package server

import (
	"context"
	"fmt"
	"strings"

	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// PREPARE of SQL and Parse of the protocol share their names
// (PostgreSQL documentation, PREPARE, EXECUTE, DEALLOCATE).

// prepare is PREPARE name [(types)] AS statement.
func (s *session) prepare(ctx context.Context, u dialect.Prepare, src *source) (wire.Result, error) {
	types := make([]oid.OID, len(u.Types))
	for i, t := range u.Types {
		var err error
		if types[i], err = s.typeOf(ctx, t, src); err != nil {
			return nil, err
		}
	}
	return wire.Tag("PREPARE"), s.conn.Prepare(ctx, u.Name, src.text, s.inner(src, u.Statement, types))
}

// typeOf is the type that the user calls name: that of a NULL of it.
func (s *session) typeOf(ctx context.Context, name dialect.Text, src *source) (oid.OID, error) {
	if strings.EqualFold(name.SQL, "unknown") {
		return oid.Unspecified, nil
	}
	q := s.inner(src, around("SELECT CAST(NULL AS ", name, ")"), nil)
	defer q.Close()
	d, err := q.Describe(ctx)
	if err != nil {
		return 0, err
	}
	return d.Columns[0].Type, nil
}

// around is a statement that is made around a piece of the user's text. Its
// positions are the text's.
func around(before string, t dialect.Text, behind string) dialect.Statement {
	return dialect.Statement{SQL: before + t.SQL + behind, Offset: t.Offset - len(before), Tag: "SELECT"}
}

// execute is EXECUTE name [(arguments)].
type execute struct {
	s    *session
	src  source
	u    dialect.Execute
	args [][]byte // if they have been computed
}

// Describe implements wire.Statement. A statement that does not exist is Execute's
// to refuse: it may be prepared until then.
func (e *execute) Describe(ctx context.Context) (wire.Description, error) {
	p, ok := e.s.conn.Store().Statement(e.u.Name)
	if !ok {
		return wire.Description{}, nil
	}
	if e.src.simple { // errors come before the columns are sent
		if err := e.bind(ctx, p); err != nil {
			return wire.Description{}, err
		}
	}
	return wire.Description{Columns: p.Description.Columns}, nil
}

// statement is the prepared statement, if it is one for the engine, with the
// arguments computed.
func (e *execute) statement(ctx context.Context) (*query, error) {
	p, ok := e.s.conn.Store().Statement(e.u.Name)
	if !ok {
		return nil, wire.Errorf("26000", "prepared statement \"%s\" does not exist", e.u.Name)
	}
	q, ok := p.Statement.(*query)
	if !ok {
		return nil, wire.Errorf("0A000", "utility statements have no plan")
	}
	return q, e.bind(ctx, p)
}

// bind computes the arguments.
func (e *execute) bind(ctx context.Context, p *wire.Prepared) error {
	params := p.Description.Params
	if err := e.checkCount(params); err != nil {
		return err
	}
	e.args = make([][]byte, len(params))
	for i, arg := range e.u.Args {
		var err error
		if e.args[i], err = e.s.argument(ctx, arg, params[i], &e.src); err != nil {
			return err
		}
	}
	if c, ok := p.Statement.(wire.BindChecker); ok {
		return c.CheckBind(ctx, e.bound(params))
	}
	return nil
}

func (e *execute) bound(types []oid.OID) *wire.Bind {
	return &wire.Bind{Params: e.args, Types: types, Formats: make([]wire.Format, len(types))}
}

func (e *execute) checkCount(params []oid.OID) error {
	if len(e.u.Args) == len(params) {
		return nil
	}
	err := wire.Errorf("42601", "wrong number of parameters for prepared statement \"%s\"", e.u.Name)
	err.Detail = fmt.Sprintf("Expected %d parameters but got %d.", len(params), len(e.u.Args))
	return err
}

// Execute implements wire.Statement.
func (e *execute) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	p, ok := e.s.conn.Store().Statement(e.u.Name)
	if !ok {
		return nil, wire.Errorf("26000", "prepared statement \"%s\" does not exist", e.u.Name)
	}
	if e.args == nil {
		if err := e.bind(ctx, p); err != nil {
			return nil, err
		}
	}
	bind := e.bound(p.Description.Params)
	bind.Results, bind.Limit = b.Results, b.Limit
	e.args = nil // another portal computes them again
	if p.Statement == nil {
		return wire.Tag(""), nil // an empty query
	}
	return p.Statement.Execute(ctx, bind)
}

// argument is the value of an expression as the text of a value of type t.
func (s *session) argument(ctx context.Context, arg dialect.Text, t oid.OID, src *source) ([]byte, error) {
	if value, ok := arg.Literal(); ok {
		return value, nil
	}
	q := s.inner(src, around("SELECT (", arg, ")"), nil)
	defer func() { q.Close() }() // whichever it is then
	d, err := q.Describe(ctx)
	if err != nil {
		return nil, err
	}
	if cast := numberName(t); cast != "" && numberName(d.Columns[0].Type) != "" && d.Columns[0].Type != t {
		q.Close()
		q = s.inner(src, around("SELECT CAST((", arg, ") AS "+cast+")"), nil)
		if d, err = q.Describe(ctx); err != nil {
			return nil, err
		}
	}
	if len(d.Params) > 0 {
		return nil, wire.Errorf("42P02", "there is no parameter $1")
	}
	rows, err := collect(ctx, q, &wire.Bind{})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0][0], nil
}

// numberName is the engine's name of a type of numbers; of numeric, which has no
// one precision, it is double's: only arguments have it.
func numberName(t oid.OID) string {
	switch t {
	case oid.Int2:
		return "SMALLINT"
	case oid.Int4:
		return "INTEGER"
	case oid.Int8:
		return "BIGINT"
	case oid.Float4:
		return "REAL"
	case oid.Float8, oid.Numeric:
		return "DOUBLE"
	}
	return ""
}

// deallocate is DEALLOCATE name and, without a name, DEALLOCATE ALL.
func (s *session) deallocate(name string) (wire.Result, error) {
	if name == "" {
		s.conn.CloseStatements()
		return wire.Tag("DEALLOCATE ALL"), nil
	}
	return wire.Tag("DEALLOCATE"), s.conn.CloseStatement(name)
}
