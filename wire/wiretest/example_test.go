package wiretest_test

import (
	"context"
	"os"
	"testing"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/wiretest"
)

// greeter is the handler of a program that is tested.
func greeter(_ context.Context, c *wire.Conn, _ wire.Query) ([]wire.Statement, error) {
	return []wire.Statement{wire.Table([]wire.Column{wire.Col("greeting", oid.Text)}, []any{"hello " + c.Identity().Role})}, nil
}

// A test of a handler. With a driver it is
//
//	db, err := sql.Open("pgx", wiretest.Serve(t, wire.ParseFunc(greeter)))
func ExampleConnect() {
	_ = func(t *testing.T) {
		c := wiretest.Connect(t, &wire.Server{Handler: wire.ParseFunc(greeter)})
		rows := c.Query(t.Context(), "select greeting")
		for rows.NextResult() {
			for rows.NextRow() {
				fields, err := rows.Row().AppendFields(nil)
				if err != nil || string(fields[0]) != "hello test" {
					t.Errorf("%s, %v", fields, err)
				}
			}
		}
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
	}
}

// What a server has to answer, recorded from another: one file for each script.
func ExampleReplay() {
	record := false // flag.Bool("record", false, "record the answers of PostgreSQL")
	_ = func(t *testing.T) {
		if record {
			wiretest.Record(t, "testdata", func(t *testing.T) *client.Conn { return wiretest.Dial(t, "localhost:5432") })
			return
		}
		addr := wiretest.Start(t, &wire.Server{Handler: wire.ParseFunc(greeter)})
		wiretest.Replay(t, os.DirFS("testdata"), wiretest.Portable, func(t *testing.T) *client.Conn {
			return wiretest.Dial(t, addr)
		})
	}
}
