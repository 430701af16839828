// Command memory serves an embedded in-memory SQL engine, modernc.org/ql: an
// engine whose language, types and values are its own, without database/sql in
// between.
package main

import (
	"context"
	"flag"
	"log"
	"net"

	"modernc.org/ql"

	"github.com/csvsql/csvsql/wire"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:5434", "address to listen on")
	flag.Parse()
	db, err := ql.OpenMem()
	if err != nil {
		log.Fatal(err)
	}
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	log.Print("listening on ", l.Addr())
	server := &wire.Server{Handler: wire.ParseFunc(engine{db}.parse)}
	log.Fatal(server.Serve(l))
}

type engine struct{ db *ql.DB }

// parse cuts the text and has QL compile each part, which looks at no table.
func (e engine) parse(_ context.Context, _ *wire.Conn, q wire.Query) ([]wire.Statement, error) {
	parts, err := wire.Split(q.SQL)
	if err != nil {
		return nil, err
	}
	statements := make([]wire.Statement, len(parts))
	for i, part := range parts {
		if statements[i], err = e.compile(part.SQL, q.ParamTypes); err != nil {
			return nil, err
		}
	}
	return statements, nil
}
