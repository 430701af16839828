package csvsql_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/csvsql/csvsql"
	"github.com/csvsql/csvsql/datasets"
	"github.com/csvsql/csvsql/engine/worker/sandbox/probes"
)

// userLog is a log that notes the process of each user's engine.
type userLog struct {
	pids *sync.Map // of int64, by user
	user string
}

func (l userLog) Enabled(context.Context, slog.Level) bool { return true }
func (l userLog) WithGroup(string) slog.Handler            { return l }
func (l userLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	for _, a := range attrs {
		if a.Key == "user" {
			l.user = a.Value.String()
		}
	}
	return l
}

func (l userLog) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if r.Message == "engine started" && a.Key == "pid" {
			l.pids.Store(l.user, int(a.Value.Int64()))
		}
		return true
	})
	return nil
}

// apart is a server with an engine for each user.
type apart struct {
	*testing.T
	srv  *csvsql.Server
	addr string
	pids sync.Map
	dir  string // of data
}

func startApart(t *testing.T, o csvsql.Options) *apart {
	t.Helper()
	if os.Getenv("CSVSQL_ISOLATION") == "none" {
		t.Skip("no engine has a process of its own")
	}
	a := &apart{T: t, dir: t.TempDir()}
	o.Workers, o.Threads = csvsql.WorkersUser, 2
	if o.DataDirs == nil {
		o.DataDirs = []string{a.dir}
	}
	o.Log = slog.New(userLog{pids: &a.pids})
	a.srv, a.addr = start(t, o)
	return a
}

// as is a connection of a user.
func (a *apart) as(user string) *pgx.Conn {
	a.Helper()
	c, err := a.try(user)
	if err != nil {
		a.Fatal(err)
	}
	a.Cleanup(func() { c.Close(context.Background()) })
	return c
}

func (a *apart) try(user string) (*pgx.Conn, error) {
	cfg, err := pgx.ParseConfig(fmt.Sprintf("postgres://%s/csvsql?sslmode=disable", a.addr))
	if err != nil {
		return nil, err
	}
	cfg.User, cfg.DefaultQueryExecMode = user, pgx.QueryExecModeExec
	return pgx.ConnectConfig(a.Context(), cfg)
}

// pid is the process of a user's engine.
func (a *apart) pid(user string) int {
	a.Helper()
	pid, ok := a.pids.Load(user)
	if !ok {
		a.Fatal(user, "has no engine")
	}
	return pid.(int)
}

func (a *apart) processes() int { return a.srv.Stats().Engine.Processes }

// until waits for something that is about to be.
func (a *apart) until(what string, is func() bool) {
	a.Helper()
	for deadline := time.Now().Add(patience); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			a.Fatalf("a minute has gone, and it is not so that %s", what)
		}
	}
}

// expect compares the first column of a result.
func expect(t *testing.T, c *pgx.Conn, sql string, want ...string) {
	t.Helper()
	rows, err := c.Query(t.Context(), sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	got, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
		values, err := row.Values()
		return fmt.Sprint(values...), err
	})
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%s: %q, %v, want %q", sql, got, err, want)
	}
}

