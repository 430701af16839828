package wire_test

import (
	"context"
	"fmt"
	"log"
	"net"
	"os"
	"os/signal"
	"time"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

// node is one of several servers behind an address. It tells whose key is whose by
// the number in front of the process ID.
type node struct {
	number int32
	all    []*wire.Server
}

const nodeBits = 24 // the process IDs of a server are below

func (n *node) Issue(_ *wire.Conn, key wire.CancelKey) (wire.CancelKey, error) {
	key.PID |= n.number << nodeBits
	return key, nil
}

func (n *node) Cancel(_ context.Context, key wire.CancelKey) (known bool) {
	number := int(key.PID >> nodeBits)
	return number < len(n.all) && n.all[number].CancelKey(key) // another machine: pass it on
}

// A cancel request arrives at another server than the one that runs the statement.
func ExampleCancelRouter() {
	started := make(chan struct{})
	wait := wire.ParseFunc(func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) {
		return []wire.Statement{wire.Do(func(ctx context.Context) (wire.Result, error) {
			close(started)
			<-ctx.Done()
			return nil, ctx.Err()
		})}, nil
	})
	nodes := []*wire.Server{{Handler: wait}, {Handler: wait}}
	for i, s := range nodes {
		s.CancelRouter = &node{int32(i), nodes}
	}
	c, err := client.New(context.Background(), inMemory(nodes[1]), client.Config{
		User:   "ada",
		Redial: func(context.Context) (net.Conn, error) { return inMemory(nodes[0]), nil },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	c.SendQuery("wait")
	c.Flush()
	<-started
	if err := c.Cancel(context.Background()); err != nil {
		fmt.Println(err)
	}
	r := c.Results(context.Background())
	for r.NextResult() {
	}
	fmt.Println(r.Close())
	// Output: canceling statement due to user request
}

// The life of a connection, as net/http tells it.
func ExampleConnState() {
	s := &wire.Server{
		Handler:   wire.ParseFunc(one),
		ConnState: func(_ *wire.Conn, state wire.ConnState) { fmt.Println(state) },
	}
	ours, theirs := net.Pipe()
	served := make(chan struct{})
	go func() {
		defer close(served)
		s.ServeConn(theirs)
	}()
	c, err := client.New(context.Background(), ours, client.Config{User: "ada"})
	if err != nil {
		fmt.Println(err)
		return
	}
	c.Exec(context.Background(), "select 1")
	c.Close()
	<-served
	// Output:
	// new
	// idle
	// active
	// idle
	// closed
}

// A server for production: limits, and an end that lets statements finish.
func ExampleServer_Shutdown() {
	s := &wire.Server{
		Addr:          ":5432",
		Handler:       wire.ParseFunc(one),
		Params:        []wire.Param{{Name: "server_version", Value: "16.4 (mine)"}},
		MaxConns:      500,
		MaxConnsPerIP: 50,
		MaxFailures:   20,
		WriteTimeout:  time.Minute,
		Timeouts:      wire.Timeouts{Statement: 5 * time.Minute, Idle: time.Hour, IdleInTransaction: time.Minute},
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	served := make(chan error, 1)
	go func() { served <- s.ListenAndServe() }()
	select {
	case err := <-served:
		log.Fatal(err)
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := s.Shutdown(patience); err != nil {
		log.Print("some clients were cut off: ", err)
	}
}

// Who has connected over a Unix socket, for a handler that wants to know.
func ExampleConn_PeerCred() {
	s := &wire.Server{Addr: "/run/myserver/.s.PGSQL.5432"}
	s.Handler = wire.ParseFunc(func(ctx context.Context, c *wire.Conn, q wire.Query) ([]wire.Statement, error) {
		if who, ok := c.PeerCred(); ok {
			log.Printf("process %d of user %d asks %s", who.PID, who.UID, q.SQL)
		}
		return one(ctx, c, q)
	})
	log.Fatal(s.ListenAndServe())
}

// loudStore says what it stores.
type loudStore struct{ wire.PortalStore }

func (s loudStore) PutStatement(name string, p *wire.Prepared) error {
	fmt.Printf("statement %q: %s\n", name, p.SQL)
	return s.PortalStore.PutStatement(name, p)
}

func ExamplePortalStore() {
	c := talk(&wire.Server{
		Handler:  wire.ParseFunc(one),
		NewStore: func(*wire.Conn) wire.PortalStore { return loudStore{wire.NewMapStore(100, 10)} },
	})
	defer c.Close()
	_, err := c.Prepare(context.Background(), "s", "select 1", nil)
	fmt.Println(err)
	// Output:
	// statement "s": select 1
	// <nil>
}
