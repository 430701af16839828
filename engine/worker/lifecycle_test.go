//go:build linux

package worker_test

import (
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/duckdb"
	"github.com/csvsql/csvsql/engine/worker"
)

// startFile starts an engine whose tables outlive its process.
func startFile(t *testing.T, o worker.Options) engine.Engine {
	return start(t, duckdb.Options{Path: t.TempDir() + "/test.duckdb"}, o)
}

func open(t *testing.T, e engine.Engine) engine.Session {
	t.Helper()
	s, err := e.Open(t.Context(), engine.SessionOptions{User: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(context.Background()) })
	return s
}

// kill ends the process of an engine as a crash does, and returns when the
// kernel has no more of it. What the parent knows of that then is another matter.
func kill(t *testing.T, e engine.Engine) {
	t.Helper()
	pid := worker.PID(e)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for worker.PID(e) == pid {
		time.Sleep(time.Millisecond)
	}
}

// rows is the only column of a query, or its error.
func rows(ctx context.Context, s engine.Session, sql string) ([]string, error) {
	st, err := s.Prepare(ctx, sql, nil)
	if err != nil {
		return nil, err
	}
	defer st.Close(ctx)
	return run(ctx, st, nil)
}

func run(ctx context.Context, st engine.Statement, args arrow.RecordBatch) ([]string, error) {
	r, err := st.Execute(ctx, args)
	if err != nil {
		return nil, err
	}
	defer r.Release()
	var all []string
	for r.Next() {
		for i := range int(r.RecordBatch().NumRows()) {
			all = append(all, strings.Clone(r.RecordBatch().Column(0).ValueStr(i)))
		}
	}
	return all, r.Err()
}

func must(t *testing.T, s engine.Session, sql string, want ...string) {
	t.Helper()
	got, err := rows(t.Context(), s, sql)
	if err != nil || strings.Join(got, ",") != strings.Join(want, ",") {
		t.Fatalf("%s: got %q, %v; want %q", sql, got, err, want)
	}
}

func mustFail(t *testing.T, err error, code, says string) {
	t.Helper()
	var e *engine.Error
	if !errors.As(err, &e) || e.Code != code || !strings.Contains(e.Message, says) {
		t.Fatalf("got %v, want %s and %q", err, code, says)
	}
}

// endless has no row for longer than any test waits.
const endless = "SELECT count(*) FROM range(1000000) a, range(1000000) b, range(1000000) c WHERE a.range + b.range + c.range < 0"

// TestIdleSessionNoticesNothing: settings and prepared statements are there in
// the next process, too, and so are the tables.
func TestIdleSessionNoticesNothing(t *testing.T) {
	t.Parallel()
	e := startFile(t, worker.Options{})
	s := open(t, e)
	must(t, s, "CREATE TABLE t AS SELECT 7 AS i")
	if err := s.Set(t.Context(), "timezone", "Asia/Tokyo"); err != nil {
		t.Fatal(err)
	}
	st, err := s.Prepare(t.Context(), "SELECT i + $1 FROM t", []arrow.DataType{arrow.PrimitiveTypes.Int64})
	if err != nil {
		t.Fatal(err)
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{{Type: arrow.PrimitiveTypes.Int64}}, nil))
	b.Field(0).(*array.Int64Builder).Append(1)
	args := b.NewRecordBatch()
	before := s.Version()
	for range 3 {
		if got, err := run(t.Context(), st, args); err != nil || got[0] != "8" {
			t.Fatalf("got %q, %v", got, err)
		}
		kill(t, e)
	}
	must(t, s, "SELECT current_setting('TimeZone')", "Asia/Tokyo")
	must(t, s, "SELECT current_user", "ann")
	if s.Version() <= before {
		t.Error("Version is not that of another process")
	}
	must(t, s, "ALTER TABLE t ALTER i TYPE varchar")
	kill(t, e)
	_, err = run(t.Context(), st, args)
	mustFail(t, err, "42883", "") // prepared again, it means nothing any more
}

