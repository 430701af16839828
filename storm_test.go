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

var stormKills = flag.Int("storm", 5, "how often TestStorm kills the engine's process")

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
	before := openFiles(t)
	t.Run("storm", func(t *testing.T) { runStorm(t, seed) })
	if after := openFiles(t); after > before {
		t.Errorf("%d files are open, %d were before", after, before)
	}
	if maps, _ := os.ReadFile("/proc/self/maps"); strings.Contains(string(maps), "csvsql result") {
		t.Error("memory that was shared is still mapped")
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("only on Linux:", err)
	}
	return len(entries)
}

// storm is what its sessions share.
type storm struct {
	*testing.T
	addr  string
	dir   string
	over  atomic.Bool
	calm  sync.RWMutex // held while the process is killed, until the kernel has done so
	kills atomic.Int64
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
	_, addr := start(t, csvsql.Options{DataDirs: []string{dir}, Log: slog.New(pidLog{&pid}), Threads: 2})
	s := &storm{T: t, addr: addr, dir: dir}
	c := s.connect()
	for _, sql := range []string{
		"CREATE TABLE big AS SELECT range AS i, 'text ' || range AS s FROM range(300000)",
		"CREATE TABLE single (who integer, n integer)",
		"CREATE TABLE pairs (who integer, n integer)",
	} {
		if _, err := c.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	var sessions sync.WaitGroup
	var acknowledged, pairs [5]int
	for who := range 5 {
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
	for range *stormKills {
		time.Sleep(time.Duration(random.IntN(600)) * time.Millisecond)
		s.kill(&pid)
	}
	s.over.Store(true)
	sessions.Wait()
	s.check(acknowledged, pairs)
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

func (s *storm) connect() *pgx.Conn { return connect(s.T, s.addr, pgx.QueryExecModeCacheStatement) }

// loop does something until the storm is over. It may fail once for each kill,
// with 57P02.
func (s *storm) loop(what string, do func() error) {
	first := s.kills.Load()
	for failures := int64(0); !s.over.Load(); {
		err := do()
		var e *pgconn.PgError
		switch {
		case err == nil:
			continue
		case !errors.As(err, &e) || e.Code != "57P02":
			s.Errorf("%s: %v", what, err)
			return
		}
		if failures++; failures > s.kills.Load()-first {
			s.Errorf("%s: the %d. error after %d kills", what, failures, s.kills.Load()-first)
			return
		}
	}
}

// read reads a large table. What it gets to the end is right.
func (s *storm) read() {
	c := s.connect()
	s.loop("read", func() error {
		rows, err := c.Query(context.Background(), "SELECT i, s FROM big ORDER BY i")
		if err != nil {
			return err
		}
		defer rows.Close()
		n := int64(0)
		for ; rows.Next(); n++ {
			var i int64
			var text string
			if err := rows.Scan(&i, &text); err != nil {
				return err
			}
			if i != n || text != "text "+strconv.FormatInt(n, 10) {
				return fmt.Errorf("row %d is %d, %q", n, i, text)
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
		if n != 300000 {
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
		var zone string
		err := c.QueryRow(context.Background(), "SELECT current_setting('TimeZone') WHERE $1::integer = 1", 1).Scan(&zone)
		s.calm.RUnlock()
		if err != nil || zone != "Asia/Tokyo" {
			s.Errorf("idle: %q, %v", zone, err)
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// check looks for what was acknowledged. What was tried when the process was
// killed may be there, too, and once more for each kill.
func (s *storm) check(single, pairs [5]int) {
	c := s.connect()
	for who := range single {
		var distinct, rows int
		err := c.QueryRow(s.Context(), "SELECT count(DISTINCT n), count(*) FROM single WHERE who = $1 AND n < $2", who, single[who]).Scan(&distinct, &rows)
		if err != nil || distinct != single[who] {
			s.Errorf("session %d: %d of %d rows are there, %v", who, distinct, single[who], err)
		}
		if extra := rows - distinct; int64(extra) > s.kills.Load() {
			s.Errorf("session %d: %d rows are there twice", who, extra)
		}
		err = c.QueryRow(s.Context(), "SELECT count(DISTINCT n), count(*) FROM pairs WHERE who = $1 AND n < $2", who, pairs[who]).Scan(&distinct, &rows)
		if err != nil || distinct != pairs[who] || rows%2 != 0 {
			s.Errorf("session %d: %d of %d pairs are there, in %d rows, %v", who, distinct, pairs[who], rows, err)
		}
	}
	s.Logf("%d kills, %v rows and %v pairs acknowledged", s.kills.Load(), single, pairs)
}
