//go:build linux

package csvsql_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/csvsql/csvsql"
)

// bigRows is how many rows the large table of TestStorm has.
const bigRows = 300_000

// stormTime is how long TestStorm goes on killing.
const stormTime = 14 * time.Minute

var (
	stormKills   = flag.Int("storm", 5, "how often TestStorm kills the engine's process")
	stormWorkers = flag.String("storm-workers", "shared", "whose process that is: shared or user, as of --workers")
)

// TestStorm kills the engine's process at random moments under sessions that do
// all kinds of things. The server lives; a session sees at most one error for a
// kill, and one that is idle none; nothing that was acknowledged is lost, and no
// result is wrong; nothing is left behind.
func TestStorm(t *testing.T) {
	if os.Getenv("CSVSQL_ISOLATION") == "none" {
		t.Skip("the engine has no process of its own")
	}
	seed := rand.Uint64()
	t.Logf("seed %d, %d kills", seed, *stormKills)
	private := t.TempDir()
	t.Setenv("TMPDIR", private)
	before := holdings(t)
	t.Run("storm", func(t *testing.T) { runStorm(t, seed) })
	after := holdings(t)
	for deadline := time.Now().Add(10 * time.Second); after.goroutines > before.goroutines && time.Now().Before(deadline); after = holdings(t) {
		time.Sleep(10 * time.Millisecond) // those of connections that were closed just now
	}
	if after.files > before.files || after.children > before.children || after.goroutines > before.goroutines || after.shared > 0 {
		t.Errorf("there are %+v, and were %+v", after, before)
	}
	if left, err := filepath.Glob(private + "/*/*"); err != nil || len(left) > 0 {
		t.Errorf("left in the directory for temporary files: %v, %v", left, err)
	}
}

// held is what a process must not have more of after a storm.
type held struct {
	files, children, goroutines int
	shared                      int // memory of rings, mapped or open
}

func holdings(t *testing.T) (h held) {
	t.Helper()
	for _, stack := range strings.Split(stacks(), "\n\n") {
		// Not those that belong to threads of C, which has called Go.
		if !strings.Contains(stack, "locked to thread]:\nruntime.goexit(") {
			h.goroutines++
		}
	}
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		to, err := os.Readlink("/proc/self/fd/" + e.Name())
		if err != nil {
			continue // it was that of the directory
		}
		h.files++
		if strings.Contains(to, "csvsql result") {
			h.shared++
		}
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	h.shared += strings.Count(string(maps), "csvsql result")
	// A zombie is a child, too.
	lists, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil || lists == nil {
		t.Fatal("no lists of children", err)
	}
	for _, list := range lists {
		pids, _ := os.ReadFile(list) // the thread may have ended
		h.children += len(strings.Fields(string(pids)))
	}
	return h
}

// stacks are those of all goroutines.
func stacks() string {
	b := make([]byte, 1<<20)
	return string(b[:runtime.Stack(b, true)])
}

// storm is what its sessions share.
type storm struct {
	*testing.T
	addr  string
	dir   string
	over  atomic.Bool
	calm  sync.RWMutex // held while the process is killed, until the kernel has done so
	kills atomic.Int64

	errors, idled, catalogs atomic.Int64 // that sessions saw; how often they were right
}

// pidLog is a log that notes the process of which it is told.
type pidLog struct{ pid *atomic.Int64 }

func (l pidLog) Enabled(context.Context, slog.Level) bool { return true }
func (l pidLog) WithAttrs([]slog.Attr) slog.Handler       { return l }
func (l pidLog) WithGroup(string) slog.Handler            { return l }
func (l pidLog) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "engine started" {
		r.Attrs(func(a slog.Attr) bool {
			if a.Key == "pid" {
				l.pid.Store(a.Value.Int64())
			}
			return true
		})
	}
	return nil
}

