// Command server is the smallest server: whatever the query, the answer is the
// same table.
package main

import (
	"context"
	"flag"
	"log"
	"net"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:5434", "address to listen on")
	flag.Parse()
	greetings := wire.Table(
		[]wire.Column{wire.Col("language", oid.Text), wire.Col("greeting", oid.Text), wire.Col("speakers", oid.Int8)},
		[]any{"English", "hello", 1_500_000_000},
		[]any{"Latin", "salve", nil},
	)
	parse := func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) {
		return []wire.Statement{greetings}, nil
	}

	l, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	log.Print("listening on ", l.Addr())
	server := &wire.Server{Handler: wire.ParseFunc(parse)}
	log.Fatal(server.Serve(l))
}
