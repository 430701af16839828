// Command cursor has SQL cursors over a statement of its own, COUNT TO n: they
// are portals of the protocol, opened, fetched from and closed by name.
package main

import (
	"context"
	"flag"
	"io"
	"log"
	"net"
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
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
	var statements []wire.Statement
	for _, part := range parts {
		s, err := parseOne(c, strings.Fields(part.SQL))
		if err != nil {
			return nil, err
		}
		statements = append(statements, s)
	}
	return statements, nil
}

// parseOne parses the words of one statement; there is at least one.
func parseOne(c *wire.Conn, words []string) (wire.Statement, error) {
	switch verb := strings.ToUpper(words[0]); {
	case verb == "BEGIN":
		return wire.Do(func(context.Context) (wire.Result, error) {
			c.SetTxStatus(wire.InTx)
			return wire.Tag("BEGIN"), nil
		}), nil
	case verb == "COMMIT" || verb == "ROLLBACK":
		return end{c, verb}, nil
	case verb == "COUNT" && len(words) == 3: // COUNT TO n
		n, err := number(words[2])
		return count(n), err
	case verb == "DECLARE" && len(words) > 3: // DECLARE name CURSOR [WITH HOLD] FOR statement
		return declare(c, words)
	case verb == "FETCH" && len(words) == 3: // FETCH n name
		n, err := number(words[1])
		return fetch{c, n, words[2]}, err
	case verb == "MOVE" && len(words) == 3: // MOVE n name
		n, err := number(words[1])
		return move(c, n, words[2]), err
	case verb == "CLOSE" && len(words) == 2: // CLOSE name
		return wire.Do(func(context.Context) (wire.Result, error) {
			return wire.Tag("CLOSE CURSOR"), c.ClosePortal(words[1])
		}), nil
	}
	return nil, wire.Errorf("42601", "cannot understand \"%s\"", strings.Join(words, " "))
}

func number(word string) (int64, error) {
	if strings.EqualFold(word, "ALL") {
		return wire.FetchAll, nil
	}
	n, err := strconv.ParseInt(word, 10, 64)
	if err != nil {
		return 0, wire.Errorf("42601", "\"%s\" is not a number of rows", word)
	}
	return n, nil
}

// end is COMMIT or ROLLBACK. EndTx closes the portals of the transaction, and
// first holds those that are to outlive it.
type end struct {
	client *wire.Conn
	verb   string
}

func (end) ExitsTx() bool { return true }

func (end) Describe(context.Context) (wire.Description, error) { return wire.Description{}, nil }

func (e end) Execute(ctx context.Context, _ *wire.Bind) (wire.Result, error) {
	if e.client.TxStatus() == wire.Failed {
		e.verb = "ROLLBACK"
	}
	nothing := func(context.Context) error { return nil }
	return wire.Tag(e.verb), e.client.EndTx(ctx, e.verb == "COMMIT", nothing)
}

// count is COUNT TO n: its rows are 1, 2, ..., n.
type count int64

func (n count) Describe(context.Context) (wire.Description, error) {
	return wire.Description{Columns: []wire.Column{wire.Col("n", oid.Int8)}}, nil
}

func (n count) Execute(context.Context, *wire.Bind) (wire.Result, error) {
	i := int64(0)
	next := func(context.Context) error {
		if i++; i > int64(n) {
			return io.EOF
		}
		return nil
	}
	encode := func(w *wire.RowWriter) error {
		w.Int64(i)
		return nil
	}
	return held{wire.EachRow(next, encode, nil, nil)}, nil
}
