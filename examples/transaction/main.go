// Command transaction is a key-value store with transactions: PUT, GET, DEL and
// LIST, BEGIN, COMMIT and ROLLBACK. It shows who keeps what of a transaction: the
// letter that clients see is wire's, the data is yours.
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
	server := &wire.Server{Handler: handler{&store{data: map[string]string{}}}}
	log.Fatal(server.Serve(l))
}

type handler struct{ store *store }

func (h handler) Open(_ context.Context, c *wire.Conn) (wire.Session, error) {
	return &session{client: c, store: h.store}, nil
}

// session is one client. tx is its transaction: that of a block, or that of the
// statements up to the next Sync.
type session struct {
	client *wire.Conn
	store  *store
	tx     *tx
}

func (s *session) Close() error { return nil } // what was not committed is forgotten

// current is the transaction in which a statement reads and writes.
func (s *session) current() *tx {
	if s.tx == nil {
		s.tx = s.store.begin()
	}
	return s.tx
}

// Sync implements wire.Syncer: outside a block, the statements that a client
// sent together are one transaction, which ends here.
func (s *session) Sync(_ context.Context, failed bool) error {
	if s.client.TxStatus() != wire.Idle {
		return nil
	}
	return s.finish(!failed)
}

// begin is BEGIN.
func (s *session) begin(context.Context) (wire.Result, error) {
	if s.client.TxStatus() == wire.InTx {
		s.client.Notice(&wire.Error{Severity: "WARNING", Code: "25001", Message: "there is already a transaction in progress"})
	}
	s.client.SetTxStatus(wire.InTx)
	return wire.Tag("BEGIN"), nil
}

// end is COMMIT or ROLLBACK. wire lets it through in a failed block because it
// ExitsTx; there, COMMIT is a ROLLBACK.
type end struct {
	session *session
	verb    string
}

func (end) ExitsTx() bool { return true }

func (end) Describe(context.Context) (wire.Description, error) { return wire.Description{}, nil }

func (e end) Execute(ctx context.Context, _ *wire.Bind) (wire.Result, error) {
	s := e.session
	switch s.client.TxStatus() {
	case wire.Idle:
		s.client.Notice(&wire.Error{Severity: "WARNING", Code: "25P01", Message: "there is no transaction in progress"})
	case wire.Failed:
		e.verb = "ROLLBACK"
	}
	commit := e.verb == "COMMIT"
	err := s.client.EndTx(ctx, commit, func(context.Context) error { return s.finish(commit) })
	return wire.Tag(e.verb), err
}

// finish ends the transaction, if there is one.
func (s *session) finish(commit bool) error {
	t := s.tx
	s.tx = nil
	if t == nil || !commit {
		return nil
	}
	return s.store.commit(t)
}
