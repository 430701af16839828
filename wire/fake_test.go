package wire_test

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// fake is a database that knows the statements below by heart, and counts what
// it is asked to open and close.
type fake struct {
	sessions   atomic.Int64
	statements atomic.Int64 // open
	results    atomic.Int64 // open

	started chan struct{} // gets one when "wait" or "endless" runs, if not nil
}

func (f *fake) Open(_ context.Context, c *wire.Conn) (wire.Session, error) {
	switch c.Startup().Database {
	case "missing":
		return nil, wire.Errorf("3D000", "database \"missing\" does not exist")
	case "panic":
		panic("no database")
	}
	f.sessions.Add(1)
	return &fakeSession{fake: f, conn: c}, nil
}

type fakeSession struct {
	fake *fake
	conn *wire.Conn
	copy copyTable
	sync []bool // what Sync was told
}

func (s *fakeSession) Close() error {
	s.fake.sessions.Add(-1)
	return nil
}

func (s *fakeSession) Sync(_ context.Context, failed bool) error {
	s.sync = append(s.sync, failed)
	return nil
}

func (s *fakeSession) Parse(_ context.Context, q wire.Query) ([]wire.Statement, error) {
	parts, err := wire.Split(q.SQL)
	if err != nil {
		return nil, err
	}
	var statements []wire.Statement
	for _, part := range parts {
		sql := part.SQL
		if i := strings.Index(q.SQL, "selct"); i >= 0 {
			e := wire.Errorf("42601", "syntax error at or near \"selct\"")
			e.Position = i + 1
			return nil, e
		}
		if sql == "panic in parse" {
			panic("in parse")
		}
		statements = append(statements, &fakeStatement{session: s, sql: sql, types: q.ParamTypes})
		s.fake.statements.Add(1)
	}
	return statements, nil
}

type fakeStatement struct {
	session *fakeSession
	sql     string
	types   []oid.OID
	closed  bool
}

func (s *fakeStatement) Close() error {
	if s.closed {
		panic("closed twice: " + s.sql)
	}
	s.closed = true
	s.session.fake.statements.Add(-1)
	return nil
}

func (s *fakeStatement) ExitsTx() bool {
	switch s.sql {
	case "rollback", "commit", "end", "abort":
		return true
	}
	return false
}

const (
	fiveRows  = "select a from (values (1),(2),(3),(4),(5)) as v(a)"
	castError = "select cast('x' || a as int) as a from generate_series(1,1) as g(a)"
	thirdRow  = "select cast(case when a = 3 then 'x' else '1' end as int) as a from generate_series(1,5) as g(a)"
)

func errCast(v string) error {
	return wire.Errorf("22P02", "invalid input syntax for type integer: \"%s\"", v)
}

