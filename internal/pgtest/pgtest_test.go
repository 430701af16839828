package pgtest_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/internal/pgtest"
	"github.com/csvsql/csvsql/wire/client"
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
	if !*record {
		pgtest.Replay(t, pgtest.Scripts(), pgtest.Exact, func(t *testing.T) *client.Conn { return pg.Connect(t) })
		return
	}
	pgtest.Each(t, pgtest.Scripts(), func(t *testing.T, s *pgtest.Script) {
		played, err := s.Run(pg.Connect(t))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join("testdata", s.Name), []byte(played.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	})
}
