package wire_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wantError checks the SQLSTATE and severity of an error that came from the
// server.
func wantError(t *testing.T, err error, severity, code string) {
	t.Helper()
	var e *wire.Error
	if !errors.As(err, &e) || e.Severity != severity || e.Code != code {
		t.Errorf("got %v, want %s %s", err, severity, code)
	}
}

// only returns the one connection of s.
func only(t *testing.T, s *wire.Server) *wire.Conn {
	t.Helper()
	for c := range s.Conns() {
		if s.Conn(c.PID()) != c {
			t.Errorf("Conn(%d) is another", c.PID())
		}
		return c
	}
	t.Fatal("no connection")
	return nil
}

// start sends sql and returns when the fake database has begun to execute it.
func start(t *testing.T, f *fake, c *client.Conn, sql string) {
	t.Helper()
	c.SendQuery(sql)
	if err := c.Flush(); err != nil {
		t.Fatal(err)
	}
	<-f.started
}

func TestCancel(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{"wait", "endless", "wait for rows"} {
		for name, cancel := range map[string]func(*wire.Conn, *client.Conn) error{
			"request": func(_ *wire.Conn, c *client.Conn) error { return c.Cancel(context.Background()) },
			"call":    func(c *wire.Conn, _ *client.Conn) error { c.Cancel(nil); return nil },
		} {
			t.Run(sql+" "+name, func(t *testing.T) {
				t.Parallel()
				f := &fake{started: make(chan struct{})}
				s := &wire.Server{Handler: f}
				c := connect(t, serve(t, s))
				start(t, f, c, sql)
				if err := cancel(only(t, s), c); err != nil {
					t.Fatal(err)
				}
				r := c.Results(t.Context())
				for r.NextResult() {
					for r.NextRow() {
					}
				}
				wantError(t, r.Close(), "ERROR", "57014")
				if tag, err := c.Exec(t.Context(), "select 1 as a"); tag != "SELECT 1" {
					t.Errorf("afterwards: %s, %v", tag, err)
				}
			})
		}
	}
}

// TestCancelBlockedWrite: a client that does not read cannot keep a statement.
func TestCancelBlockedWrite(t *testing.T) {
	t.Parallel()
	f := &fake{started: make(chan struct{})}
	s := &wire.Server{Handler: f}
	nc := pipe(t, s, nil)
	c, err := client.New(t.Context(), nc, client.Config{User: "test"})
	if err != nil {
		t.Fatal(err)
	}
	start(t, f, c, "endless")
	for f.results.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	only(t, s).Cancel(nil)
	for f.results.Load() != 0 { // nothing has been read
		time.Sleep(time.Millisecond)
	}
	r := c.Results(t.Context())
	for r.NextResult() {
		for r.NextRow() {
		}
	}
	wantError(t, r.Close(), "ERROR", "57014")
	if tag, err := c.Exec(t.Context(), "select 1 as a"); tag != "SELECT 1" {
		t.Errorf("afterwards: %s, %v", tag, err)
	}
}

// TestQueuedRowsAreSent: what a handler has given is not kept while it thinks.
func TestQueuedRowsAreSent(t *testing.T) {
	t.Parallel()
	f := &fake{started: make(chan struct{})}
	s := &wire.Server{Handler: f}
	c := connect(t, serve(t, s))
	start(t, f, c, "wait for rows")
	r := c.Results(t.Context())
	rows := 0
	for r.NextResult() {
		for r.NextRow() {
			if rows++; rows == 3 {
				only(t, s).Cancel(nil)
			}
		}
	}
	if rows != 3 {
		t.Errorf("%d rows", rows)
	}
	wantError(t, r.Close(), "ERROR", "57014")
}

// TestClientGone: when the client hangs up, its statement ends.
func TestClientGone(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{"wait", "endless", "wait for rows"} {
		for name, leave := range map[string]func(net.Conn) error{
			"close":      net.Conn.Close,
			"half close": func(c net.Conn) error { return c.(*net.TCPConn).CloseWrite() },
		} {
			t.Run(sql+" "+name, func(t *testing.T) {
				t.Parallel()
				f := &fake{started: make(chan struct{})}
				c := connect(t, serve(t, &wire.Server{Handler: f}))
				start(t, f, c, sql)
				if err := leave(c.NetConn()); err != nil {
					t.Fatal(err)
				}
				if name == "half close" && sql == "endless" {
					io.Copy(io.Discard, c.NetConn()) // ends when the server has seen it
				}
				for f.sessions.Load() != 0 {
					time.Sleep(time.Millisecond)
				}
			})
		}
	}
}

func TestStatementTimeout(t *testing.T) {
	t.Parallel()
	s := &wire.Server{Timeouts: wire.Timeouts{Statement: 10 * time.Millisecond}}
	c := connect(t, serve(t, s))
	for range 2 {
		_, err := c.Exec(t.Context(), "wait")
		wantError(t, err, "ERROR", "57014")
		if !strings.Contains(err.Error(), "statement timeout") {
			t.Error(err)
		}
	}
}

// TestIdleTimeouts runs in a time of its own, in which a client is never slow.
func TestIdleTimeouts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		sql, code string
		after     time.Duration
	}{
		{"select 1 as a", "57P05", time.Hour},
		{"begin", "25P03", time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &wire.Server{Handler: &fake{}, Timeouts: wire.Timeouts{Idle: time.Hour, IdleInTransaction: time.Minute}}
			c, err := client.New(t.Context(), pipe(t, s, nil), client.Config{User: "test"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Exec(t.Context(), test.sql); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			m, err := c.Receive()
			if err != nil {
				t.Fatal(err)
			}
			e, err := m.Error()
			if err != nil {
				t.Fatal(err)
			}
			wantError(t, e, "FATAL", test.code)
			if waited := time.Since(start); waited != test.after {
				t.Errorf("after %v", waited)
			}
		})
	}
}