func runStorm(t *testing.T, seed uint64) {
	var pid atomic.Int64
	dir := t.TempDir()
	write(t, dir, "load.csv", "a,b\n"+strings.Repeat("1,x\n", 20_000))
	_, addr := start(t, csvsql.Options{
		DataDirs: []string{dir}, Log: slog.New(pidLog{&pid}), Threads: 2, Workers: csvsql.Workers(*stormWorkers),
	})
	s := &storm{T: t, addr: addr, dir: dir}
	c := s.connect()
	for _, sql := range []string{
		"CREATE TABLE big AS SELECT range AS i, 'text ' || range AS s FROM range(" + strconv.Itoa(bigRows) + ")",
		"CREATE TABLE single (who integer, n integer)",
		"CREATE TABLE pairs (who integer, n integer)",
		"CREATE TABLE copied (who integer, n integer)",
	} {
		if _, err := c.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	var sessions sync.WaitGroup
	var acknowledged, pairs, copied [5]int
	for who := range 5 {
		if who < 2 {
			sessions.Go(func() { s.catalog() })
			sessions.Go(func() { copied[who] = s.copyIn(who) })
		}
		sessions.Go(func() { s.read() })
		sessions.Go(func() { acknowledged[who] = s.insert(who) })
		sessions.Go(func() { pairs[who] = s.transact(who) })
		if who < 2 {
			sessions.Go(func() { s.load(who) })
		} else {
			sessions.Go(func() { s.idle() })
		}
	}
	random := rand.New(rand.NewPCG(seed, 0))
	end := time.Now().Add(stormTime)
	for n := range *stormKills {
		most := 600
		if n%20 == 0 {
			most = 6000 // for what takes its time
		}
		time.Sleep(time.Duration(random.IntN(most)) * time.Millisecond)
		if time.Now().After(end) {
			s.Errorf("time for %d kills only", n)
			break
		}
		s.kill(&pid)
	}
	s.over.Store(true)
	sessions.Wait()
	s.check(acknowledged, pairs, copied)
}

// kill kills the process and returns when another has been started.
func (s *storm) kill(pid *atomic.Int64) {
	s.calm.Lock()
	defer s.calm.Unlock()
	old := pid.Load()
	s.kills.Add(1)
	if err := syscall.Kill(int(old), syscall.SIGKILL); err != nil {
		s.Error(err)
	}
	for deadline := time.Now().Add(30 * time.Second); pid.Load() == old; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			s.Error("no other process is started")
			return
		}
	}
}

func (s *storm) connect() *pgx.Conn {
	c := connect(s.T, s.addr, pgx.QueryExecModeCacheStatement)
	if _, err := c.Exec(s.Context(), "SET application_name = 'storm'"); err != nil {
		s.Error(err)
	}
	return c
}

// loop does something until the storm is over. It may fail once for each kill,
// with 57P02.
func (s *storm) loop(what string, do func() error) {
	for blamed := int64(0); !s.over.Load(); { // the last kill that explains an error
		before := s.kills.Load()
		err := do()
		var e *pgconn.PgError
		switch {
		case err == nil:
			continue
		case !errors.As(err, &e) || e.Code != "57P02":
			s.Errorf("%s: %v", what, err)
			return
		}
		s.errors.Add(1)
		if blamed = max(blamed+1, before); blamed > s.kills.Load() {
			s.Errorf("%s: there was another error after kill %d", what, s.kills.Load())
			return
		}
	}
}

// read reads a large table. What it gets to the end is right.
func (s *storm) read() {
	c := s.connect()
	s.loop("read", func() error {
		rows, err := c.Query(context.Background(), "SELECT i, s FROM big")
		if err != nil {
			return err
		}
		defer rows.Close()
		var seen [bigRows]bool
		n := 0
		for ; rows.Next(); n++ {
			var i int64
			var text string
			if err := rows.Scan(&i, &text); err != nil {
				return err
			}
			if i < 0 || i >= bigRows || seen[i] || text != "text "+strconv.FormatInt(i, 10) {
				return fmt.Errorf("row %d is %d, %q", n, i, text)
			}
			seen[i] = true
		}
		if err := rows.Err(); err != nil {
			return err
		}
		if n != bigRows {
			return fmt.Errorf("%d rows", n)
		}
		return nil
	})
}

// insert inserts numbers and returns how many were acknowledged: each is tried
// until it is.
func (s *storm) insert(who int) (acknowledged int) {
	c := s.connect()
	s.loop("insert", func() error {
		if _, err := c.Exec(context.Background(), "INSERT INTO single VALUES ($1, $2)", who, acknowledged); err != nil {
			return err
		}
		acknowledged++
		return nil
	})
	return acknowledged
}

// transact inserts two rows at a time.
func (s *storm) transact(who int) (acknowledged int) {
	c := s.connect()
	s.loop("transact", func() error {
		tx, err := c.Begin(context.Background())
		if err != nil {
			return err
		}
		defer tx.Rollback(context.Background())
		for range 2 {
			if _, err := tx.Exec(context.Background(), "INSERT INTO pairs VALUES ($1, $2)", who, acknowledged); err != nil {
				return err
			}
		}
		if err := tx.Commit(context.Background()); err != nil {
			return err
		}
		acknowledged++
		return nil
	})
	return acknowledged
}