func (s *fakeStatement) Describe(ctx context.Context) (wire.Description, error) {
	a := []wire.Column{wire.Col("a", oid.Int4)}
	switch s.sql {
	case fiveRows, castError, thirdRow, "select a from (values (1),(2)) as v(a)",
		"select a from (values (1)) as v(a) where a > 1",
		"select 1 as a", "select 2 as a", "select 3 as a", "select 4 as a",
		"insert into w select a from (values (1),(2),(3)) as v(a) returning a", "select a + 0 as a from m order by a",
		"endless", "wait for rows", "panic in rows", "too few fields":
		return wire.Description{Columns: a}, nil
	case "select 1 as a, 'x' as b":
		return wire.Description{Columns: []wire.Column{wire.Col("a", oid.Int4), wire.Col("b", oid.Text)}}, nil
	case "select c, a, a + 0 as sum, d from d":
		return wire.Description{Columns: []wire.Column{
			{Name: "c", Type: oid.Varchar, Size: -1, Mod: 9, Table: 16384, Attr: 3},
			{Name: "a", Type: oid.Int4, Size: 4, Mod: -1, Table: 16384, Attr: 1},
			wire.Col("sum", oid.Int4),
			{Name: "d", Type: oid.Numeric, Size: -1, Mod: 655366, Table: 16384, Attr: 4},
		}}, nil
	case "select x.b from d as x":
		return wire.Description{Columns: []wire.Column{{Name: "b", Type: oid.Text, Size: -1, Mod: -1, Table: 16384, Attr: 2}}}, nil
	case "select ';' as a", "select $$;$$ as b":
		return wire.Description{Columns: []wire.Column{wire.Col(s.sql[len(s.sql)-1:], oid.Text)}}, nil
	case `select 1 as "c;d"`:
		return wire.Description{Columns: []wire.Column{wire.Col("c;d", oid.Int4)}}, nil
	case "select 9 as a":
		return wire.Description{Columns: a}, nil
	case "select 'x' as b, 2 as c":
		return wire.Description{Columns: []wire.Column{wire.Col("b", oid.Text), wire.Col("c", oid.Int4)}}, nil
	case "select count(*) as n from w":
		return wire.Description{Columns: []wire.Column{wire.Col("n", oid.Int8)}}, nil
	case "select $1 as a":
		return s.echo(1), nil
	case "select $1 as a, $2 as b":
		return s.echo(2), nil
	case "select cast($1 as int) as a":
		return wire.Description{Params: []oid.OID{oid.Int4}, Columns: a}, nil
	case "select from where":
		e := wire.Errorf("42601", "syntax error at or near \"where\"")
		e.Position = 13
		return wire.Description{}, e
	case "select 'between' as t":
		return wire.Description{Columns: []wire.Column{wire.Col("t", oid.Text)}}, nil
	case "panic in describe":
		panic("in describe")
	}
	if columns := s.session.copy.describe(s.sql); columns != nil {
		return wire.Description{Columns: columns}, nil
	}
	switch words := strings.Fields(s.sql); words[0] {
	case "generate":
		return wire.Description{Columns: a}, nil
	case "copy":
		if words[1] == "none" { // PostgreSQL says so before CopyOutResponse
			return wire.Description{}, wire.Errorf("42P01", "relation \"none\" does not exist")
		}
	case "fetch":
		p, err := s.cursor()
		if err != nil {
			return wire.Description{}, err
		}
		if words[1] == "backward" { // PostgreSQL says so before RowDescription
			_, err = p.Fetch(ctx, &wire.Bind{}, -1, nil)
		}
		return wire.Description{Columns: p.Prepared().Description.Columns}, err
	}
	return wire.Description{}, nil
}

// echo describes a statement that returns its parameters, of the types that were
// declared.
func (s *fakeStatement) echo(n int) wire.Description {
	d := wire.Description{Columns: []wire.Column{}}
	for i, name := range []string{"a", "b"}[:n] {
		t := oid.Text
		if i < len(s.types) && s.types[i] != oid.Unspecified {
			t = s.types[i]
		}
		d.Params = append(d.Params, t)
		d.Columns = append(d.Columns, wire.Col(name, t))
	}
	return d
}

// echo writes parameter i.
func echo(w *wire.RowWriter, b *wire.Bind, i int) error {
	switch {
	case b.Null(i):
		w.Null()
	case b.Types[i] == oid.Int4:
		n, err := b.Int64(i)
		w.Int64(n)
		return err
	default:
		s, err := b.Text(i)
		w.Text(s)
		return err
	}
	return nil
}

// CheckBind implements wire.BindChecker.
func (s *fakeStatement) CheckBind(_ context.Context, b *wire.Bind) error {
	for i, t := range b.Types {
		if _, err := b.Int64(i); t == oid.Int4 && !b.Null(i) && err != nil {
			return err
		}
	}
	return nil
}

func (s *fakeStatement) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	r, err := s.execute(ctx, b)
	if err != nil {
		return nil, err
	}
	switch r.(type) {
	case *fakeRows, *fakeResult:
		s.session.fake.results.Add(1)
	}
	return r, nil
}

