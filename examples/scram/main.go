// Command scram lets in those who know their password, and never knows it itself:
// it keeps verifiers, as PostgreSQL does.
package main

import (
	"context"
	"flag"
	"log"
	"net"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// users are verifiers, made by wire.Verifier: that of ada's password "countess",
// and that of charles's, "engine".
func users() (wire.Users, error) {
	users := wire.Users{}
	for name, password := range map[string]string{"ada": "countess", "charles": "engine"} {
		// A real server reads verifiers; passwords have no place in it.
		verifier, err := wire.Verifier(password, wire.DefaultIterations)
		if err != nil {
			return nil, err
		}
		users[name] = verifier
	}
	return users, nil
}

func main() {
	listen := flag.String("listen", "127.0.0.1:5434", "address to listen on")
	flag.Parse()
	known, err := users()
	if err != nil {
		log.Fatal(err)
	}
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	log.Print("listening on ", l.Addr())
	server := &wire.Server{
		Handler:     wire.ParseFunc(whoami),
		Auth:        wire.SCRAM(known),
		MaxFailures: 10, // a minute, for each address
	}
	log.Fatal(server.Serve(l))
}

// whoami answers every query with who asks, and how that was proved.
func whoami(_ context.Context, c *wire.Conn, _ wire.Query) ([]wire.Statement, error) {
	id := c.Identity()
	columns := []wire.Column{wire.Col("role", oid.Text), wire.Col("method", oid.Text)}
	return []wire.Statement{wire.Table(columns, []any{id.Role, id.Method})}, nil
}
