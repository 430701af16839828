package wire_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/oid"
)

// talk logs in to a server, in memory.
func talk(s *wire.Server) *client.Conn {
	c, err := client.New(context.Background(), inMemory(s), client.Config{User: "ada"})
	if err != nil {
		panic(err)
	}
	return c
}

func ExampleCopyTo() {
	columns := []wire.Column{wire.Col("name", oid.Text), wire.Col("age", oid.Int4)}
	people := wire.Table(columns, []any{"Ada", 36}, []any{"Grace, Admiral", nil})
	c := talk(&wire.Server{Handler: wire.ParseFunc(func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) {
		return []wire.Statement{wire.Do(func(ctx context.Context) (wire.Result, error) {
			rows, err := people.Execute(ctx, &wire.Bind{})
			if err != nil {
				return nil, err
			}
			return wire.CopyTo(rows.(wire.Rows), columns, wire.CopyOptions{Format: wire.CopyCSV, Header: true})
		})}, nil
	})})
	defer c.Close()
	c.CopyOut(context.Background(), "copy people to stdout (format csv, header)", os.Stdout)
	// Output:
	// name,age
	// Ada,36
	// "Grace, Admiral",
}

// printer is a COPY FROM STDIN that prints its rows.
type printer struct{ wire.Result }

func (printer) CopyResponse() wire.CopyResponse { return wire.CopyResponse{Columns: 2} }

func (printer) CopyFrom(_ context.Context, r io.Reader) (rows int64, err error) {
	cr, err := wire.NewCopyReader(r, "people", []string{"name", "age"}, wire.CopyOptions{})
	if err != nil {
		return 0, err
	}
	for {
		fields, err := cr.Read()
		if err == io.EOF {
			return rows, nil
		} else if err != nil {
			return 0, err
		}
		rows++
		fmt.Printf("%s is %s\n", fields[0], fields[1])
	}
}

func ExampleNewCopyReader() {
	c := talk(&wire.Server{Handler: wire.ParseFunc(func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) {
		return []wire.Statement{wire.Do(func(context.Context) (wire.Result, error) { return printer{wire.Tag("COPY")}, nil })}, nil
	})})
	defer c.Close()
	tag, err := c.CopyIn(context.Background(), "copy people from stdin", strings.NewReader("Ada\t36\nGrace\t85\n"))
	fmt.Println(tag, err)
	_, err = c.CopyIn(context.Background(), "copy people from stdin", strings.NewReader("Ada\n"))
	fmt.Println(err)
	// Output:
	// Ada is 36
	// Grace is 85
	// COPY <nil>
	// missing data for column "age"
}

// echoing is a COPY both ways.
type echoing struct{ wire.Result }

func (echoing) CopyResponse() wire.CopyResponse { return wire.CopyResponse{} }

func (echoing) CopyBoth(_ context.Context, r io.Reader, w io.Writer) (rows int64, err error) {
	return io.Copy(w, r)
}

// A protocol on top of this one, as replication is: what comes in goes out.
func ExampleCopyBoth() {
	c := talk(&wire.Server{Handler: wire.ParseFunc(func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) {
		return []wire.Statement{wire.Do(func(context.Context) (wire.Result, error) { return echoing{wire.Tag("ECHO")}, nil })}, nil
	})})
	defer c.Close()
	c.SendQuery("echo")
	for {
		m, err := c.Receive()
		if err != nil || m.Type == 'Z' {
			break
		}
		switch m.Type {
		case 'W': // CopyBothResponse
			c.SendCopyData([]byte("hello"))
			c.SendCopyDone()
		case 'd':
			fmt.Printf("%s\n", m.Body)
		case 'C':
			tag, err := m.Tag()
			fmt.Println(tag, err)
		}
	}
	// Output:
	// hello
	// ECHO <nil>
}

// A row of COPY by hand, for those who encode values themselves.
func ExampleCopyWriter() {
	columns := []wire.Column{wire.Col("name", oid.Text), wire.Col("age", oid.Int4)}
	w, err := wire.NewCopyWriter(columns, wire.CopyOptions{Format: wire.CopyCSV, Header: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	out := w.AppendHeader(nil)
	out = w.AppendDelimiter(out, 0)
	out = w.AppendValue(out, []byte("Grace, Admiral"), 0)
	out = w.AppendDelimiter(out, 1)
	out = w.AppendNull(out)
	fmt.Printf("%s\n", out)
	// Output:
	// name,age
	// "Grace, Admiral",
}

// What an EncodeRows of a CopyOut appends.
func ExampleAppendCopyHeader() {
	row, at := wire.AppendCopyHeader(nil)
	row = append(row, "Ada\t36\n"...)
	if err := wire.FinishRow(row, at); err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%q\n", row)
	// Output: "d\x00\x00\x00\vAda\t36\n"
}
