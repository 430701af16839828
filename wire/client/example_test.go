package client_test

import (
	"context"
	"fmt"
	"log"
	"net"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/oid"
)

// inMemory answers every query with the same three rows, in this process.
func inMemory() net.Conn {
	near, far := net.Pipe()
	columns := []wire.Column{wire.Col("city", oid.Text), wire.Col("people", oid.Int8)}
	table := wire.Table(columns, []any{"Bern", 135_000}, []any{"Chur", 38_000}, []any{"Atlantis", nil})
	srv := &wire.Server{Handler: wire.ParseFunc(
		func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) {
			return []wire.Statement{table}, nil
		})}
	go srv.ServeConn(far)
	return near
}

// A query in the simple protocol. Fields are text, and nil for NULL.
func ExampleConn_Query() {
	ctx := context.Background()
	c, err := client.New(ctx, inMemory(), client.Config{User: "reader"})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()

	r := c.Query(ctx, "SELECT city, people FROM cities")
	var fields [][]byte // used again for each row
	for r.NextResult() {
		for r.NextRow() {
			if fields, err = r.Row().AppendFields(fields[:0]); err != nil {
				log.Fatal(err)
			}
			fmt.Printf("%s: %q\n", fields[0], fields[1])
		}
		fmt.Println(r.Tag())
	}
	if err := r.Close(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// Bern: "135000"
	// Chur: "38000"
	// Atlantis: ""
	// SELECT 3
}

// The extended protocol: one write with all that is asked for, and one reading of
// the answers. The second column is in binary.
func ExampleConn_Results() {
	ctx := context.Background()
	c, err := client.New(ctx, inMemory(), client.Config{User: "reader"})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()

	c.SendParse("", "SELECT city, people FROM cities", nil)
	c.SendBind("", "", nil, nil, []wire.Format{wire.Text, wire.Binary})
	c.SendExecute("", 1)
	c.SendExecute("", 0)
	c.SendSync()
	r := c.Results(ctx)
	for r.NextResult() {
		for r.NextRow() {
			fmt.Printf("%q\n", []byte(r.Row()))
		}
		fmt.Printf("suspended %t, tag %q\n", r.Suspended(), r.Tag())
	}
	if err := r.Close(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// "\x00\x02\x00\x00\x00\x04Bern\x00\x00\x00\b\x00\x00\x00\x00\x00\x02\x0fX"
	// suspended true, tag ""
	// "\x00\x02\x00\x00\x00\x04Chur\x00\x00\x00\b\x00\x00\x00\x00\x00\x00\x94p"
	// "\x00\x02\x00\x00\x00\bAtlantis\xff\xff\xff\xff"
	// suspended false, tag "SELECT 2"
}
