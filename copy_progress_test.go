package csvsql_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestCopyProgress: pg_stat_progress_copy shows a COPY as long as it runs, in both
// directions.
func TestCopyProgress(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := serve(t, t.TempDir())
	copying, other := connect(t, s, pgx.QueryExecModeSimpleProtocol), connect(t, s, pgx.QueryExecModeSimpleProtocol)
	if _, err := copying.Exec(ctx, "CREATE TABLE target (a int, b text)"); err != nil {
		t.Fatal(err)
	}
	const progress = "SELECT pid, relid::regclass::text, command, type, bytes_processed, bytes_total, tuples_excluded FROM pg_stat_progress_copy"
	shown := func() string {
		var (
			pid                             uint32
			table, command, typ             string
			processed, total, excluded, all int64
		)
		rows, err := other.Query(ctx, progress)
		if err != nil {
			t.Fatal(err)
		}
		_, err = pgx.ForEachRow(rows, []any{&pid, &table, &command, &typ, &processed, &total, &excluded}, func() error { all++; return nil })
		if err != nil {
			t.Fatal(err)
		}
		if all == 0 {
			return "nothing"
		}
		if pid != copying.PgConn().PID() || all != 1 {
			t.Errorf("%d rows, the last of them of %d", all, pid)
		}
		return fmt.Sprint(table, " ", command, " ", typ, " ", processed > 0, " ", total, " ", excluded)
	}
	expect := func(want string) {
		t.Helper()
		if got := shown(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}

	// The data is longer than what fits between client and server.
	data := strings.Repeat("1\tone\n", 1<<20)
	r, w := io.Pipe()
	done := make(chan error)
	go func() {
		_, err := copying.PgConn().CopyFrom(ctx, r, "COPY target FROM STDIN")
		done <- err
	}()
	if _, err := w.Write([]byte(data)); err != nil {
		t.Fatal(err)
	}
	expect("target COPY FROM PIPE true 0 0")
	w.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	expect("nothing")

	r, w = io.Pipe()
	go func() {
		_, err := copying.PgConn().CopyTo(ctx, w, "COPY target TO STDOUT")
		w.CloseWithError(err)
	}()
	begin := make([]byte, 1)
	if _, err := r.Read(begin); err != nil {
		t.Fatal(err)
	}
	expect("target COPY TO PIPE true 0 0")
	if rest, err := io.ReadAll(r); err != nil || string(begin)+string(rest) != data {
		t.Errorf("%d bytes: %v", len(rest), err)
	}
	expect("nothing")
}
