package wire_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/oid"
)

// inMemory serves one client over a pipe, and returns the client's end.
func inMemory(s *wire.Server) net.Conn {
	ours, theirs := net.Pipe()
	go s.ServeConn(theirs)
	return ours
}

// one answers everything with a row.
func one(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) {
	return []wire.Statement{wire.Table([]wire.Column{wire.Col("n", oid.Int4)}, []any{1})}, nil
}

// A trace without what differs between two runs.
func ExampleTracer() {
	s := &wire.Server{
		Handler: wire.ParseFunc(one),
		Trace: func(*wire.Conn) *wire.Tracer {
			return wire.NewTracer(os.Stdout, wire.TraceOptions{NoTime: true, Regress: true})
		},
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
	<-served // the last message is in the trace once the server has read it
	// Output:
	// F	13	Query	 "select 1"
	// B	26	RowDescription	 1 "n" NNNN 0 NNNN 4 -1 0
	// B	11	DataRow	 1 1 '1'
	// B	13	CommandComplete	 "SELECT 1"
	// B	5	ReadyForQuery	 I
	// F	4	Terminate
}

// Counts for a monitoring system: one function, and no dependency of wire's.
func ExampleServer_executed() {
	rows := map[string]int64{}
	s := &wire.Server{
		Handler:  wire.ParseFunc(one),
		Executed: func(c *wire.Conn, e wire.Execution) { rows[c.Identity().Role] += e.Rows },
	}
	c := talk(s)
	defer c.Close()
	for range 3 {
		c.Exec(context.Background(), "select 1")
	}
	fmt.Println(rows, s.Stats().Executions)
	// Output: map[ada:3] 3
}

// NOTIFY: every session of the server is told.
func ExampleConn_Notify() {
	s := &wire.Server{}
	s.Handler = wire.ParseFunc(func(_ context.Context, c *wire.Conn, q wire.Query) ([]wire.Statement, error) {
		return []wire.Statement{wire.Do(func(context.Context) (wire.Result, error) {
			for other := range s.Conns() {
				if err := other.Notify(c.PID(), "news", q.SQL); err != nil {
					other.Terminate(err) // it has not read for long
				}
			}
			return wire.Tag("NOTIFY"), nil
		})}, nil
	})
	c := talk(s)
	defer c.Close()
	c.SendQuery("hello")
	for {
		m, err := c.Receive()
		if err != nil || m.Type == 'Z' {
			break
		}
		if m.Type == 'A' {
			fmt.Println(strings.Split(string(m.Body[4:]), "\x00")[:2])
		}
	}
	// Output: [news hello]
}

// A parser is asked once for each text.
func ExampleParseCache() {
	cache := wire.NewParseCache(1000, func(sql string) ([]string, error) {
		fmt.Println("parsing", sql)
		return strings.Fields(sql), nil
	})
	for range 2 {
		words, err := cache.Parse("select 1")
		fmt.Println(len(words), err)
	}
	// Output:
	// parsing select 1
	// 2 <nil>
	// 2 <nil>
}
