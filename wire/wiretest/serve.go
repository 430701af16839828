// Package wiretest is for the tests of programs that serve with package wire, as
// net/http/httptest is for those that serve with net/http.
//
// [Serve] and [Connect] run a server for the time of a test. A [Script] is a
// conversation in the PostgreSQL protocol, written down message by message with
// the answers that came: [Record] writes down those of a server that is right,
// PostgreSQL most of all, and [Replay] holds any other to them.
package wiretest

import (
	"context"
	"log/slog"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

// User is who the URLs and connections of this package log in as.
const User = "test"

// Serve serves h on a free port of this machine until the test ends, and returns
// the URL that drivers connect to: postgres://test@127.0.0.1:port/test?sslmode=disable.
func Serve(t testing.TB, h wire.Handler) (url string) {
	t.Helper()
	return URL(Start(t, &wire.Server{Handler: h}))
}

// Start runs s on a free port of this machine until the test ends, and returns its
// address. It logs to the test if s.Log is nil. That the server does not end when
// its clients are told to go is an error of the test.
func Start(t testing.TB, s *wire.Server) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if s.Log == nil {
		s.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Errorf("wiretest: shutdown: %v", err)
		}
		if err := <-served; err != wire.ErrServerClosed {
			t.Errorf("wiretest: serve: %v", err)
		}
	})
	return l.Addr().String()
}

// URL returns the connection URL of a server without TLS at addr.
func URL(addr string) string {
	u := url.URL{Scheme: "postgres", User: url.User(User), Host: addr, Path: User, RawQuery: "sslmode=disable"}
	return u.String()
}

// Connect runs s as Start does, and returns a connection to it that is closed when
// the test ends.
func Connect(t testing.TB, s *wire.Server) *client.Conn {
	t.Helper()
	return Dial(t, Start(t, s))
}

// Dial opens another connection to a server that Start runs. It is closed when the
// test ends.
func Dial(t testing.TB, addr string) *client.Conn {
	t.Helper()
	c, err := client.Dial(context.Background(), addr, client.Config{User: User})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}