func (s *fakeStatement) execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	c := s.session.conn
	switch s.sql {
	case fiveRows:
		return s.rows(1, 2, 3, 4, 5), nil
	case "select a from (values (1),(2)) as v(a)", "select a + 0 as a from m order by a":
		return s.rows(1, 2), nil
	case "select c, a, a + 0 as sum, d from d":
		return s.rows(), nil
	case "insert into m values (1),(2)":
		return s.done("INSERT 0 2"), nil
	case "select ';' as a", "select $$;$$ as b":
		return s.result(1, func(w *wire.RowWriter, _ int) error { w.Text(";"); return nil }), nil
	case `select 1 as "c;d"`:
		return s.rows(1), nil
	case "select 9 as a":
		return s.rows(9), nil
	case "select a from (values (1)) as v(a) where a > 1":
		return s.rows(), nil
	case "select 1 as a":
		return s.rows(1), nil
	case "select 2 as a":
		return s.rows(2), nil
	case "select 3 as a":
		return s.rows(3), nil
	case "select 4 as a":
		return s.rows(4), nil
	case "select count(*) as n from w":
		return s.rows(3), nil
	case "select 1 as a, 'x' as b":
		return s.result(1, func(w *wire.RowWriter, _ int) error { w.Int64(1); w.Text("x"); return nil }), nil
	case "select 'x' as b, 2 as c":
		return s.result(1, func(w *wire.RowWriter, _ int) error { w.Text("x"); w.Int64(2); return nil }), nil
	case "select 'between' as t":
		return s.result(1, func(w *wire.RowWriter, _ int) error { w.Text("between"); return nil }), nil
	case "insert into w select a from (values (1),(2),(3)) as v(a) returning a":
		r := s.rows(1, 2, 3)
		r.tag = "INSERT 0 "
		return r, nil
	case castError:
		return s.result(1, func(*wire.RowWriter, int) error { return errCast("x1") }), nil
	case thirdRow:
		return s.result(5, func(w *wire.RowWriter, row int) error {
			if row == 2 {
				w.Int64(9) // a row that is begun, and dropped
				return errCast("x")
			}
			w.Int64(1)
			return nil
		}), nil
	case "select $1 as a", "select $1 as a, $2 as b":
		return s.result(1, func(w *wire.RowWriter, _ int) error {
			for i := range b.Params {
				if err := echo(w, b, i); err != nil {
					return err
				}
			}
			return nil
		}), nil
	case "select cast($1 as int) as a":
		n, err := b.Int64(0)
		if err != nil {
			return nil, err
		}
		return s.rows(n), nil
	case "begin", "start transaction":
		if c.TxStatus() != wire.Idle {
			c.Notice(&wire.Error{Severity: "WARNING", Code: "25001", Message: "there is already a transaction in progress"})
		}
		c.SetTxStatus(wire.InTx)
		return s.done(strings.ToUpper(s.sql)), nil
	case "commit", "end", "rollback", "abort":
		return s.endTx(ctx)
	case "endless":
		s.hasStarted()
		return s.result(endless, func(w *wire.RowWriter, row int) error { w.Int64(int64(row)); return nil }), nil
	case "wait for rows":
		r := s.rows(1, 2, 3)
		r.wait = true
		return r, nil
	case "wait":
		s.hasStarted()
		<-ctx.Done()
		return nil, errors.New("a handler may say what it likes")
	case "panic":
		panic("in execute")
	case "panic in rows":
		return s.result(3, func(w *wire.RowWriter, row int) error {
			if row == 1 {
				w.Int64(1)
				panic("in a row")
			}
			w.Int64(1)
			return nil
		}), nil
	case "too few fields":
		return s.result(1, func(w *wire.RowWriter, row int) error { w.Int64(1); w.Int64(2); return nil }), nil
	case "notice in a row":
		c.Notice(&wire.Error{Severity: "NOTICE", Code: "00000", Message: "now"})
		return s.done("NOTICE"), nil
	case "savepoint s":
		return nil, wire.Errorf("25P01", "SAVEPOINT can only be used in transaction blocks")
	case "begin read only":
		c.SetTxStatus(wire.InTx)
		return s.done("BEGIN"), nil
	case "create table r2 (a int)":
		return nil, wire.Errorf("25006", "cannot execute CREATE TABLE in a read-only transaction")
	case "foreign error":
		return nil, foreignError{}
	case "internal error":
		return nil, errors.New("who knows")
	}
	if r := s.session.copy.execute(s.sql); r != nil {
		return r, nil
	}
	switch words := strings.Fields(s.sql); words[0] {
	case "generate":
		n, err := strconv.Atoi(words[1])
		return s.result(n, func(w *wire.RowWriter, row int) error { w.Int64(int64(row)); return nil }), err
	case "set":
		c.Report(words[1], words[2])
		return s.done("SET"), nil
	case "declare":
		return s.declare(ctx)
	case "fetch", "move":
		return s.fetch(ctx, b)
	case "close":
		return s.done("CLOSE CURSOR"), c.ClosePortal(words[1])
	case "prepare":
		_, sql, _ := strings.Cut(s.sql, " as ")
		s.session.fake.statements.Add(1)
		return s.done("PREPARE"), c.Prepare(ctx, words[1], s.sql, &fakeStatement{session: s.session, sql: sql})
	case "create":
		return s.done("CREATE TABLE"), nil
	case "insert":
		return s.done("INSERT 0 1"), nil
	case "deallocate":
		return s.done("DEALLOCATE"), c.CloseStatement(words[1])
	}
	return nil, wire.Errorf("0A000", "the fake does not know: %s", s.sql)
}

