package wire_test

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/oid"
)

// ledger is a Handler whose sessions count what they have written, and forget it
// when they roll back.
type ledger struct{}

func (ledger) Open(_ context.Context, c *wire.Conn) (wire.Session, error) {
	fmt.Println("hello", c.Startup().User)
	return &ledgerSession{conn: c}, nil
}

type ledgerSession struct {
	conn           *wire.Conn
	saved, written int
}

func (s *ledgerSession) Close() error { return nil }

func (s *ledgerSession) Parse(_ context.Context, q wire.Query) ([]wire.Statement, error) {
	return []wire.Statement{&ledgerStatement{s, strings.ToUpper(q.SQL)}}, nil
}

// Sync implements wire.Syncer: outside of a block each statement is a transaction.
func (s *ledgerSession) Sync(_ context.Context, failed bool) error {
	if s.conn.TxStatus() == wire.Idle && !failed {
		s.saved = s.written
	}
	return nil
}

type ledgerStatement struct {
	session *ledgerSession
	verb    string
}

func (*ledgerStatement) Describe(context.Context) (wire.Description, error) {
	return wire.Description{}, nil
}

// ExitsTx implements wire.TxExiter.
func (s *ledgerStatement) ExitsTx() bool { return s.verb == "ROLLBACK" || s.verb == "COMMIT" }

func (s *ledgerStatement) Execute(ctx context.Context, _ *wire.Bind) (wire.Result, error) {
	conn := s.session.conn
	switch s.verb {
	case "BEGIN":
		conn.SetTxStatus(wire.InTx)
	case "WRITE":
		s.session.written++
	case "COMMIT", "ROLLBACK":
		commit := s.verb == "COMMIT" && conn.TxStatus() == wire.InTx
		err := conn.EndTx(ctx, commit, func(context.Context) error {
			if commit {
				s.session.saved = s.session.written
			} else {
				s.session.written = s.session.saved
			}
			return nil
		})
		return wire.Tag(s.verb), err
	default:
		return nil, wire.Errorf("42601", "syntax error at or near \"%s\"", s.verb)
	}
	fmt.Println(s.verb, "->", s.session.written)
	return wire.Tag(s.verb), nil
}

