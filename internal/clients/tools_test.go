package clients

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/csvsql/csvsql/internal/pgtest"
)

// postgresTool is the path of a program that comes with PostgreSQL.
func postgresTool(t *testing.T, name string) string {
	t.Helper()
	needInstall(t)
	bin, err := pgtest.Bin()
	if err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	return filepath.Join(bin, name)
}

// pgbench makes its tables, fills them by COPY, and runs its transactions.
func pgbench(t *testing.T, _ *workshop) func(*testing.T, target) {
	path := postgresTool(t, "pgbench")
	return func(t *testing.T, s target) {
		run(t, s, "", nil, path, "--initialize", "--quiet", "--scale=1")
		for _, mode := range []string{"simple", "extended", "prepared"} {
			run(t, s, "", nil, path, "--no-vacuum", "--select-only", "--transactions=50", "--protocol="+mode)
			run(t, s, "", nil, path, "--no-vacuum", "--transactions=10", "--protocol="+mode)
		}
		if got := ask(t, s, "select count(*), sum(delta) = (select sum(abalance) from pgbench_accounts) from pgbench_history"); got != "30|t\n" {
			t.Errorf("history: %q", got)
		}
		ask(t, s, "drop table pgbench_accounts, pgbench_branches, pgbench_history, pgbench_tellers")
	}
}

// vacuumdb goes through the tables of the catalog.
func vacuumdb(t *testing.T, _ *workshop) func(*testing.T, target) {
	path := postgresTool(t, "vacuumdb")
	return func(t *testing.T, s target) {
		run(t, s, "", nil, path, "--analyze")
		run(t, s, "", nil, path, "--analyze-only", "--table=penguins")
	}
}

// pgDump writes what another PostgreSQL then has.
func pgDump(t *testing.T, _ *workshop) func(*testing.T, target) {
	return dump(t, postgresTool(t, "pg_dump"))
}

// pgDumpNewest is pgDump of a program that is newer than the server.
func pgDumpNewest(t *testing.T, w *workshop) func(*testing.T, target) {
	return dump(t, filepath.Join(w.newestTools(t), "pg_dump"))
}

