package wire_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/oid"
)

// TestAnswers sends texts as simple queries, and shows what comes.
func TestAnswers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, sql, want string }{
		{"report", "set TimeZone GMT; set TimeZone GMT; set mine 1", `C["SET"] C["SET"] C["SET"] S["TimeZone" "GMT"] S["mine" "1"] ZI`},
		{"report what is known", "set TimeZone UTC", `C["SET"] ZI`},
		{"foreign error", "foreign error", `E ERROR 42P01 "of another package" ZI`},
		{"internal error", "internal error", `E ERROR XX000 "who knows" ZI`},
		{"more fields than columns", "too few fields", `T E ERROR XX000 "row of 2 fields where 1 were described" ZI`},
		{"a parameter in a simple query", "select $1 as a", `E ERROR 42P02 "there is no parameter $1" ZI`},
		{"nothing", "", "I ZI"},
		{"commit of a failed block", "begin; " + castError, `C["BEGIN"] T E ERROR 22P02 "invalid input syntax for type integer: \"x1\"" ZE`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := connect(t, serve(t, &wire.Server{}))
			c.SendQuery(test.sql)
			c.Flush()
			wantTrace(t, c.NetConn(), test.want)
		})
	}
}

// TestNotices: one that a statement sends comes before its tag, one from within a
// row after it.
func TestNotices(t *testing.T) {
	t.Parallel()
	var conn *wire.Conn
	notice := func(text string) { conn.Notice(&wire.Error{Message: text}) }
	addr := serve(t, &wire.Server{Handler: wire.ParseFunc(func(_ context.Context, c *wire.Conn, _ wire.Query) ([]wire.Statement, error) {
		conn = c
		return []wire.Statement{noticeStatement{notice}}, nil
	})})
	var notices []string
	c, err := client.Dial(t.Context(), addr, client.Config{User: "u", OnNotice: func(e *wire.Error) {
		notices = append(notices, e.Severity+" "+e.Code+" "+e.Message)
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Exec(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(notices); got != "[NOTICE 00000 before NOTICE 00000 within]" {
		t.Error(got)
	}
}

type noticeStatement struct{ notice func(string) }

func (noticeStatement) Describe(context.Context) (wire.Description, error) {
	return wire.Description{Columns: []wire.Column{wire.Col("a", oid.Int4)}}, nil
}

func (s noticeStatement) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	s.notice("before")
	rows, err := wire.Table([]wire.Column{wire.Col("a", oid.Int4)}, []any{1}).Execute(ctx, b)
	return noticeRows{rows.(wire.Rows), s.notice}, err
}

type noticeRows struct {
	wire.Rows
	notice func(string)
}

func (r noticeRows) EncodeRow(w *wire.RowWriter, row int) error {
	w.Int64(1)
	r.notice("within")
	return nil
}

// TestSyncer: the end of every implicit transaction, and what came of it.
func TestSyncer(t *testing.T) {
	t.Parallel()
	var told []bool
	session := &syncSession{told: &told}
	c := connect(t, serve(t, &wire.Server{Handler: session}))
	for _, sql := range []string{"good", "bad", "good", "unwilling"} {
		c.Exec(t.Context(), sql)
	}
	c.SendParse("", "good", nil)
	c.SendSync()
	c.Flush()
	wantTrace(t, c.NetConn(), "1 ZI")
	if got := fmt.Sprint(told); got != "[false true false false false]" {
		t.Error(got)
	}
}

type syncSession struct {
	told *[]bool
	sql  string
}

func (s *syncSession) Open(context.Context, *wire.Conn) (wire.Session, error) { return s, nil }
func (s *syncSession) Close() error                                           { return nil }

func (s *syncSession) Parse(_ context.Context, q wire.Query) ([]wire.Statement, error) {
	s.sql = q.SQL
	if q.SQL == "bad" {
		return nil, wire.Errorf("42601", "bad")
	}
	return []wire.Statement{wire.Do(func(context.Context) (wire.Result, error) { return wire.Tag("OK"), nil })}, nil
}

func (s *syncSession) Sync(_ context.Context, failed bool) error {
	*s.told = append(*s.told, failed)
	if s.sql == "unwilling" {
		return wire.Errorf("40001", "could not serialize")
	}
	return nil
}

// TestSyncError comes after the tags, before ReadyForQuery.
func TestSyncError(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, &wire.Server{Handler: &syncSession{told: new([]bool)}}))
	c.SendQuery("unwilling")
	c.Flush()
	wantTrace(t, c.NetConn(), `C["OK"] E ERROR 40001 "could not serialize" ZI`)
}

// TestLimits: too much is an error, and no more.
func TestLimits(t *testing.T) {
	t.Parallel()
	addr := serve(t, &wire.Server{MaxStatements: 2, MaxPortals: 1, MaxMessage: 1000})
	c := connect(t, addr)
	for i := range 3 {
		c.SendParse(fmt.Sprint("s", i), "select 1 as a", nil)
	}
	c.SendSync()
	c.Flush()
	wantTrace(t, c.NetConn(), `1 1 E ERROR 54000 "too many open prepared statements" ZI`)
	c.SendBind("p", "s0", nil, nil, nil)
	c.SendBind("q", "s0", nil, nil, nil)
	c.SendSync()
	c.Flush()
	wantTrace(t, c.NetConn(), `2 E ERROR 54000 "too many open cursors" ZI`)
	c.SendQuery(strings.Repeat(" ", 1000))
	c.Flush()
	wantTrace(t, c.NetConn(), `E FATAL 54000 "message is too long" closed`)
}

// wide is a statement of so many parameters and columns.
type wide struct{ params, columns int }

func (s wide) Describe(context.Context) (wire.Description, error) {
	return wire.Description{Params: make([]oid.OID, s.params), Columns: make([]wire.Column, s.columns)}, nil
}

func (s wide) Execute(context.Context, *wire.Bind) (wire.Result, error) {
	return wire.Tag("SELECT 0"), nil
}

// TestWideStatements: what two bytes cannot count is an error, and does not wrap.
func TestWideStatements(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		statement wide
		want      string
	}{
		{wide{1<<16 - 1, 1<<15 - 1}, "1 t T ZI"},
		{wide{1 << 16, 0}, `E ERROR 54000 "a statement cannot have more than 65535 parameters" ZI`},
		{wide{0, 1 << 15}, `E ERROR 54011 "target lists can have at most 32767 entries" ZI`},
	} {
		c := connect(t, serve(t, &wire.Server{Handler: wire.ParseFunc(func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) {
			return []wire.Statement{test.statement}, nil
		})}))
		c.SendParse("", "wide", nil)
		c.SendDescribe(client.Statement, "")
		c.SendSync()
		c.Flush()
		wantTrace(t, c.NetConn(), test.want)
	}
}

