package wire_test

import (
	"context"
	"fmt"
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
