package pgtest_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/internal/pgtest"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/wiretest"
)

var record = flag.Bool("record", false, "record the answers of PostgreSQL into testdata")

// TestPostgres plays the scripts against PostgreSQL itself. With -record it
// writes down what PostgreSQL answers.
func TestPostgres(t *testing.T) {
	t.Parallel()
	pg := pgtest.Start(t)
	if !strings.HasPrefix(pg.Version, "15.") {
		t.Skipf("the scripts are recorded from PostgreSQL 15; this is %s", pg.Version)
	}
	connect := func(t *testing.T) *client.Conn { return pg.Connect(t) }
	if *record {
		wiretest.Record(t, "testdata", connect)
		wiretest.Record(t, "testdata/session", connect)
	} else {
		wiretest.Replay(t, pgtest.Scripts(), wiretest.Exact, connect)
		wiretest.Replay(t, pgtest.SessionScripts(), wiretest.Exact, connect)
	}
}

// TestRunFails shows that a server that does not start is an error with the
// server's own words, and leaves nothing behind.
func TestRunFails(t *testing.T) {
	temp := t.TempDir()
	// The server's user has to get through to its folder.
	for dir := temp; dir != os.TempDir() && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("TMPDIR", temp)
	pg, err := pgtest.Run(t.Context(), pgtest.Options{Settings: map[string]string{"shared_buffers": "nonsense"}})
	if errors.Is(err, pgtest.ErrNotInstalled) {
		t.Skip(err)
	}
	if err == nil {
		pg.Stop()
		t.Fatal("it has started")
	}
	if !strings.Contains(err.Error(), "shared_buffers") {
		t.Error(err)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Error(left, err)
	}
}