// TestConn: what a handler can ask and change.
func TestConn(t *testing.T) {
	t.Parallel()
	s := &wire.Server{Timeouts: wire.Timeouts{Idle: time.Hour}}
	release := make(chan struct{})
	s.Handler = wire.ParseFunc(func(_ context.Context, c *wire.Conn, q wire.Query) ([]wire.Statement, error) {
		return []wire.Statement{wire.Do(func(ctx context.Context) (wire.Result, error) {
			if c.Server() != s || c.RemoteAddr().Network() != "tcp" || c.Identity() != (wire.Identity{Role: "test", Method: "trust"}) {
				t.Errorf("%v, %v, %v", c.Server(), c.RemoteAddr(), c.Identity())
			}
			limits := c.Timeouts()
			if limits != s.Timeouts && q.SQL != "wait" {
				t.Errorf("%+v", limits)
			}
			limits.Statement = time.Millisecond
			switch q.SQL {
			case "limit":
				c.SetTimeouts(limits)
			case "wait":
				<-ctx.Done()
				return nil, ctx.Err()
			case "flush":
				c.Notice(&wire.Error{Message: "now"})
				if err := c.Flush(); err != nil {
					t.Error(err)
				}
				<-release
			}
			return wire.Tag("DONE"), nil
		})}, nil
	})
	addr := serve(t, s)
	c, err := client.Dial(t.Context(), addr, client.Config{User: "test", OnNotice: func(*wire.Error) { close(release) }})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if tag, err := c.Exec(t.Context(), "flush"); tag != "DONE" {
		t.Error(tag, err)
	}
	if tag, err := c.Exec(t.Context(), "limit"); tag != "DONE" {
		t.Error(tag, err)
	}
	_, err = c.Exec(t.Context(), "wait")
	wantError(t, err, "ERROR", "57014")
}