func TestRunningStatement(t *testing.T) {
	t.Parallel()
	e := startFile(t, worker.Options{})
	s, other := open(t, e), open(t, e)
	failed := make(chan error, 1)
	go func() {
		_, err := rows(context.Background(), s, endless)
		failed <- err
	}()
	for range 2 {
		must(t, other, "SELECT 1", "1")
	}
	time.Sleep(50 * time.Millisecond) // most likely it runs; if not yet, it will be run again
	kill(t, e)
	must(t, other, "SELECT 1", "1")
	select {
	case err := <-failed:
		mustFail(t, err, "57P02", "")
	case <-time.After(time.Second): // it was not read by the process that ended
		kill(t, e)
		mustFail(t, <-failed, "57P02", "")
	}
	must(t, s, "SELECT 2", "2")
}

func TestOpenResult(t *testing.T) {
	t.Parallel()
	e := startFile(t, worker.Options{})
	s := open(t, e)
	st, err := s.Prepare(t.Context(), "SELECT range FROM range(10000000)", nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := st.Execute(t.Context(), nil)
	if err != nil || !r.Next() || !r.Next() {
		t.Fatal(err, r.Err())
	}
	b := r.RecordBatch()
	b.Retain()
	kill(t, e)
	for r.Next() { // what had arrived
	}
	mustFail(t, r.Err(), "57P02", "")
	must(t, s, "SELECT 1", "1")
	r.Release()
	if v := b.Column(0).(*array.Int64).Value(1); v != b.Column(0).(*array.Int64).Value(0)+1 {
		t.Errorf("a batch that was retained is %v", b)
	}
	b.Release()
}

func TestTransaction(t *testing.T) {
	t.Parallel()
	e := startFile(t, worker.Options{})
	s := open(t, e)
	tx := s.(engine.Transactor)
	must(t, s, "CREATE TABLE t (i integer)")
	must(t, s, "INSERT INTO t VALUES (1)")
	begin := func() {
		t.Helper()
		if err := tx.Begin(t.Context(), engine.TxOptions{}); err != nil {
			t.Fatal(err)
		}
		must(t, s, "INSERT INTO t VALUES (2)")
		kill(t, e)
	}
	begin()
	_, err := rows(t.Context(), s, "SELECT i FROM t")
	mustFail(t, err, "57P02", "transaction")
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	must(t, s, "SELECT i FROM t", "1")

	begin()
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	must(t, s, "SELECT i FROM t", "1")

	begin()
	mustFail(t, tx.Commit(t.Context()), "57P02", "transaction")
	must(t, s, "SELECT i FROM t", "1")
	if err := tx.Begin(t.Context(), engine.TxOptions{}); err != nil {
		t.Fatal(err)
	}
	must(t, s, "INSERT INTO t VALUES (3)")
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	must(t, s, "SELECT i FROM t ORDER BY i", "1", "3")
}

// TestIncarnation: what is bound to a process is not done in another one, not even
// by a session that would go there without a word.
func TestIncarnation(t *testing.T) {
	t.Parallel()
	e := startFile(t, worker.Options{})
	s := open(t, e)
	must(t, s, "CREATE TABLE t AS SELECT 7 AS i")
	host := s.(interface {
		Incarnation(ctx context.Context) (uint64, error)
	})
	bound := func() context.Context {
		t.Helper()
		n, err := host.Incarnation(t.Context())
		if err != nil || n == 0 {
			t.Fatalf("incarnation %d, %v", n, err)
		}
		return engine.WithIncarnation(t.Context(), n)
	}
	ctx := bound()
	st, err := s.Prepare(ctx, "INSERT INTO t VALUES (8)", nil)
	if err != nil {
		t.Fatal(err)
	}
	kill(t, e)
	for range 2 { // also when the session is in the next process
		if _, err := run(ctx, st, nil); !errors.Is(err, engine.ErrRestarted) {
			t.Fatalf("executed in another process: %v", err)
		}
		if _, err := s.Prepare(ctx, "SELECT 1", nil); !errors.Is(err, engine.ErrRestarted) {
			t.Fatalf("prepared in another process: %v", err)
		}
	}
	if _, err := e.Open(ctx, engine.SessionOptions{}); !errors.Is(err, engine.ErrRestarted) {
		t.Fatalf("opened in another process: %v", err)
	}
	must(t, s, "SELECT i FROM t", "7")
	if _, err := run(bound(), st, nil); err != nil {
		t.Fatal(err)
	}
	must(t, s, "SELECT i FROM t ORDER BY i", "7", "8")
}

// TestSchemasInTheLog: what DuckDB's log cannot bring back after a crash is no
// longer only there.
func TestSchemasInTheLog(t *testing.T) {
	t.Parallel()
	e := startFile(t, worker.Options{})
	s := open(t, e)
	must(t, s, "CREATE TYPE mood AS ENUM ('sad', 'ok')")
	kill(t, e)
	must(t, s, "CREATE SCHEMA shop")
	must(t, s, "CREATE TYPE shop.mood AS ENUM ('good')")
	must(t, s, "CREATE TABLE shop.t AS SELECT 'good'::shop.mood AS a, 'ok'::mood AS b, avg(1.5) AS c, '[1]'::jsonb AS d")
	kill(t, e)
	must(t, s, "SELECT a FROM shop.t", "good")
	must(t, s, "DROP SCHEMA shop CASCADE")
	must(t, s, "CREATE OR REPLACE SCHEMA shop")
	must(t, s, "CREATE TYPE shop.mood AS ENUM ('new')")
	kill(t, e)
	tx := s.(engine.Transactor)
	if err := tx.Begin(t.Context(), engine.TxOptions{}); err != nil {
		t.Fatal(err)
	}
	must(t, s, "CREATE SCHEMA other")
	must(t, s, "CREATE TYPE other.mood AS ENUM ('newer')")
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	kill(t, e)
	must(t, s, "SELECT 'new'::shop.mood", "new")
	must(t, s, "SELECT 'newer'::other.mood", "newer")
}

func TestTemporaryTable(t *testing.T) {
	t.Parallel()
	e := startFile(t, worker.Options{})
	s := open(t, e)
	must(t, s, "CREATE TEMP TABLE mine AS SELECT 1 AS i")
	kill(t, e)
	_, err := rows(t.Context(), s, "SELECT 1")
	mustFail(t, err, "57P02", "temporary tables")
	must(t, s, "SELECT 1", "1")
	_, err = rows(t.Context(), s, "SELECT i FROM mine")
	mustFail(t, err, "42P01", "mine")
}

// TestIgnoredInterrupt: a statement that DuckDB cannot interrupt costs its
// process, and other sessions nothing.
func TestIgnoredInterrupt(t *testing.T) {
	t.Parallel()
	e := startFile(t, worker.Options{KillAfter: 100 * time.Millisecond})
	s, other := open(t, e), open(t, e)
	must(t, other, "CREATE TABLE t AS SELECT 1 AS i")
	pid := worker.PID(e)
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	_, err := rows(ctx, s, "SELECT levenshtein(repeat('x', 100000) || range, repeat('y', 100000)) FROM range(100)")
	mustFail(t, err, "57014", "")
	must(t, other, "SELECT i FROM t", "1")
	must(t, s, "SELECT i FROM t", "1")
	if worker.PID(e) == pid {
		t.Error("the process still lives")
	}
}

// TestPoisoned: an engine that answers, but with nothing that is right, is
// replaced.
func TestPoisoned(t *testing.T) {
	t.Parallel()
	e := startFile(t, worker.Options{})
	s := open(t, e)
	pid := worker.PID(e)
	_, err := rows(t.Context(), s, poison)
	mustFail(t, err, "58030", "")
	for worker.PID(e) == pid {
		time.Sleep(time.Millisecond)
	}
	must(t, s, "SELECT 1", "1")
}

// TestCannotStart: what keeps an engine from opening is told.
func TestCannotStart(t *testing.T) {
	t.Parallel()
	for config, says := range map[string]string{"{": "JSON", `{"Path": "/dev/null/x"}`: "/dev/null/x"} {
		_, err := worker.Start(t.Context(), program, worker.Options{Config: []byte(config)})
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", config, err)
		}
	}
	if _, err := worker.Start(t.Context(), nil, worker.Options{}); err == nil {
		t.Error("a program that has not called Main starts a worker")
	}
}