// copyIn copies ten rows in at a time.
func (s *storm) copyIn(who int) (acknowledged int) {
	c := s.connect()
	s.loop("copy", func() error {
		data := strings.Repeat(fmt.Sprintf("%d\t%d\n", who, acknowledged), 10)
		if _, err := c.PgConn().CopyFrom(context.Background(), strings.NewReader(data), "COPY copied FROM STDIN"); err != nil {
			return err
		}
		acknowledged++
		return nil
	})
	return acknowledged
}

// catalog asks for the columns of tables, and for what the session has published
// for itself. A process that was not told of them would know none.
func (s *storm) catalog() {
	c := s.connect()
	s.loop("catalog", func() error {
		rows, err := c.Query(context.Background(), "SELECT c.relname || '.' || a.attname || ' ' || current_setting('application_name')"+
			" FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"+
			" WHERE c.relname IN ('big', 'pairs') AND a.attnum > 0 ORDER BY 1")
		if err != nil {
			return err
		}
		columns, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		if got := strings.Join(columns, ","); got != "big.i storm,big.s storm,pairs.n storm,pairs.who storm" {
			return fmt.Errorf("the catalog has %q", got)
		}
		s.catalogs.Add(1)
		return nil
	})
}

// load loads a file again and again.
func (s *storm) load(who int) {
	c := s.connect()
	s.loop("load", func() error {
		_, err := c.Exec(context.Background(), fmt.Sprintf("LOAD OR REPLACE '%s/load.csv' AS loaded%d", s.dir, who))
		if err != nil {
			return err
		}
		var n int
		if err := c.QueryRow(context.Background(), fmt.Sprintf("SELECT count(*) FROM loaded%d", who)).Scan(&n); err != nil {
			return err
		}
		if n != 20000 {
			return fmt.Errorf("%d rows", n)
		}
		return nil
	})
}

// idle runs a statement between the kills, and none fails.
func (s *storm) idle() {
	c := s.connect()
	if _, err := c.Exec(context.Background(), "SET timezone = 'Asia/Tokyo'"); err != nil {
		s.Error(err)
	}
	for !s.over.Load() {
		s.calm.RLock()
		var hour int // in Tokyo, says the engine
		err := c.QueryRow(context.Background(), "SELECT extract(hour FROM timestamptz '2024-01-01 00:00:00+00')::integer WHERE $1::integer = 1", 1).Scan(&hour)
		s.calm.RUnlock()
		if err != nil || hour != 9 {
			s.Errorf("idle: it is %d, %v, after %d kills", hour, err, s.kills.Load())
			return
		}
		s.idled.Add(1)
		time.Sleep(5 * time.Millisecond)
	}
}

// check looks for what was acknowledged. What was tried when the process was
// killed may be there, too, and once more for each kill; a part of it never is.
func (s *storm) check(single, pairs, copied [5]int) {
	c := s.connect()
	for _, table := range []struct {
		name         string
		acknowledged [5]int
		size         int // rows that come together
	}{{"single", single, 1}, {"pairs", pairs, 2}, {"copied", copied, 10}} {
		for who, want := range table.acknowledged {
			var distinct, rows, torn int
			err := c.QueryRow(s.Context(), "SELECT count(*), coalesce(sum(k), 0)::integer, count(*) FILTER (WHERE k % $3 <> 0)"+
				" FROM (SELECT n, count(*) AS k FROM "+table.name+" WHERE who = $1 AND n < $2 GROUP BY n) AS g", who, want, table.size).Scan(&distinct, &rows, &torn)
			if err != nil || distinct != want || torn > 0 {
				s.Errorf("session %d: %d of %d are in %s, %d of them in part, %v", who, distinct, want, table.name, torn, err)
			}
			if extra := rows/table.size - distinct; int64(extra) > s.kills.Load() {
				s.Errorf("session %d: %d are twice in %s", who, extra, table.name)
			}
		}
	}
	s.Logf("%d kills, %d errors; %v rows, %v pairs and %v copies acknowledged; %d catalogs read, %d statements between the kills",
		s.kills.Load(), s.errors.Load(), single, pairs, copied, s.catalogs.Load(), s.idled.Load())
}