func dump(t *testing.T, path string) func(*testing.T, target) {
	restored := pgtest.Start(t)
	return func(t *testing.T, s target) {
		dir := t.TempDir()
		file := filepath.Join(dir, "dump.sql")
		run(t, s, "", nil, path, "--schema-only", "--file="+filepath.Join(dir, "schema.sql"))
		run(t, s, "", nil, path, append(dumped(), "--file="+file)...)
		into := emptied(t, restored)
		// A newer pg_dump writes settings and commands of psql that the older ones lack.
		text := regexp.MustCompile(`(?m)^(\\(un)?restrict |SET transaction_timeout ).*\n`).ReplaceAllString(contents(t, file), "")
		write(t, file, text)
		run(t, into, "", nil, need(t, "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", file)
		sameRows(t, s, into)
	}
}

// pgDumpJobs reads tables over several connections in one snapshot, and restores them
// so.
func pgDumpJobs(t *testing.T, _ *workshop) func(*testing.T, target) {
	path, restore := postgresTool(t, "pg_dump"), postgresTool(t, "pg_restore")
	restored := pgtest.Start(t)
	return func(t *testing.T, s target) {
		dir := filepath.Join(t.TempDir(), "dump")
		run(t, s, "", nil, path, append(dumped(), "--jobs=3", "--format=directory", "--file="+dir)...)
		into := emptied(t, restored)
		run(t, into, "", nil, restore, "--exit-on-error", "--jobs=3", "--dbname="+into.database, dir)
		sameRows(t, s, into)
	}
}

// dumped are the arguments for the tables that sameRows compares.
func dumped() []string {
	return []string{"--no-owner", "--table=penguins", "--table=seattle_weather", "--table=flights_airport"}
}

// emptied is a server without these tables.
func emptied(t *testing.T, pg *pgtest.Postgres) target {
	t.Helper()
	s := newTarget(t, pg.Addr)
	ask(t, s, "drop table if exists penguins, seattle_weather, flights_airport")
	return s
}

func sameRows(t *testing.T, s, restored target) {
	t.Helper()
	for _, sql := range []string{
		"select * from penguins order by 1, 2, 3, 4, 5, 6, 7",
		"select * from seattle_weather order by date",
		"select * from flights_airport order by 1, 2, 3",
	} {
		if got := ask(t, restored, sql); got != ask(t, s, sql) || strings.Count(got, "\n") < 100 {
			t.Errorf("%s: the restored rows differ", sql)
		}
	}
}

// pgDumpAll writes roles and the schema of every database.
func pgDumpAll(t *testing.T, _ *workshop) func(*testing.T, target) {
	return dumpAll(postgresTool(t, "pg_dumpall"))
}

func pgDumpAllNewest(t *testing.T, w *workshop) func(*testing.T, target) {
	return dumpAll(filepath.Join(w.newestTools(t), "pg_dumpall"))
}

func dumpAll(path string) func(*testing.T, target) {
	return func(t *testing.T, s target) {
		file := filepath.Join(t.TempDir(), "all.sql")
		run(t, s, "", nil, path, "--schema-only", "--file="+file)
		if text := contents(t, file); !strings.Contains(text, "CREATE ROLE "+s.user) || !strings.Contains(text, "CREATE TABLE public.penguins") {
			t.Errorf("no role or no table:\n%s", text)
		}
	}
}

// foreignTables are what a real PostgreSQL sees of a server with postgres_fdw.
func foreignTables(t *testing.T, _ *workshop) func(*testing.T, target) {
	needInstall(t)
	here := newTarget(t, pgtest.Start(t).Addr)
	psql := need(t, "psql")
	return func(t *testing.T, s target) {
		script := filepath.Join(t.TempDir(), "fdw.sql")
		text := fmt.Sprintf(`
			drop extension if exists postgres_fdw cascade;
			drop schema if exists far cascade;
			create extension postgres_fdw;
			create server there foreign data wrapper postgres_fdw options (host '%s', port '%s', dbname '%s');
			create user mapping for current_user server there options (user '%s');
			create schema far;
			import foreign schema public limit to (penguins, seattle_weather, flights_airport) from server there into far;
			create table if not exists nicknames as select * from (values ('Adelie', 'small'), ('Gentoo', 'large')) v(species, nickname);
			`, s.host, s.port, s.database, s.user)
		write(t, script, text)
		run(t, here, "", nil, psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", script)
		for sql, want := range map[string]string{
			"select n.nickname, count(*), sum(p.body_mass_g) from far.penguins p join nicknames n using (species) group by 1 order by 1": "large|124|624350\nsmall|152|558800\n",
			"select count(*), sum(count) from far.flights_airport":                                                                       "5366|7009728\n",
			"select date, temp_max from far.seattle_weather where date = '2012-01-02'":                                                   "2012-01-02|10.6\n",
			"select species, avg(body_mass_g)::int from far.penguins where sex = 'MALE' group by species order by species limit 2":       "Adelie|4043\nChinstrap|3939\n",
		} {
			if got := ask(t, here, sql); got != want {
				t.Errorf("%s\ngot %q, want %q", sql, got, want)
			}
		}
	}
}

// pgBouncer stands between psql and the server, in each of its pool modes.
func pgBouncer(t *testing.T, w *workshop) func(*testing.T, target) {
	w.debian(t, []string{"pgbouncer", "--version"}, "pgbouncer")
	return func(t *testing.T, s target) {
		for _, mode := range []string{"session", "transaction", "statement"} {
			t.Run(mode, func(t *testing.T) {
				through := startPgBouncer(t, s, mode)
				for range 3 {
					if got := ask(t, through, "select species, count(*) from penguins group by species order by species limit 1"); got != "Adelie|152\n" {
						t.Errorf("got %q", got)
					}
				}
				if mode != "statement" {
					if got := ask(t, through, "begin; select count(*) from penguins; commit"); got != "BEGIN\n344\nCOMMIT\n" {
						t.Errorf("a block: got %q", got)
					}
				}
			})
		}
	}
}

// startPgBouncer runs it until the test ends, as a user that is not root.
func startPgBouncer(t *testing.T, s target, mode string) target {
	dir := t.TempDir()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	users, config := filepath.Join(dir, "users.txt"), filepath.Join(dir, "pgbouncer.ini")
	write(t, users, fmt.Sprintf("%q \"\"\n", s.user))
	write(t, config, fmt.Sprintf("[databases]\n* = host=%s port=%s\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %s\n"+
		"unix_socket_dir =\nauth_type = trust\nauth_file = %s\npool_mode = %s\n", s.host, s.port, port, users, mode))
	args := []string{config}
	if os.Getuid() == 0 {
		args = append(args, "-u", "nobody")
	}
	cmd := exec.CommandContext(t.Context(), "pgbouncer", args...)
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		<-ended
		if t.Failed() {
			t.Log(log.String())
		}
	})
	through := target{host: "127.0.0.1", port: port, user: s.user, database: s.database}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		c, err := net.Dial("tcp", net.JoinHostPort(through.host, port))
		if err == nil {
			c.Close()
			return through
		}
		select {
		case <-ended:
			t.Fatalf("pgbouncer has ended\n%s", log.String())
		default:
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// ask returns what psql prints for a statement, unaligned.
func ask(t *testing.T, s target, sql string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), need(t, "psql"), "-X", "-At", "-v", "ON_ERROR_STOP=1", "-c", sql, s.url()).CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", sql, err, out)
	}
	return string(out)
}
