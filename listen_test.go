package csvsql_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// patience is far more than any of this takes.
const patience = time.Minute

// TestNotifyOthers: a notification reaches another session when its transaction
// commits, with the number of the session that sent it.
func TestNotifyOthers(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	addr := serve(t, t.TempDir())
	listener, sender := connect(t, addr, pgx.QueryExecModeExec), connect(t, addr, pgx.QueryExecModeExec)
	execAll(t, listener, `LISTEN "Jobs"`)
	execAll(t, sender, "BEGIN", `NOTIFY "Jobs", 'lost'`, "ROLLBACK", "BEGIN", `NOTIFY "Jobs", '1'`, "SELECT pg_notify('Jobs', '2')", `NOTIFY "Jobs", '1'`, "COMMIT")
	for _, want := range []string{"1", "2"} {
		n, err := listener.WaitForNotification(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if n.Channel != "Jobs" || n.Payload != want || n.PID != sender.PgConn().PID() {
			t.Errorf("%+v, want payload %s of session %d", n, want, sender.PgConn().PID())
		}
	}
}

// TestAdvisoryLocks: one session waits for another, until that unlocks, ends its
// transaction, or is gone.
func TestAdvisoryLocks(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	addr := serve(t, t.TempDir())
	for name, c := range map[string]struct {
		lock []string
		free func(holder *pgx.Conn) error
	}{
		"unlock": {[]string{"SELECT pg_advisory_lock(1)"}, func(h *pgx.Conn) error {
			_, err := h.Exec(ctx, "SELECT pg_advisory_unlock(1)")
			return err
		}},
		"transaction": {[]string{"BEGIN", "SELECT pg_advisory_xact_lock(1)"}, func(h *pgx.Conn) error {
			_, err := h.Exec(ctx, "COMMIT")
			return err
		}},
		"savepoint": {[]string{"BEGIN", "SAVEPOINT a", "SELECT pg_advisory_xact_lock(1)"}, func(h *pgx.Conn) error {
			_, err := h.Exec(ctx, "ROLLBACK TO a")
			return err
		}},
		"gone": {[]string{"SELECT pg_advisory_lock(1)"}, func(h *pgx.Conn) error { return h.Close(ctx) }},
	} {
		t.Run(name, func(t *testing.T) {
			holder, other := connect(t, addr, pgx.QueryExecModeExec), connect(t, addr, pgx.QueryExecModeExec)
			execAll(t, holder, c.lock...)
			var ok bool
			if err := other.QueryRow(ctx, "SELECT pg_try_advisory_lock(1)").Scan(&ok); err != nil || ok {
				t.Fatalf("the lock is free, %v", err)
			}
			wantCode(t, other, "55P03", "SET lock_timeout = '1ms'", "SELECT pg_advisory_lock(1)")
			wantCode(t, other, "57014", "SET lock_timeout = 0", "SET statement_timeout = '1ms'", "SELECT pg_advisory_lock(1)")
			execAll(t, other, "SET statement_timeout = 0")
			waited := make(chan error, 1)
			go func() {
				_, err := other.Exec(ctx, "SELECT pg_advisory_lock(1)")
				waited <- err
			}()
			if err := c.free(holder); err != nil {
				t.Fatal(err)
			}
			if err := <-waited; err != nil {
				t.Fatal(err)
			}
			execAll(t, other, "DISCARD ALL")
		})
	}
}

func execAll(t *testing.T, c *pgx.Conn, statements ...string) {
	t.Helper()
	for _, sql := range statements {
		if _, err := c.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

// wantCode runs statements, of which the last one fails.
func wantCode(t *testing.T, c *pgx.Conn, code string, statements ...string) {
	t.Helper()
	last := len(statements) - 1
	execAll(t, c, statements[:last]...)
	_, err := c.Exec(t.Context(), statements[last])
	if e, ok := err.(*pgconn.PgError); !ok || e.Code != code {
		t.Errorf("%s: %v, want %s", statements[last], err, code)
	}
}
