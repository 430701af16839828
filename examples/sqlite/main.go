// Command sqlite serves a SQLite database to PostgreSQL clients.
//
//	go run ./examples/sqlite [FILE]
//	psql "postgres://127.0.0.1:5434/main"
//
// It shows what a real engine needs: a session per client, parameters, columns
// that are described before anything runs, and rows one at a time.
package main

import (
	"context"
	"database/sql"
	"flag"
	"log"
	"strings"

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
	log.Printf("serving %s on %s", file, *listen)
	log.Fatal(wire.ListenAndServe(*listen, handler{db}))
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

func (s *session) Close() error { return s.db.Close() }

// Parse only cuts the text; SQLite sees a statement when it is described.
func (s *session) Parse(_ context.Context, q wire.Query) ([]wire.Statement, error) {
	parts, err := wire.Split(q.SQL)
	if err != nil {
		return nil, err
	}
	out := make([]wire.Statement, len(parts))
	for i, p := range parts {
		words := strings.Fields(strings.ToUpper(p.SQL))
		out[i] = &statement{session: s, sql: p.SQL, words: words, declared: q.ParamTypes}
	}
	return out, nil
}
