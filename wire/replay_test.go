package wire_test

import (
	"log/slog"
	"net"
	"testing"

	"github.com/csvsql/csvsql/internal/pgtest"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/wiretest"
)

// serve runs a server for the time of a test, and checks at its end that the
// database has got everything back.
func serve(t *testing.T, s *wire.Server) (addr string) {
	t.Helper()
	if s.Handler == nil {
		s.Handler = &fake{}
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		if err := s.Shutdown(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
		if err := <-done; err != wire.ErrServerClosed {
			t.Errorf("Serve returned %v", err)
		}
		if f, ok := s.Handler.(*fake); ok {
			if s, p, r := f.sessions.Load(), f.statements.Load(), f.results.Load(); s != 0 || p != 0 || r != 0 {
				t.Errorf("%d sessions, %d statements and %d results are still open", s, p, r)
			}
		}
	})
	return l.Addr().String()
}

func connect(t *testing.T, addr string) *client.Conn {
	t.Helper()
	c, err := client.Dial(t.Context(), addr, client.Config{User: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// TestPostgresScripts holds the server to what PostgreSQL answered, wherever the
// fake database knows the statements.
func TestPostgresScripts(t *testing.T) {
	t.Parallel()
	skip := unknownScripts()
	addr := serve(t, &wire.Server{})
	wiretest.Replay(t, pgtest.Scripts(), wiretest.Exact, func(t *testing.T) *client.Conn {
		if why := skip[t.Name()[len("TestPostgresScripts/"):]]; why != "" {
			t.Skip(why)
		}
		return connect(t, addr)
	})
}

// unknownScripts are those with statements that the fake database does not know,
// and why it does not.
func unknownScripts() map[string]string {
	return map[string]string{
		"copy_options":           "no options of COPY in the fake database",
		"parameter_status":       "no settings in the fake database",
		"parameter_status_twice": "no settings in the fake database",
		"prepare_sql":            "no PREPARE in the fake database",
		"savepoint":              "no savepoints in the fake database",
		"transaction_implicit":   "no tables in the fake database",
		"transaction_read_only":  "no tables in the fake database",
	}
}
