package wiretest_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/wiretest"
)

// TestServe: the URL is one that a driver understands.
func TestServe(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("pgx", wiretest.Serve(t, wire.ParseFunc(greeter)))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var got string
	if err := db.QueryRowContext(context.Background(), "select greeting").Scan(&got); err != nil || got != "hello test" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestConnect(t *testing.T) {
	t.Parallel()
	c := wiretest.Connect(t, &wire.Server{Handler: wire.ParseFunc(greeter)})
	if tag, err := c.Exec(t.Context(), "select greeting"); tag != "SELECT 1" {
		t.Error(tag, err)
	}
}

// TestRecord records a script anew, and finds that it is what it was.
func TestRecord(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := "send\n\tQuery \"select greeting\"\nuntil ReadyForQuery\n"
	want := text + "\tRowDescription (\"greeting\" 25 -1 -1 text)\n\tDataRow \"hello test\"\n\tCommandComplete \"SELECT 1\"\n\tReadyForQuery I\n"
	name := filepath.Join(dir, "greet.txt")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	addr := wiretest.Start(t, &wire.Server{Handler: wire.ParseFunc(greeter)})
	dial := func(t *testing.T) *client.Conn { return wiretest.Dial(t, addr) }
	wiretest.Record(t, dir, dial)
	if got, err := os.ReadFile(name); err != nil || string(got) != want {
		t.Errorf("recorded %s, %v", got, err)
	}
	wiretest.Replay(t, os.DirFS(dir), wiretest.Exact, dial)
}
