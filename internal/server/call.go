package server

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// function is a function that the server has and the engine has not, because it
// does something to the session.
type function struct {
	args   string // the types of the arguments, as the engine calls them, with commas
	result oid.OID
	set    bool // it returns any number of rows
	// call runs the function. An argument is nil for NULL. nil is NULL, too.
	call func(ctx context.Context, args [][]byte) ([][]byte, error)
}

// functions are the functions of that name.
func (s *session) functions(name string) []function {
	switch name {
	case "pg_notify":
		return []function{{args: "VARCHAR,VARCHAR", result: oid.Void, call: s.pgNotify}}
	case "setval":
		return s.setval()
	case "pg_listening_channels":
		return []function{{result: oid.Text, set: true, call: s.listeningChannels}}
	}
	return s.advisoryFunctions(name)
}

// calls is a SELECT of calls of functions.
type calls struct {
	s         *session
	src       source
	u         dialect.Calls
	functions []function // by call
	args      *query     // computes all arguments; nil if there are none
	rows      [][][]byte // the arguments, if they have been computed: one row without a FROM
}

// Describe implements wire.Statement.
func (c *calls) Describe(ctx context.Context) (d wire.Description, err error) {
	var args []string
	for _, call := range c.u.Calls {
		f, err := c.find(call)
		if err != nil {
			return d, err
		}
		c.functions = append(c.functions, f)
		d.Columns = append(d.Columns, wire.Col(call.Column, f.result))
		for i, arg := range call.Args {
			args = append(args, "CAST(("+arg.SQL+") AS "+strings.Split(f.args, ",")[i]+")")
		}
	}
	if args == nil {
		return d, nil
	}
	sql := "SELECT " + strings.Join(args, ", ") + " " + c.u.From.SQL
	c.args = c.s.inner(&c.src, dialect.Statement{SQL: sql, Tag: "SELECT"}, c.src.params)
	inner, err := c.args.Describe(ctx)
	if err != nil {
		return d, withoutPosition(err)
	}
	d.Params = inner.Params
	if c.src.simple && len(d.Params) == 0 { // errors come before the columns are sent
		c.rows, err = c.compute(ctx, &wire.Bind{})
	}
	return d, err
}

// compute computes the arguments.
func (c *calls) compute(ctx context.Context, b *wire.Bind) ([][][]byte, error) {
	rows, err := collect(ctx, c.args, &wire.Bind{Params: b.Params, Formats: b.Formats, Types: b.Types})
	return rows, withoutPosition(err)
}

// find is the function that a call means, by the number of its arguments.
func (c *calls) find(call dialect.Call) (function, error) {
	for _, f := range c.s.functions(call.Function) {
		n := 0
		if f.args != "" {
			n = strings.Count(f.args, ",") + 1
		}
		if n != len(call.Args) {
			continue
		}
		if f.set && len(c.u.Calls) > 1 {
			return f, wire.Errorf("0A000", "function %s can only be called by itself", call.Function)
		}
		return f, nil
	}
	err := wire.Errorf("42883", "there is no function %s with %d arguments", call.Function, len(call.Args))
	err.Hint = "No function matches the given name and argument types. You might need to add explicit type casts."
	err.Position = c.src.characters(call.Offset)
	return function{}, err
}

// Execute implements wire.Statement.
func (c *calls) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	rows := c.rows
	switch {
	case c.args == nil:
		rows = [][][]byte{nil}
	case rows == nil:
		var err error
		if rows, err = c.compute(ctx, b); err != nil {
			return nil, err
		}
	}
	var all [][]byte
	for _, args := range rows {
		for i, f := range c.functions {
			n := len(c.u.Calls[i].Args)
			values, err := f.call(ctx, args[:n])
			if err != nil {
				return nil, err
			}
			args = args[n:]
			all = append(all, values...)
			if f.set {
				return c.result(all, 1), nil
			}
		}
	}
	return c.result(all, len(c.functions)), nil
}

// result has rows of so many values each. They are text, numbers,
// booleans, or nothing.
func (c *calls) result(values [][]byte, columns int) wire.Rows {
	var row [][]byte
	next := func(context.Context) error {
		if len(values) == 0 {
			return io.EOF
		}
		row, values = values[:columns], values[columns:]
		return nil
	}
	encode := func(w *wire.RowWriter) error {
		for i, v := range row {
			switch {
			case v == nil:
				w.Null()
			case c.functions[i].result == oid.Int8:
				n, err := strconv.ParseInt(string(v), 10, 64)
				if err != nil {
					return err
				}
				w.Int64(n)
			case c.functions[i].result == oid.Bool:
				w.Bool(v[0] == 't')
			default:
				w.Field(v)
			}
		}
		return nil
	}
	return wire.EachRow(next, encode, func(n int64) string { return "SELECT " + strconv.FormatInt(n, 10) }, nil)
}

// Close implements io.Closer.
func (c *calls) Close() error {
	if c.args == nil {
		return nil
	}
	return c.args.Close()
}

// void is the result of a function that returns nothing.
func void() [][]byte { return [][]byte{{}} }

func boolean(b bool) [][]byte {
	if b {
		return [][]byte{[]byte("t")}
	}
	return [][]byte{[]byte("f")}
}
