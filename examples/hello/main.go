// Command hello is the smallest server: whatever the query, the answer is the
// same table.
//
//	go run ./examples/hello
//	psql "postgres://127.0.0.1:5434/hello"
package main

import (
	"context"
	"log"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

func main() {
	greetings := wire.Table(
		[]wire.Column{wire.Col("language", oid.Text), wire.Col("greeting", oid.Text)},
		[]any{"English", "hello"},
		[]any{"Latin", "salve"},
	)
	parse := func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) {
		return []wire.Statement{greetings}, nil
	}
	log.Println("listening on 127.0.0.1:5434")
	log.Fatal(wire.ListenAndServe("127.0.0.1:5434", wire.ParseFunc(parse)))
}