type foreignError struct{}

func (foreignError) Error() string    { return "of another package" }
func (foreignError) SQLState() string { return "42P01" }

func (s *fakeStatement) hasStarted() {
	if s.session.fake.started != nil {
		s.session.fake.started <- struct{}{}
	}
}

func (s *fakeStatement) endTx(ctx context.Context) (wire.Result, error) {
	c := s.session.conn
	commit := s.sql == "commit" || s.sql == "end"
	tag := "ROLLBACK"
	if commit && c.TxStatus() != wire.Failed {
		tag = "COMMIT"
	}
	if c.TxStatus() == wire.Idle {
		c.Notice(&wire.Error{Severity: "WARNING", Code: "25P01", Message: "there is no transaction in progress"})
		return s.done(tag), nil
	}
	err := c.EndTx(ctx, commit, func(context.Context) error { return nil })
	return s.done(tag), err
}

// endless is a number of rows that nobody reads to the end.
const endless = 1 << 40

func (s *fakeStatement) done(tag string) wire.Result {
	return &fakeResult{fake: s.session.fake, Result: wire.Tag(tag)}
}

type fakeResult struct {
	wire.Result
	fake *fake
}

func (r *fakeResult) Close() error {
	r.fake.results.Add(-1)
	return r.Result.Close()
}

func (s *fakeStatement) rows(values ...int64) *fakeRows {
	return s.result(len(values), func(w *wire.RowWriter, row int) error {
		w.Int64(values[row])
		return nil
	})
}

func (s *fakeStatement) result(rows int, encode func(*wire.RowWriter, int) error) *fakeRows {
	return &fakeRows{statement: s, left: rows, encode: encode, tag: "SELECT "}
}

// fakeRows gives its rows in batches of up to 1,000.
type fakeRows struct {
	statement *fakeStatement
	first     int // row of the current batch
	batch     int
	left      int
	encode    func(*wire.RowWriter, int) error
	tag       string
	wait      bool // before the second batch, for the end of the context
	closed    bool
}

func (r *fakeRows) NextBatch(ctx context.Context) (int, error) {
	if r.wait && r.batch > 0 {
		r.statement.hasStarted()
		<-ctx.Done()
		return 0, errors.New("a handler may say what it likes")
	}
	r.first += r.batch
	r.batch = min(r.left, 1000)
	r.left -= r.batch
	if r.batch == 0 {
		return 0, io.EOF
	}
	if r.wait {
		r.left = 1
	}
	return r.batch, nil
}

func (r *fakeRows) EncodeRow(w *wire.RowWriter, row int) error { return r.encode(w, r.first+row) }

func (r *fakeRows) Tag(rows int64) string { return r.tag + strconv.FormatInt(rows, 10) }

func (r *fakeRows) Close() error {
	if r.closed {
		panic("result closed twice: " + r.statement.sql)
	}
	r.closed = true
	r.statement.session.fake.results.Add(-1)
	return nil
}