// TestLargeResults: rows of many slots, a row larger than a slot, and batches
// that are kept for longer than there are slots; through shared memory, and
// through the socket.
func TestLargeResults(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"memory", "socket"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			e := startFile(t, worker.Options{})
			if way == "socket" {
				worker.WithoutMemory(e)
			}
			s := open(t, e)
			st, err := s.Prepare(t.Context(), "SELECT range, repeat('x', CASE WHEN range % 1000000 = 7 THEN 3000000 ELSE 5 END) FROM range(2000000)", nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, keep := range []bool{false, true} {
				r, err := st.Execute(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				var kept []arrow.RecordBatch
				check(t, r, func(b arrow.RecordBatch) {
					if keep {
						b.Retain()
						kept = append(kept, b)
					}
				})
				r.Release()
				n := int64(0)
				for _, b := range kept {
					if v := b.Column(0).(*array.Int64).Value(0); v != n {
						t.Fatalf("a batch that was kept begins with %d, not %d", v, n)
					}
					n += b.NumRows()
					b.Release()
				}
			}
		})
	}
}

// check reads a result of TestLargeResults.
func check(t *testing.T, r engine.Result, each func(b arrow.RecordBatch)) {
	t.Helper()
	n := int64(0)
	for r.Next() {
		b := r.RecordBatch()
		ints, texts := b.Column(0).(*array.Int64), b.Column(1).(*array.String)
		for i := range int(b.NumRows()) {
			want := 5
			if n%1000000 == 7 {
				want = 3000000
			}
			if ints.Value(i) != n || len(texts.Value(i)) != want {
				t.Fatalf("row %d is %d and %d bytes", n, ints.Value(i), len(texts.Value(i)))
			}
			n++
		}
		each(b)
	}
	if r.Err() != nil || n != 2000000 {
		t.Fatalf("%d rows, %v", n, r.Err())
	}
}