// TestWorkersApart: each user has the files' tables and what he makes; nothing of
// one is seen, heard or held up by another. Sessions of one user share all that.
func TestWorkersApart(t *testing.T) {
	t.Parallel()
	a := startApart(t, csvsql.Options{})
	write(t, a.dir, "cities.csv", "name\nRome\nOslo\n")
	write(t, a.dir, "more.csv", "n\n1\n")
	for report, err := range a.srv.LoadAll(t.Context(), []datasets.Request{{Files: []string{"cities.csv"}}, {Files: []string{"none.csv"}}}) {
		if missing := report.Table.Name == ""; missing != (sqlstateOf(err) == "58P01") || report.Table.Columns != nil {
			t.Errorf("%+v, %v", report, err)
		}
	}
	ann, again, bob := a.as("ann"), a.as("ann"), a.as("bob")
	for _, c := range []*pgx.Conn{ann, bob} {
		expect(t, c, "SELECT name FROM cities ORDER BY name", "Oslo", "Rome")
	}
	execAll(t, ann, "CREATE TABLE mine AS SELECT 'hers'::text AS whose", "DELETE FROM cities WHERE name = 'Oslo'", "LOAD 'more.csv'")
	expect(t, again, "SELECT whose FROM mine", "hers")
	expect(t, again, "SELECT name FROM cities", "Rome")
	expect(t, again, "SELECT n::text FROM more", "1")
	wantCode(t, bob, "42P01", "SELECT * FROM mine")
	wantCode(t, bob, "42P01", "SELECT * FROM more")
	expect(t, bob, "SELECT name FROM cities ORDER BY name", "Oslo", "Rome")
	expect(t, ann, "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1", "cities", "mine", "more")
	expect(t, bob, "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace", "cities")

	expect(t, ann, "SELECT usename::text FROM pg_stat_activity", "ann", "ann")
	expect(t, bob, "SELECT usename::text FROM pg_stat_activity", "bob")
	expect(t, ann, fmt.Sprintf("SELECT pg_terminate_backend(%d)", bob.PgConn().PID()), "false")
	expect(t, bob, "SELECT 'lives'", "lives")
	expect(t, ann, "SELECT pg_try_advisory_lock(1)", "true")
	expect(t, again, "SELECT pg_try_advisory_lock(1)", "false")
	expect(t, bob, "SELECT pg_try_advisory_lock(1)", "true")

	execAll(t, again, "LISTEN news")
	execAll(t, bob, "LISTEN news", "NOTIFY news, 'his'")
	execAll(t, ann, "NOTIFY news, 'hers'")
	for c, want := range map[*pgx.Conn]string{again: "hers", bob: "his"} {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		if n, err := c.WaitForNotification(ctx); err != nil || n.Payload != want {
			t.Errorf("%+v, %v, want %s", n, err, want)
		}
		cancel()
	}
}

// sqlstateOf is the code of an error of the library.
func sqlstateOf(err error) string {
	var e interface{ SQLState() string }
	if errors.As(err, &e) {
		return e.SQLState()
	}
	return ""
}