// A Session has the state of a client; wire looks after the transaction status, and
// answers what comes in a failed block.
func ExampleSession() {
	c := talk(&wire.Server{Handler: ledger{}})
	defer c.Close()
	for _, sql := range []string{"write", "begin", "write", "nonsense", "write", "rollback", "write"} {
		if _, err := c.Exec(context.Background(), sql); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// hello ada
	// WRITE -> 1
	// BEGIN -> 1
	// WRITE -> 2
	// syntax error at or near "NONSENSE"
	// current transaction is aborted, commands ignored until end of transaction block
	// WRITE -> 2
}

// DECLARE, FETCH and CLOSE: a portal that is opened and fetched by statements.
func ExampleConn_OpenPortal() {
	numbers := wire.Table([]wire.Column{wire.Col("n", oid.Int4)}, []any{1}, []any{2}, []any{3})
	c := talk(&wire.Server{Handler: wire.ParseFunc(func(_ context.Context, c *wire.Conn, q wire.Query) ([]wire.Statement, error) {
		return []wire.Statement{wire.Do(func(ctx context.Context) (wire.Result, error) {
			switch q.SQL {
			case "begin":
				c.SetTxStatus(wire.InTx)
				return wire.Tag("BEGIN"), nil
			case "declare":
				return wire.Tag("DECLARE CURSOR"), c.OpenPortal(ctx, "c", q.SQL, numbers, nil, wire.PortalOptions{})
			case "move":
				cursor, ok := c.Store().Portal("c")
				if !ok {
					return nil, wire.Errorf("34000", "cursor \"c\" does not exist")
				}
				n, err := cursor.Move(ctx, 2)
				return wire.Tag(fmt.Sprint("MOVE ", n)), err
			}
			return wire.Tag("CLOSE CURSOR"), c.ClosePortal("c")
		})}, nil
	})})
	defer c.Close()
	for _, sql := range []string{"begin", "declare", "move", "move", "close", "move"} {
		fmt.Println(c.Exec(context.Background(), sql))
	}
	// Output:
	// BEGIN <nil>
	// DECLARE CURSOR <nil>
	// MOVE 2 <nil>
	// MOVE 1 <nil>
	// CLOSE CURSOR <nil>
	//  cursor "c" does not exist
}

// Errors and notices with what helps the user: what is wrong, where, and what to do.
func ExampleError() {
	s := &wire.Server{Handler: wire.ParseFunc(func(_ context.Context, c *wire.Conn, q wire.Query) ([]wire.Statement, error) {
		c.Notice(&wire.Error{Severity: "NOTICE", Code: "00000", Message: "it is late"})
		return nil, &wire.Error{
			Code:     "42P01",
			Message:  `relation "pepole" does not exist`,
			Hint:     `Did you mean "people"?`,
			Position: strings.Index(q.SQL, "pepole") + 1,
		}
	})}
	c, err := client.New(context.Background(), inMemory(s), client.Config{User: "ada", OnNotice: func(n *wire.Error) {
		fmt.Println(n.Severity, n.Message)
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	_, err = c.Exec(context.Background(), "select * from pepole")
	if e, ok := err.(*wire.Error); ok {
		fmt.Println(e.Code, e.Message)
		fmt.Println(e.Position, e.Hint)
	}
	// Output:
	// NOTICE it is late
	// 42P01 relation "pepole" does not exist
	// 15 Did you mean "people"?
}

// percent is a statement that looks at its parameter at Bind.
type percent struct{}

func (percent) Describe(context.Context) (wire.Description, error) {
	return wire.Description{Params: []oid.OID{oid.Int4}}, nil
}

func (percent) CheckBind(_ context.Context, b *wire.Bind) error {
	if n, err := b.Int64(0); err != nil || n < 0 || n > 100 {
		return wire.Errorf("22003", "$1 is no percentage")
	}
	return nil
}

func (percent) Execute(context.Context, *wire.Bind) (wire.Result, error) { return wire.Tag("SET"), nil }

func ExampleBindChecker() {
	c := talk(&wire.Server{Handler: wire.ParseFunc(func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) {
		return []wire.Statement{percent{}}, nil
	})})
	defer c.Close()
	c.SendParse("", "set percent to $1", nil)
	c.SendBind("", "", [][]byte{[]byte("101")}, nil, nil)
	c.SendSync()
	c.Flush()
	r := c.Results(context.Background())
	for r.NextResult() {
	}
	fmt.Println(r.Close())
	// Output: $1 is no percentage
}

// squares are rows in batches of a thousand, encoded many at a time.
type squares struct{ first, last int }

func (s *squares) NextBatch(context.Context) (rows int, err error) {
	s.first, s.last = s.last, min(s.last+1000, 2500)
	if s.first == s.last {
		return 0, io.EOF
	}
	return s.last - s.first, nil
}

func (s *squares) EncodeRow(w *wire.RowWriter, row int) error {
	w.Int64(int64(s.first+row) * int64(s.first+row))
	return nil
}

// EncodeRows implements wire.BlockEncoder.
func (s *squares) EncodeRows(w *wire.RowWriter, from, to int) (next int, err error) {
	for row := from; row < to; row++ {
		w.BeginRow()
		if err := s.EncodeRow(w, row); err != nil {
			return row, err
		}
		w.EndRow()
		if w.Full() {
			return row + 1, nil
		}
	}
	return to, nil
}

func (*squares) Tag(rows int64) string { return fmt.Sprint("SELECT ", rows) }
func (*squares) Close() error          { return nil }

type allSquares struct{}

func (allSquares) Describe(context.Context) (wire.Description, error) {
	return wire.Description{Columns: []wire.Column{wire.Col("square", oid.Int8)}}, nil
}

func (allSquares) Execute(context.Context, *wire.Bind) (wire.Result, error) { return &squares{}, nil }

func ExampleBlockEncoder() {
	c := talk(&wire.Server{Handler: wire.ParseFunc(func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) {
		return []wire.Statement{allSquares{}}, nil
	})})
	defer c.Close()
	fmt.Println(c.Exec(context.Background(), "squares"))
	// Output: SELECT 2500 <nil>
}

// alphabet is rows that can be read in any order, and need no transaction: those of
// a SCROLL cursor WITH HOLD.
type alphabet struct{ batch int }

const letterRows = 26

func (a *alphabet) NextBatch(context.Context) (rows int, err error) {
	if a.batch++; a.batch > letterRows {
		return 0, io.EOF
	}
	return 1, nil
}

func (a *alphabet) EncodeRow(w *wire.RowWriter, _ int) error {
	w.Text(string(rune('a' + a.batch - 1)))
	return nil
}

// Seek implements wire.Scroller: each batch has one row.
func (a *alphabet) Seek(_ context.Context, row int64) (first int64, rows int, err error) {
	if row >= letterRows {
		return letterRows, 0, nil
	}
	a.batch = int(row) + 1
	return row, 1, nil
}

// Hold implements wire.Holder.
func (*alphabet) Hold(context.Context) error { return nil }

func (*alphabet) Tag(rows int64) string { return fmt.Sprint("SELECT ", rows) }
func (*alphabet) Close() error          { return nil }

type alphabetStatement struct{}

func (alphabetStatement) Describe(context.Context) (wire.Description, error) {
	return wire.Description{Columns: []wire.Column{wire.Col("letter", oid.Text)}}, nil
}

func (alphabetStatement) Execute(context.Context, *wire.Bind) (wire.Result, error) {
	return &alphabet{}, nil
}

// A cursor that goes back, outside of a transaction.
func ExampleScroller() {
	c := talk(&wire.Server{Handler: wire.ParseFunc(func(_ context.Context, c *wire.Conn, q wire.Query) ([]wire.Statement, error) {
		return []wire.Statement{wire.Do(func(ctx context.Context) (wire.Result, error) {
			if q.SQL == "declare" {
				o := wire.PortalOptions{Scroll: true, Hold: true}
				return wire.Tag("DECLARE CURSOR"), c.OpenPortal(ctx, "c", q.SQL, alphabetStatement{}, nil, o)
			}
			cursor, ok := c.Store().Portal("c")
			if !ok {
				return nil, wire.Errorf("34000", "cursor \"c\" does not exist")
			}
			n, err := strconv.ParseInt(q.SQL, 10, 64)
			if err != nil {
				return nil, wire.Errorf("42601", "%w", err)
			}
			moved, err := cursor.Move(ctx, n)
			return wire.Tag(fmt.Sprint("MOVE ", moved)), err
		})}, nil
	})})
	defer c.Close()
	for _, sql := range []string{"declare", "20", "20", "-5"} {
		fmt.Println(c.Exec(context.Background(), sql))
	}
	// Output:
	// DECLARE CURSOR <nil>
	// MOVE 20 <nil>
	// MOVE 6 <nil>
	// MOVE 5 <nil>
}

// binaryOne is a statement whose rows are binary even in the simple protocol, as
// those of FETCH from a binary cursor.
type binaryOne struct{ wire.Statement }

func (binaryOne) SimpleFormats() []wire.Format { return []wire.Format{wire.Binary} }

func ExampleSimpleFormatter() {
	number := wire.Table([]wire.Column{wire.Col("n", oid.Int4)}, []any{258})
	c := talk(&wire.Server{Handler: wire.ParseFunc(func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) {
		return []wire.Statement{binaryOne{number}}, nil
	})})
	defer c.Close()
	r := c.Query(context.Background(), "fetch 1 from c")
	for r.NextResult() {
		for r.NextRow() {
			fields, err := r.Row().AppendFields(nil)
			fmt.Println(fields, err)
		}
	}
	// Output: [[0 0 1 2]] <nil>
}

// What a connection is doing, as for pg_stat_activity.
func ExampleConn_Activity() {
	c := talk(&wire.Server{Handler: wire.ParseFunc(func(_ context.Context, c *wire.Conn, _ wire.Query) ([]wire.Statement, error) {
		var a wire.Activity = c.Activity()
		fmt.Printf("%q running %v in status %c\n", a.SQL, a.Running, a.Status)
		return nil, nil
	})})
	defer c.Close()
	c.Exec(context.Background(), "select 1")
	// Output: "select 1" running true in status I
}

// A DataRow by hand, for encoders that have their own way to write values.
func ExampleAppendRowHeader() {
	row, at := wire.AppendRowHeader(nil, 2)
	row = append(row, 0, 0, 0, 1, 'a')        // a length, and so many bytes
	row = append(row, 0xff, 0xff, 0xff, 0xff) // NULL
	if err := wire.FinishRow(row, at); err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%q\n", row)
	// Output: "D\x00\x00\x00\x0f\x00\x02\x00\x00\x00\x01a\xff\xff\xff\xff"
}
