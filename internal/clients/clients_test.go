// Package clients has no code but tests: real PostgreSQL clients, over sockets,
// against the built command serving datasets/samples, and against PostgreSQL with
// the same tables, which shows that a test asks for what PostgreSQL does.
//
// The Go clients and psql run with every go test. The others have to be installed
// first: go test ./internal/clients -install (make test-clients) does it, each in
// a temporary folder, by the package manager of its language, and skips those that
// cannot be installed, with the reason. One that is installed and fails, fails.
package clients

import (
	"context"
	"errors"
	"flag"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/csvsql/csvsql/internal/pgtest"
	"github.com/csvsql/csvsql/wire/client"
)

var install = flag.Bool("install", false, "install and run the clients of other languages")

// target is a server that a client is pointed at. It trusts everybody.
type target struct {
	host, port string
	user       string
	database   string
}

// url is the address in the form that libpq and most drivers take.
func (s target) url() string {
	return "postgres://" + s.user + "@" + net.JoinHostPort(s.host, s.port) + "/" + s.database + "?sslmode=disable"
}

// env is the address in the variables that libpq has for it.
func (s target) env() []string {
	return []string{"PGHOST=" + s.host, "PGPORT=" + s.port, "PGUSER=" + s.user, "PGDATABASE=" + s.database}
}

// clientTest is one client.
type clientTest struct {
	name string
	// prepare installs the client, or skips the test with a reason, and returns
	// what runs it against a server. It runs once.
	prepare func(t *testing.T, w *workshop) func(t *testing.T, s target)
}

func clients() []clientTest {
	return []clientTest{
		{"psql", psql},
		{"psql-backslash", backslash},
		{"psql-interactive", interactive},
		{"psql-watch", watch},
		{"pgx", pgxModes},
		{"every-type-pgx", everyTypePgx},
		{"lib-pq", libPQ},
		{"psycopg2", psycopg2},
		{"psycopg3", psycopg3},
		{"asyncpg", asyncpg},
		{"pg8000", pg8000},
		{"sqlalchemy-pandas", sqlalchemy},
		{"polars-connectorx", polars},
		{"adbc", adbc},
		{"duckdb-postgres", duckDB},
		{"pgcli", pgcli},
		{"pgcli-completer", pgcliCompleter},
		{"every-type-python", everyTypePython},
		{"psqlodbc", psqlODBC},
		{"node-postgres", nodePostgres},
		{"postgres.js", postgresJS},
		{"knex", knex},
		{"kysely", kysely},
		{"typeorm", typeORM},
		{"sequelize", sequelize},
		{"jdbc", jdbc},
		{"every-type-jdbc", everyTypeJDBC},
		{"ruby-pg", ruby},
		{"dbd-pg", perl},
		{"pdo", php},
		{"rpostgresql", rPostgreSQL},
		{"rust", rust},
		{"pgbench", pgbench},
		{"vacuumdb", vacuumdb},
		{"pg_dump", pgDump},
		{"pg_dump-newest", pgDumpNewest},
		{"pg_dump-jobs", pgDumpJobs},
		{"pg_dumpall", pgDumpAll},
		{"pg_dumpall-newest", pgDumpAllNewest},
		{"postgres_fdw", foreignTables},
		{"pgbouncer", pgBouncer},
	}
}

func TestClients(t *testing.T) {
	csvsql := newTarget(t, runCSVSQL(t, samples(t)))
	postgres, missing := startPostgres(t)
	w := &workshop{dir: t.TempDir()}
	for _, c := range clients() {
		t.Run(c.name, func(t *testing.T) {
			run := c.prepare(t, w)
			t.Run("PostgreSQL", func(t *testing.T) {
				if missing != nil {
					t.Skipf("SKIPPED: %v", missing)
				}
				run(t, postgres)
			})
			t.Run("csvsql", func(t *testing.T) { run(t, csvsql) })
		})
	}
}

// runCSVSQL runs the command on files for the time of a test, and returns its address.
func runCSVSQL(t *testing.T, files ...string) string {
	t.Helper()
	bin, err := pgtest.Build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	c, err := pgtest.RunCommand(t.Context(), bin, files...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	return c.Addr
}

// startPostgres runs PostgreSQL with the tables that the clients read.
func startPostgres(t *testing.T) (s target, missing error) {
	pg, err := pgtest.Run(t.Context(), pgtest.Options{})
	if errors.Is(err, pgtest.ErrNotInstalled) {
		return s, err
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pg.Stop(); err != nil {
			t.Error(err)
		}
	})
	c := pg.Connect(t)
	for table, definition := range map[string]string{
		"penguins": `species text, island text, beak_length_mm float8, beak_depth_mm float8,
			flipper_length_mm bigint, body_mass_g bigint, sex text`,
		"seattle_weather": "date date, precipitation float8, temp_max float8, temp_min float8, wind float8, weather text",
		"flights_airport": "origin text, destination text, count bigint",
	} {
		file := filepath.Join(samples(t), strings.ReplaceAll(table, "_", "-")+".csv")
		loadPostgres(t, c, table, definition, file)
	}
	return newTarget(t, pg.Addr), nil
}

func loadPostgres(t *testing.T, c *client.Conn, table, definition, file string) {
	if _, err := c.Exec(t.Context(), "create table "+table+" ("+definition+")"); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := c.CopyIn(t.Context(), "copy "+table+" from stdin (format csv, header)", f); err != nil {
		t.Fatal(err)
	}
}

func newTarget(t *testing.T, addr string) target {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	return target{host: host, port: port, user: pgtest.User, database: pgtest.User}
}

func samples(t *testing.T) string {
	dir, err := filepath.Abs("../../datasets/samples")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// need returns the path of a program, or skips the test.
func need(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("SKIPPED: no %s on this machine", program)
	}
	return path
}

// needInstall skips the test unless clients may be installed.
func needInstall(t *testing.T) {
	t.Helper()
	if !*install {
		t.Skip("SKIPPED: runs with -install, as in make test-clients")
	}
}

// setUp runs one step of an installation; if it fails, or if the run's time is
// needed for the clients that are installed already, the test is skipped.
func setUp(t *testing.T, dir, program string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	if end, limited := t.Deadline(); limited {
		ctx, cancel = context.WithDeadline(ctx, end.Add(-10*time.Minute))
		defer cancel()
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: cannot be installed: %s: %v\n%s", strings.Join(cmd.Args, " "), err, lastLines(out, 5))
	}
}

// run runs a client's program, which has to end with status 0. It gets the
// server's address in the variables that libpq has for it.
func run(t *testing.T, s target, dir string, env []string, program string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), env...), s.env()...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", filepath.Base(program), err, out)
	}
}

func lastLines(out []byte, n int) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// testdata is the path of a file there.
func testdata(t *testing.T, name string) string {
	path, err := filepath.Abs(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func contents(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// sameLines reports the lines in which two texts differ, up to the first that one of
// them lacks.
func sameLines(t *testing.T, got, want string) {
	t.Helper()
	gots, wants := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(gots), len(wants)) {
		if i >= len(gots) || i >= len(wants) {
			t.Errorf("line %d: got %d lines, want %d", i+1, len(gots), len(wants))
			return
		}
		if gots[i] != wants[i] {
			t.Errorf("line %d\n got %s\nwant %s", i+1, gots[i], wants[i])
		}
	}
}

func copyFile(t *testing.T, to, from string) {
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, text, 0o644); err != nil {
		t.Fatal(err)
	}
}
