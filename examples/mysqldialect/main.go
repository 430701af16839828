// Command mysqldialect is a small query engine over Arrow that speaks MySQL's
// dialect: a parser of MySQL's, arrow-go's CSV reader and compute functions, and
// csvsql's encoder of Arrow batches between it and the protocol.
package main

import (
	"context"
	"flag"
	"log"
	"net"
	"os"

	"github.com/csvsql/csvsql/wire"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:5434", "address to listen on")
	data := flag.String("data", ".", "directory below which files may be loaded")
	flag.Parse()
	dir, err := os.OpenRoot(*data)
	if err != nil {
		log.Fatal(err)
	}
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	log.Print("listening on ", l.Addr())
	parser := &mysql{tables: newTables(dir)}
	handler := func(ctx context.Context, _ *wire.Conn, q wire.Query) ([]wire.Statement, error) {
		return parser.Parse(ctx, q)
	}
	server := &wire.Server{Handler: wire.ParseFunc(handler)}
	log.Fatal(server.Serve(l))
}
