// Command cancel has statements that take long, and all the ways to end them:
// the client's cancel request, statement_timeout, and other clients.
package main

import (
	"context"
	"flag"
	"log"
	"net"

	"github.com/csvsql/csvsql/wire"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:5434", "address to listen on")
	flag.Parse()
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	log.Print("listening on ", l.Addr())
	server := &wire.Server{Handler: wire.ParseFunc(parse)}
	log.Fatal(server.Serve(l))
}

func parse(_ context.Context, c *wire.Conn, q wire.Query) ([]wire.Statement, error) {
	parts, err := wire.Split(q.SQL)
	if err != nil {
		return nil, err
	}
	statements := make([]wire.Statement, len(parts))
	for i, part := range parts {
		if statements[i], err = parseOne(c, part.SQL); err != nil {
			return nil, err
		}
	}
	return statements, nil
}
