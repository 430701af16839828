package wire_test

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

// receive returns the next messages, as many as are wanted, as letters; of
// notifications, with what they say.
func receive(t *testing.T, c *client.Conn, n int) string {
	t.Helper()
	var got []string
	c.NetConn().SetDeadline(time.Now().Add(30 * time.Second))
	for range n {
		m, err := c.Receive()
		if err != nil {
			t.Fatal(got, err)
		}
		word := string(m.Type)
		if m.Type == 'A' {
			word = fmt.Sprintf("A%d%q", binary.BigEndian.Uint32(m.Body), strings.Split(string(m.Body[4:len(m.Body)-1]), "\x00"))
		}
		got = append(got, word)
	}
	return strings.Join(got, " ")
}

// TestNotifyIdle: a client that only waits is told at once, as often as there is
// something to tell.
func TestNotifyIdle(t *testing.T) {
	t.Parallel()
	s := &wire.Server{Timeouts: wire.Timeouts{Idle: time.Hour}}
	c := connect(t, serve(t, s))
	conn := only(t, s)
	for i := range 3 {
		if err := conn.Notify(7, "ch", fmt.Sprint("payload ", i)); err != nil {
			t.Fatal(err)
		}
		if got, want := receive(t, c, 1), fmt.Sprintf(`A7["ch" "payload %d"]`, i); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if tag, err := c.Exec(t.Context(), "select 1 as a"); tag != "SELECT 1" {
		t.Error(tag, err)
	}
}

// TestNotifyInBlock: in a transaction block they wait for its end, and arrive before
// its ReadyForQuery.
func TestNotifyInBlock(t *testing.T) {
	t.Parallel()
	s := &wire.Server{}
	c := connect(t, serve(t, s))
	conn := only(t, s)
	c.SendQuery("begin")
	if got := receive(t, c, 2); got != "C Z" {
		t.Fatal(got)
	}
	if err := conn.Notify(1, "a", ""); err != nil {
		t.Fatal(err)
	}
	c.SendQuery("select 1 as a")
	if got := receive(t, c, 4); got != "T D C Z" {
		t.Error(got)
	}
	if err := conn.Notify(2, "b", ""); err != nil {
		t.Fatal(err)
	}
	c.SendQuery("commit")
	if got := receive(t, c, 4); got != `C A1["a" ""] A2["b" ""] Z` {
		t.Error(got)
	}
}

// TestNotifyWhileRunning: what comes during a statement is told before its
// ReadyForQuery, and not between the messages of an extended query.
func TestNotifyWhileRunning(t *testing.T) {
	t.Parallel()
	f := &fake{started: make(chan struct{})}
	s := &wire.Server{Handler: f}
	c := connect(t, serve(t, s))
	conn := only(t, s)
	start(t, f, c, "wait")
	if err := conn.Notify(1, "a", "x"); err != nil {
		t.Fatal(err)
	}
	conn.Cancel(nil)
	if got := receive(t, c, 3); got != `E A1["a" "x"] Z` {
		t.Error(got)
	}
	c.SendParse("", "select 1 as a", nil)
	c.SendFlush()
	if got := receive(t, c, 1); got != "1" {
		t.Error(got)
	}
	if err := conn.Notify(1, "b", ""); err != nil {
		t.Fatal(err)
	}
	c.SendSync()
	if got := receive(t, c, 2); got != `A1["b" ""] Z` {
		t.Error(got)
	}
}

// TestNotifyLimit: what a client does not take is bounded, and is not waited for.
func TestNotifyLimit(t *testing.T) {
	t.Parallel()
	s := &wire.Server{}
	c := connect(t, serve(t, s))
	conn := only(t, s)
	if tag, err := c.Exec(t.Context(), "begin"); tag != "BEGIN" {
		t.Fatal(tag, err)
	}
	var err error
	sent := 0
	for payload := strings.Repeat("x", 8000); err == nil && sent < 1000; sent++ {
		err = conn.Notify(1, "a", payload)
	}
	wantError(t, err, "ERROR", "54000")
	c.Close()
	for conn.Activity(); ; time.Sleep(time.Millisecond) {
		if err := conn.Notify(1, "a", ""); err == wire.ErrClientGone {
			break
		}
	}
}

// TestNotifyKeepsIdleTimeout: to be told something is not to do something.
func TestNotifyKeepsIdleTimeout(t *testing.T) {
	t.Parallel()
	s := &wire.Server{Timeouts: wire.Timeouts{Idle: 50 * time.Millisecond}}
	c := connect(t, serve(t, s))
	conn := only(t, s)
	stop := make(chan struct{})
	go func() {
		defer close(stop)
		for conn.Notify(1, "a", "") == nil {
			time.Sleep(10 * time.Millisecond)
		}
	}()
	for {
		c.NetConn().SetDeadline(time.Now().Add(30 * time.Second))
		m, err := c.Receive()
		if err != nil {
			t.Fatal(err)
		}
		if m.Type == 'A' {
			continue
		}
		e, err := m.Error()
		if err != nil {
			t.Fatal(err)
		}
		wantError(t, e, "FATAL", "57P05")
		break
	}
	<-stop
}