// TestLargeMessage: a message of many megabytes is read, and answered by one.
func TestLargeMessage(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, &wire.Server{}))
	text := strings.Repeat("x", 5<<20)
	c.SendParse("", "select $1 as a", nil)
	c.SendBind("", "", [][]byte{[]byte(text)}, nil, nil)
	c.SendExecute("", 0)
	c.SendSync()
	if err := c.Flush(); err != nil {
		t.Fatal(err)
	}
	r := c.Results(t.Context())
	for r.NextResult() {
		for r.NextRow() {
			fields, err := r.Row().AppendFields(nil)
			if err != nil || string(fields[0]) != text {
				t.Errorf("%d bytes came back, %v", len(fields[0]), err)
			}
		}
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// TestUnixSocket: an address with a slash, left behind by a server that died.
func TestUnixSocket(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "wire") // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	addr := filepath.Join(dir, ".s.PGSQL.5432")
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: addr, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false)
	dead.Close()

	s := &wire.Server{Addr: addr, Handler: &fake{}}
	done := make(chan error)
	go func() { done <- s.ListenAndServe() }()
	var c *client.Conn
	for {
		if c, err = client.Dial(t.Context(), addr, client.Config{User: "u"}); err == nil {
			break
		}
		select {
		case err := <-done:
			t.Fatal(err)
		default:
			runtime.Gosched()
		}
	}
	if tag, err := c.Exec(t.Context(), "select 1 as a"); tag != "SELECT 1" {
		t.Error(tag, err)
	}
	if err := (&wire.Server{Addr: addr}).ListenAndServe(); err == nil {
		t.Error("a second server has taken the socket")
	}
	c.Close()
	s.Close()
	if err := <-done; err != wire.ErrServerClosed {
		t.Error(err)
	}
}

// TestLog: what a client is not told in full is in the log.
func TestLog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := &wire.Server{Handler: &fake{}, Log: slog.New(slog.NewTextHandler(&log, nil))}
	ours, theirs := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.ServeConn(theirs)
	}()
	c, err := client.New(t.Context(), ours, client.Config{User: "u"})
	if err != nil {
		t.Fatal(err)
	}
	c.Exec(t.Context(), "internal error")
	c.Exec(t.Context(), "panic")
	c.Close()
	<-done
	for _, want := range []string{"who knows", "in execute", "fake_test.go"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%q is not in the log:\n%s", want, log.String())
		}
	}
}

// TestIdleConnectionsAreSmall: what a connection needs for its answers it gives
// back.
func TestIdleConnectionsAreSmall(t *testing.T) { // not parallel: it measures memory
	const conns = 200
	s := &wire.Server{}
	addr := serve(t, s)
	r := &reader{buf: make([]byte, 256<<10)}
	measure := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC() // pools keep things for one
		runtime.ReadMemStats(&m)
		return m.HeapAlloc + m.StackInuse
	}
	before := measure()
	for range conns {
		r.nc = dial(t, addr)
		r.nc.Write(login())
		if err := r.untilReady(1); err != nil {
			t.Fatal(err)
		}
		r.nc.Write(query("generate 10000"))
		if err := r.untilReady(1); err != nil {
			t.Fatal(err)
		}
	}
	if each := (measure() - before) / conns; each > 24<<10 {
		t.Errorf("an idle connection takes %d bytes", each)
	} else {
		t.Logf("an idle connection takes %d bytes, its client's end included", each)
	}
}