func TestTerminate(t *testing.T) {
	t.Parallel()
	f := &fake{started: make(chan struct{})}
	s := &wire.Server{Handler: f}
	c := connect(t, serve(t, s))
	start(t, f, c, "wait")
	only(t, s).Terminate(wire.Errorf("57P01", "go away"))
	r := c.Results(t.Context())
	for r.NextResult() {
	}
	wantError(t, r.Close(), "FATAL", "57P01")
	if _, err := c.NetConn().Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("after FATAL: %v", err)
	}
}

// TestShutdownDrains: the idle go at once, the others when they have finished.
func TestShutdownDrains(t *testing.T) {
	t.Parallel()
	f := &fake{started: make(chan struct{})}
	s := &wire.Server{Handler: f}
	addr := serve(t, s)
	idle, busy := connect(t, addr), connect(t, addr)
	start(t, f, busy, "wait")
	done := make(chan error)
	go func() { done <- s.Shutdown(context.Background()) }()

	m, err := idle.Receive()
	if err != nil {
		t.Fatal(err)
	}
	e, err := m.Error()
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, e, "FATAL", "57P01")
	if _, err := net.Dial("tcp", addr); err == nil {
		t.Error("it still listens")
	}

	for c := range s.Conns() {
		if c.Activity().Running {
			c.Cancel(nil)
		}
	}
	wantTrace(t, busy.NetConn(), `E ERROR 57014 "canceling statement due to user request" ZI`)
	wantTrace(t, busy.NetConn(), `E FATAL 57P01 "terminating connection due to administrator command" closed`)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := s.ListenAndServe(); err != wire.ErrServerClosed {
		t.Errorf("ListenAndServe after Shutdown: %v", err)
	}
}

func wantTrace(t *testing.T, r io.Reader, want string) {
	t.Helper()
	if got := trace(r); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestShutdownCancels: when its context is done, so is what runs.
func TestShutdownCancels(t *testing.T) {
	t.Parallel()
	f := &fake{started: make(chan struct{})}
	s := &wire.Server{Handler: f}
	c := connect(t, serve(t, s))
	start(t, f, c, "wait")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Shutdown(ctx); err != context.Canceled {
		t.Error(err)
	}
	wantTrace(t, c.NetConn(), `E FATAL 57P01 "terminating connection due to administrator command" closed`)
}

func TestClose(t *testing.T) {
	t.Parallel()
	f := &fake{started: make(chan struct{})}
	s := &wire.Server{Handler: f}
	c := connect(t, serve(t, s))
	start(t, f, c, "wait")
	s.Close()
	if got := trace(c.NetConn()); !strings.HasSuffix(got, "closed") {
		t.Error(got)
	}
}

// TestPanics: one session ends, in order; the server lives.
func TestPanics(t *testing.T) {
	t.Parallel()
	addr := serve(t, &wire.Server{})
	for sql, before := range map[string]string{
		"panic in parse":    "",
		"panic in describe": "",
		"panic":             "",
		"panic in rows":     "T ",
	} {
		c := connect(t, addr)
		c.SendQuery(sql)
		c.Flush()
		wantTrace(t, c.NetConn(), before+`E FATAL XX000 "internal error" closed`)
	}
	if got := exchange(t, dial(t, addr), login("database", "panic")); got != `R00000000 E FATAL XX000 "internal error" closed` {
		t.Error(got)
	}
	if tag, err := connect(t, addr).Exec(t.Context(), "select 1 as a"); tag != "SELECT 1" {
		t.Error(tag, err)
	}
}

// stuckConn is a connection whose client stops reading at some time: then a write
// takes as long as it may.
type stuckConn struct {
	net.Conn
	stuck   atomic.Bool
	limited atomic.Bool
}

func (c *stuckConn) SetWriteDeadline(d time.Time) error {
	c.limited.Store(!d.IsZero())
	return c.Conn.SetWriteDeadline(d)
}

func (c *stuckConn) Write(b []byte) (int, error) {
	if c.stuck.Load() && c.limited.Load() {
		return 0, os.ErrDeadlineExceeded
	}
	return c.Conn.Write(b)
}

// TestWriteTimeout: a client that never reads is gone.
func TestWriteTimeout(t *testing.T) {
	t.Parallel()
	f := &fake{started: make(chan struct{})}
	ours, theirs := net.Pipe()
	server := &stuckConn{Conn: theirs}
	done := make(chan struct{})
	go func() {
		defer close(done)
		(&wire.Server{Handler: f, WriteTimeout: time.Hour}).ServeConn(server)
	}()
	c, err := client.New(t.Context(), ours, client.Config{User: "test"})
	if err != nil {
		t.Fatal(err)
	}
	server.stuck.Store(true)
	start(t, f, c, "endless")
	<-done
	if f.sessions.Load() != 0 || f.results.Load() != 0 {
		t.Error("something is open")
	}
	c.Close()
}

func TestActivity(t *testing.T) {
	t.Parallel()
	f := &fake{started: make(chan struct{})}
	s := &wire.Server{Handler: f}
	c := connect(t, serve(t, s))
	start(t, f, c, "begin; wait")
	conn := only(t, s)
	if a := conn.Activity(); !a.Running || a.SQL != "begin; wait" || a.Status != wire.Idle || a.Started.Before(a.Connected) {
		t.Errorf("%+v", a)
	}
	conn.Cancel(nil)
	wantTrace(t, c.NetConn(), `C["BEGIN"] E ERROR 57014 "canceling statement due to user request" ZE`)
	if a := conn.Activity(); a.Running || a.Status != wire.Failed {
		t.Errorf("%+v", a)
	}
}
