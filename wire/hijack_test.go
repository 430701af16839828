package wire_test

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/csvsql/csvsql/wire"
)

// handlerFunc is a Handler that is one function.
type handlerFunc func(ctx context.Context, c *wire.Conn) (wire.Session, error)

func (f handlerFunc) Open(ctx context.Context, c *wire.Conn) (wire.Session, error) { return f(ctx, c) }

// hijack connects to a server whose Open is f, logs in, and sends early with the
// login.
func hijack(t *testing.T, s *wire.Server, early string) net.Conn {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(time.Minute))
	if _, err := c.Write([]byte("\x00\x00\x00\x12\x00\x03\x00\x00user\x00ada\x00\x00" + early)); err != nil {
		t.Fatal(err)
	}
	ok := make([]byte, 9)
	if _, err := io.ReadFull(c, ok); err != nil || string(ok) != "R\x00\x00\x00\x08\x00\x00\x00\x00" {
		t.Fatalf("%q, %v", ok, err)
	}
	return c
}

// TestHijack has a handler that sends back what it reads.
func TestHijack(t *testing.T) {
	t.Parallel()
	again := make(chan error, 1)
	s := &wire.Server{Handler: handlerFunc(func(_ context.Context, c *wire.Conn) (wire.Session, error) {
		nc, err := c.Hijack()
		if err != nil {
			return nil, err
		}
		_, err = c.Hijack()
		again <- err
		_, err = io.CopyN(nc, nc, int64(len("early late")))
		return nil, err
	})}
	c := hijack(t, s, "early ")
	if err := <-again; !isCode(err, "55000") {
		t.Errorf("a second Hijack: %v", err)
	}
	if _, err := io.WriteString(c, "late"); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(c) // the server closes, and says nothing more
	if err != nil || string(got) != "early late" {
		t.Errorf("%q, %v", got, err)
	}
}

// TestHijackShutdown: the server waits for a handler that has hijacked, and tells
// it to end.
func TestHijackShutdown(t *testing.T) {
	t.Parallel()
	cause := make(chan error, 1)
	s := &wire.Server{Handler: handlerFunc(func(ctx context.Context, c *wire.Conn) (wire.Session, error) {
		if _, err := c.Hijack(); err != nil {
			return nil, err
		}
		<-ctx.Done()
		cause <- context.Cause(ctx)
		return nil, nil
	})}
	c := hijack(t, s, "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := <-cause; !errors.Is(err, wire.ErrShutdown) {
		t.Error(err)
	}
	if got, err := io.ReadAll(c); len(got) != 0 {
		t.Errorf("%q, %v", got, err)
	}
}

// TestHijackLate: a session cannot take over what the server serves.
func TestHijackLate(t *testing.T) {
	t.Parallel()
	result := make(chan error, 1)
	s := &wire.Server{Handler: wire.ParseFunc(func(_ context.Context, c *wire.Conn, _ wire.Query) ([]wire.Statement, error) {
		_, err := c.Hijack()
		result <- err
		return nil, err
	})}
	hijack(t, s, "Q\x00\x00\x00\x06x\x00")
	if err := <-result; !isCode(err, "55000") {
		t.Error(err)
	}
}

func isCode(err error, code string) bool {
	var e *wire.Error
	return errors.As(err, &e) && e.Code == code
}