// TestWorkersCrash: the death of one user's engine is nothing to another, in the
// middle of his transaction; neither is its lack of memory.
func TestWorkersCrash(t *testing.T) {
	t.Parallel()
	a := startApart(t, csvsql.Options{Memory: 512 << 20, MaxWorkers: 2})
	ann, bob := a.as("ann"), a.as("bob")
	execAll(t, ann, "CREATE TABLE kept AS SELECT 'kept'::text AS k")
	execAll(t, bob, "CREATE TEMP TABLE his AS SELECT 'his'::text AS h", "BEGIN", "INSERT INTO his VALUES ('more')")
	rows, err := bob.Query(t.Context(), "SELECT i AS i FROM range(20000000) AS r(i)")
	if err != nil || !rows.Next() {
		t.Fatal(err)
	}
	broken := make(chan error, 1)
	go func() {
		_, err := ann.Exec(t.Context(), "SELECT i FROM range(1000000000000) AS r(i) ORDER BY random()")
		broken <- err
	}()
	watcher := a.as("ann")
	a.until("her statement runs", func() bool {
		var n int
		err := watcher.QueryRow(t.Context(), "SELECT count(*)::integer FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()").Scan(&n)
		return err == nil && n == 1
	})
	if err := syscall.Kill(a.pid("ann"), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := <-broken; sqlstate(err) != "57P02" {
		t.Errorf("her statement ended with %v", err)
	}
	expect(t, ann, "SELECT k FROM kept", "kept")

	for _, bomb := range []string{"SELECT length(repeat('x', 3000000000))", "SELECT count(*) FROM (SELECT DISTINCT i, repeat('y', 1000) FROM range(50000000) AS r(i)) AS d", crash} {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		_, err := ann.Exec(ctx, "SET statement_timeout = '5s'; "+bomb)
		if code := sqlstate(err); !slices.Contains([]string{"53200", "53100", "57014", "57P02"}, code) {
			t.Errorf("%s: %v", bomb, err)
		}
		cancel()
	}

	n := 1
	for rows.Next() {
		n++
	}
	if rows.Err() != nil || n != 20_000_000 {
		t.Errorf("his result has %d rows, %v", n, rows.Err())
	}
	execAll(t, bob, "COMMIT")
	expect(t, bob, "SELECT h FROM his ORDER BY h", "his", "more")
	expect(t, ann, "SELECT k FROM kept", "kept")
}

// TestWorkersIdle: an engine ends when its user has gone, and his tables are there
// when he comes back.
func TestWorkersIdle(t *testing.T) {
	t.Parallel()
	a := startApart(t, csvsql.Options{WorkerIdle: time.Millisecond})
	write(t, a.dir, "t.csv", "n\n1\n")
	for _, err := range a.srv.LoadAll(t.Context(), []datasets.Request{{Files: []string{"t.csv"}}}) {
		if err != nil {
			t.Error(err)
		}
	}
	for round := range 3 {
		ann := a.as("ann")
		execAll(t, ann, "CREATE TABLE IF NOT EXISTS mine (round integer)", fmt.Sprintf("INSERT INTO mine VALUES (%d)", round))
		expect(t, ann, "SELECT count(*)::text FROM mine", fmt.Sprint(round+1))
		expect(t, ann, "SELECT n::text FROM t", "1")
		ann.Close(t.Context())
		a.until("her engine has ended", func() bool { return a.processes() == 0 })
	}
	if e := a.srv.Stats().Engine; e.Starts != 1+3 || e.Deaths != 0 { // one to see whether it starts
		t.Errorf("%+v", e)
	}
}

// TestWorkersFull: there are no more engines than there may be; who has gone makes
// room.
func TestWorkersFull(t *testing.T) {
	t.Parallel()
	a := startApart(t, csvsql.Options{MaxWorkers: 2})
	ann, bob := a.as("ann"), a.as("bob")
	execAll(t, bob, "CREATE TABLE mine AS SELECT 'his'::text AS m")
	if _, err := a.try("carol"); sqlstate(err) != "53300" {
		t.Errorf("a third user: %v", err)
	}
	expect(t, a.as("ann"), "SELECT 'another of hers'", "another of hers")
	bob.Close(t.Context())
	var carol *pgx.Conn
	a.until("there is room", func() (ok bool) {
		var err error
		if carol, err = a.try("carol"); err != nil && sqlstate(err) != "53300" {
			t.Fatal(err)
		}
		return err == nil
	})
	expect(t, carol, "SELECT 'in'", "in")
	if n := a.processes(); n != 2 {
		t.Errorf("%d processes", n)
	}
	carol.Close(t.Context())
	a.until("he is back", func() bool {
		c, err := a.try("bob")
		if err == nil {
			expect(t, c, "SELECT m FROM mine", "his")
			c.Close(t.Context())
		}
		return err == nil
	})
	expect(t, ann, "SELECT 'still here'", "still here")
}

// TestWorkersTogether: many first connections of a user start one engine.
func TestWorkersTogether(t *testing.T) {
	t.Parallel()
	a := startApart(t, csvsql.Options{})
	before := a.srv.Stats().Engine.Starts
	var all sync.WaitGroup
	for i := range 30 {
		all.Go(func() {
			c, err := a.try([]string{"ann", "bob"}[i%2])
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close(context.Background())
			if _, err := c.Exec(t.Context(), "SELECT 1"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := a.srv.Stats().Engine.Starts - before; n != 2 {
		t.Errorf("%d engines were started for two users", n)
	}
}

// TestWorkersDatabase: with a directory for the databases they outlive the server.
// One that cannot be opened is an error for its user alone.
func TestWorkersDatabase(t *testing.T) {
	t.Parallel()
	databases := t.TempDir()
	users := []string{"ann", "Ann", "../ann", "ann.x", strings.Repeat("ä", 40)}
	t.Run("made", func(t *testing.T) {
		a := startApart(t, csvsql.Options{Database: databases})
		for _, user := range users {
			c := a.as(user)
			execAll(t, c, "CREATE TABLE who AS SELECT current_user::text AS name")
			c.Close(t.Context())
		}
	})
	write(t, databases, "eve", "") // where her directory would be
	a := startApart(t, csvsql.Options{Database: databases})
	if _, err := a.try("eve"); sqlstate(err) != "57P03" || strings.Contains(err.Error(), databases) {
		t.Errorf("of a database that cannot be opened: %v", err)
	}
	for _, user := range users {
		c := a.as(user)
		expect(t, c, "SELECT name FROM who", user)
		c.Close(t.Context())
	}
	if err := os.Remove(filepath.Join(databases, "eve")); err != nil {
		t.Fatal(err)
	}
	expect(t, a.as("eve"), "SELECT current_user", "eve")
}

// TestWorkersSealed: what takes over the process of one user's engine does not
// reach the database of another.
func TestWorkersSealed(t *testing.T) {
	t.Parallel()
	p := probes.Layout(t)
	a := startApart(t, csvsql.Options{DataDirs: []string{p.Data}, Database: filepath.Dir(p.Work)})
	inside, outside := a.as("work"), a.as("outside") // whose directories these are
	execAll(t, outside, "CREATE TABLE secret (n integer)")
	execAll(t, inside, "CREATE TABLE mine AS SELECT 7 AS n")
	request, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	write(t, p.Work, probeRequest, string(request))
	if err := syscall.Kill(a.pid("work"), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	expect(t, inside, "SELECT n FROM mine", "7")
	answer, err := os.ReadFile(filepath.Join(p.Work, probeFindings))
	if err != nil {
		t.Fatal("the probes did not run:", err)
	}
	var f probes.Findings
	if err := json.Unmarshal(answer, &f); err != nil {
		t.Fatal(err)
	}
	f.Check(t, p)
}

// TestWorkersShutdown: whatever the engines are doing, Shutdown ends them all and
// leaves none of their files.
func TestWorkersShutdown(t *testing.T) {
	if os.Getenv("CSVSQL_ISOLATION") == "none" {
		t.Skip("no engine has a process of its own")
	}
	private := t.TempDir()
	t.Setenv("TMPDIR", private)
	srv, err := csvsql.New(t.Context(), isolated(csvsql.Options{Workers: csvsql.WorkersUser, Log: slog.New(slog.DiscardHandler)}))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	a := &apart{T: t, srv: srv, addr: l.Addr().String()}
	execAll(t, a.as("idle"), "CREATE TABLE mine (n integer)")
	a.as("gone").Close(t.Context())
	busy := a.as("busy")
	rows, err := busy.Query(t.Context(), "SELECT i AS i FROM range(1000000000000) AS r(i)")
	if err != nil || !rows.Next() {
		t.Fatal(err)
	}
	var starting sync.WaitGroup
	for _, user := range []string{"x", "y", "z"} {
		starting.Go(func() {
			if c, err := a.try(user); err == nil {
				c.Close(context.Background())
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // what runs is not waited for
	if err := srv.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	rows.Close()
	starting.Wait()
	<-served
	if n := a.processes(); n != 0 {
		t.Errorf("%d processes are there", n)
	}
	if left, err := filepath.Glob(private + "/*/*"); err != nil || len(left) > 0 {
		t.Errorf("left in the directory for temporary files: %v, %v", left, err)
	}
}

// TestWorkersOptions: what an engine for each user cannot go with is told by New.
func TestWorkersOptions(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "file", "")
	user := csvsql.WorkersUser
	for _, test := range []struct {
		o    csvsql.Options
		want string
	}{
		{csvsql.Options{Workers: user, Worker: worker, Isolation: csvsql.IsolateNone}, "there are none with isolation"},
		{csvsql.Options{Workers: user}, "Main was not called"},
		{csvsql.Options{Workers: "some", Worker: worker}, `it is "shared" or "user"`},
		{csvsql.Options{Workers: user, Worker: worker, MaxWorkers: -1}, "-1 workers"},
		{csvsql.Options{Workers: user, Worker: worker, Database: filepath.Join(dir, "file")}, "is a file"},
		{csvsql.Options{Workers: user, Worker: worker, DataDirs: []string{dir}, Database: filepath.Join(dir, "databases")}, "users could read each other's tables"},
		{csvsql.Options{Workers: user, Worker: worker, DataDirs: []string{os.TempDir()}}, "users could read each other's tables"},
		{csvsql.Options{Workers: user, Worker: worker, DataDirs: []string{filepath.Join(dir, "nowhere")}}, "does not exist"},
	} {
		srv, err := csvsql.New(t.Context(), test.o)
		if err == nil {
			t.Errorf("it starts, and %q is wanted", test.want)
			srv.Shutdown(t.Context())
		} else if !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v, want %s", err, test.want)
		}
	}
}
