package examples

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

type activity struct {
	PID       int32
	User      string
	Running   bool
	Statement string
}

// waitRunning waits until the client pid runs a statement.
func waitRunning(t *testing.T, c *pgx.Conn, pid uint32) {
	t.Helper()
	for t.Context().Err() == nil {
		for _, a := range query[activity](t, c, "LIST") {
			if a.PID == int32(pid) && a.Running {
				return
			}
		}
	}
	t.Fatal("it does not run")
}

// fails runs sql on c and delivers the error.
func fails(t *testing.T, c *pgx.Conn, sql string) <-chan error {
	result := make(chan error, 1)
	go func() {
		_, err := c.Exec(t.Context(), sql)
		result <- err
	}()
	return result
}

func TestCancel(t *testing.T) {
	t.Parallel()
	p := start(t, "cancel")
	other := p.connect(t)
	tests := map[string]struct {
		end  func(t *testing.T, c *pgconn.PgConn)
		code string
	}{
		"cancel request": {func(t *testing.T, c *pgconn.PgConn) {
			if err := c.CancelRequest(context.Background()); err != nil {
				t.Error(err)
			}
		}, "57014"},
		"CANCEL": {func(t *testing.T, c *pgconn.PgConn) { execute(t, other, fmt.Sprint("CANCEL ", c.PID())) }, "57014"},
		"KILL":   {func(t *testing.T, c *pgconn.PgConn) { execute(t, other, fmt.Sprint("KILL ", c.PID())) }, "57P01"},
	}
	for name, test := range tests {
		for _, sql := range []string{"SLEEP 600000", "TICK 1"} {
			t.Run(name+"/"+sql, func(t *testing.T) {
				c := p.connect(t)
				result := fails(t, c, sql)
				waitRunning(t, other, c.PgConn().PID())
				test.end(t, c.PgConn())
				if err := <-result; sqlState(err) != test.code {
					t.Errorf("got %v, want %s", err, test.code)
				}
			})
		}
	}
}

// TestCancelTimeout has a statement that its timeout ends, and a next one that
// it does not.
func TestCancelTimeout(t *testing.T) {
	t.Parallel()
	c := start(t, "cancel").connect(t)
	execute(t, c, "TIMEOUT 50")
	mustFail(t, c, "57014", "SLEEP 600000")
	execute(t, c, "TIMEOUT 0")
	execute(t, c, "SLEEP 100")
}

// TestCancelVanished hangs up while a statement runs: the server sees it.
func TestCancelVanished(t *testing.T) {
	t.Parallel()
	p := start(t, "cancel")
	other, c := p.connect(t), p.connect(t)
	pid := c.PgConn().PID()
	result := fails(t, c, "SLEEP 600000")
	waitRunning(t, other, pid)
	if err := c.PgConn().Conn().Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-result; err == nil || sqlState(err) != "" {
		t.Error(errors.Join(errors.New("the connection was closed"), err))
	}
	for t.Context().Err() == nil && len(query[activity](t, other, "LIST")) > 1 {
	}
}