// TestStats: an engine counts its processes and what they do.
func TestStats(t *testing.T) {
	t.Parallel()
	var c worker.Counts
	e := start(t, duckdb.Options{}, worker.Options{Counts: &c})
	s, err := e.Open(t.Context(), engine.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(context.Background())
	st, err := s.Prepare(t.Context(), "SELECT i FROM range(100000) AS r(i)", nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := st.Execute(t.Context(), nil)
	if err != nil || !r.Next() || !r.Next() { // the first rows come with the answer
		t.Fatal(err)
	}
	if got := c.Stats(); got.Starts != 1 || got.Processes != 1 || got.Deaths != 0 || got.Sessions != 1 || got.Rings != 1 || got.Results != 1 || got.Bytes == 0 {
		t.Errorf("with an open result: %+v", got)
	}
	for r.Next() {
	}
	r.Release()
	if got := c.Stats(); got.Rings != 0 || got.Bytes < 8*90_000 {
		t.Errorf("behind it: %+v", got)
	}
	kill(t, e)
	if _, err := rows(t.Context(), s, "SELECT 1"); err != nil {
		t.Fatal(err)
	}
	if got := c.Stats(); got.Starts != 2 || got.Processes != 1 || got.Deaths != 1 || got.Kills != 0 || got.Broken != 0 {
		t.Errorf("after a death: %+v", got)
	}
}
