package wire_test

import (
	"context"
	"fmt"
	"io"
	"net"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/oid"
)

// A server that answers every query with the same table. With
//
//	log.Fatal(wire.ListenAndServe("localhost:5432", wire.ParseFunc(greet)))
//
// it is a program, and psql -h localhost its client.
func Example() {
	greet := func(_ context.Context, c *wire.Conn, q wire.Query) ([]wire.Statement, error) {
		columns := []wire.Column{wire.Col("greeting", oid.Text), wire.Col("length", oid.Int4)}
		return []wire.Statement{wire.Table(columns,
			[]any{"hello " + c.Identity().Role, 5},
			[]any{"you asked: " + q.SQL, len(q.SQL)},
		)}, nil
	}
	server := &wire.Server{Handler: wire.ParseFunc(greet)}
	ours, theirs := net.Pipe()
	go server.ServeConn(theirs)

	ctx := context.Background()
	c, err := client.New(ctx, ours, client.Config{User: "ada"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	rows := c.Query(ctx, "select 1")
	for rows.NextResult() {
		for rows.NextRow() {
			fields, _ := rows.Row().AppendFields(nil)
			fmt.Printf("%s | %s\n", fields[0], fields[1])
		}
		fmt.Println(rows.Tag())
	}
	// Output:
	// hello ada | 5
	// you asked: select 1 | 8
	// SELECT 2
}

// A statement with a parameter, whose rows are made one at a time as the client
// reads them.
type countTo struct{}

func (countTo) Describe(context.Context) (wire.Description, error) {
	return wire.Description{
		Params:  []oid.OID{oid.Int8},
		Columns: []wire.Column{wire.Col("n", oid.Int8)},
	}, nil
}

func (countTo) Execute(_ context.Context, b *wire.Bind) (wire.Result, error) {
	last, err := b.Int64(0)
	if err != nil {
		return nil, err
	}
	n := int64(0)
	next := func(context.Context) error {
		if n++; n > last {
			return io.EOF
		}
		return nil
	}
	encode := func(w *wire.RowWriter) error {
		w.Int64(n)
		return nil
	}
	return wire.EachRow(next, encode, nil, nil), nil
}

func ExampleEachRow() {
	server := &wire.Server{Handler: wire.ParseFunc(
		func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) {
			return []wire.Statement{countTo{}}, nil
		})}
	ours, theirs := net.Pipe()
	go server.ServeConn(theirs)

	ctx := context.Background()
	c, err := client.New(ctx, ours, client.Config{User: "ada"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	c.SendParse("", "count to $1", nil)
	c.SendBind("", "", [][]byte{[]byte("1000000")}, nil, nil)
	c.SendExecute("", 3) // the portal is suspended after three rows
	c.SendSync()
	if err := c.Flush(); err != nil {
		fmt.Println(err)
		return
	}
	rows := c.Results(ctx)
	for rows.NextResult() {
		for rows.NextRow() {
			fields, _ := rows.Row().AppendFields(nil)
			fmt.Printf("%s\n", fields[0])
		}
		fmt.Println("suspended:", rows.Suspended())
	}
	// Output:
	// 1
	// 2
	// 3
	// suspended: true
}
