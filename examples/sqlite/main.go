// Command sqlite serves a SQLite database to PostgreSQL clients. It shows what a
// real engine needs: a session per client, parameters, columns that are described
// before anything runs, and rows one at a time.
package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"flag"
	"log"
	"net"

	_ "modernc.org/sqlite"

	"github.com/csvsql/csvsql/wire"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:5434", "address to listen on")
	flag.Parse()
	file := "file:shared?mode=memory&cache=shared" // one database for all clients
	if flag.NArg() > 0 {
		file = flag.Arg(0)
	}
	db, err := sql.Open("sqlite", file)
	if err != nil {
		log.Fatal(err)
	}
	// A database in memory lives as long as somebody has it open.
	if _, err := db.Conn(context.Background()); err != nil {
		log.Fatal(err)
	}
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("serving %s, listening on %s", file, l.Addr())
	server := &wire.Server{Handler: handler{db}}
	log.Fatal(server.Serve(l))
}

type handler struct{ db *sql.DB }

// Open gives each client a connection of its own, and so transactions.
func (h handler) Open(ctx context.Context, c *wire.Conn) (wire.Session, error) {
	db, err := h.db.Conn(ctx)
	return &session{c, db}, err
}

type session struct {
	client *wire.Conn
	db     *sql.Conn
}

// Close drops the connection rather than keep it for the next client: it may be
// in a transaction.
func (s *session) Close() error {
	s.db.Raw(func(any) error { return driver.ErrBadConn })
	return nil
}

// Parse only cuts the text; SQLite sees a statement when it is described.
func (s *session) Parse(_ context.Context, q wire.Query) ([]wire.Statement, error) {
	parts, err := wire.Split(q.SQL)
	if err != nil {
		return nil, err
	}
	statements := make([]wire.Statement, len(parts))
	for i, part := range parts {
		statements[i] = newStatement(s, part.SQL, q.ParamTypes)
	}
	return statements, nil
}
