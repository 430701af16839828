package duckdb_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/duckdb"
)

// streamRows is the length of a result that would not fit: 1.6 GB in two bigints.
const streamRows = 100_000_000

// streamQuery in the environment makes TestLongStream the process to be measured.
const streamQuery = "CSVSQL_TEST_STREAM_QUERY"

// TestLongStream streams 1e8 rows in a process of its own, under a limit of
// 64 MB for DuckDB, and looks at the peak of that process's memory.
func TestLongStream(t *testing.T) {
	if sql := os.Getenv(streamQuery); sql != "" {
		stream(t, sql)
		return
	}
	if testing.Short() {
		t.Skip("takes seconds")
	}
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc")
	}
	if raceDetector {
		t.Skip("the race detector's own memory would be measured")
	}
	for name, sql := range map[string]string{
		"range": "SELECT range AS a, range * 2 AS b FROM range(100000000)",
		"table": "SELECT a, b FROM stored",
	} {
		t.Run(name, func(t *testing.T) {
			c := exec.Command(os.Args[0], "-test.run=^TestLongStream$", "-test.v")
			c.Env = append(os.Environ(), streamQuery+"="+sql)
			out, err := c.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			_, figures, _ := strings.Cut(string(out), "measured: ")
			var kB, firstMs, cancelMs int
			if _, err := fmt.Sscanf(figures, "%d kB, first batch %d ms, cancel %d ms", &kB, &firstMs, &cancelMs); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			t.Logf("%d rows: peak %d MB, first batch after %d ms, canceled within %d ms", streamRows, kB>>10, firstMs, cancelMs)
			// A quarter of the result: a result that is collected is far above,
			// and how far below one is depends on the machine's cores.
			if kB > 400<<10 {
				t.Errorf("peak memory is %d MB", kB>>10)
			}
		})
	}
}

func stream(t *testing.T, sql string) {
	dir := t.TempDir()
	e := open(t, duckdb.Options{Path: filepath.Join(dir, "t.duckdb"), TempDir: t.TempDir(), Memory: 64 << 20})
	s, err := e.Open(t.Context(), engine.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(sql, "stored") {
		run(t, s, fmt.Sprintf("CREATE TABLE stored AS SELECT range AS a, range * 2 AS b FROM range(%d)", streamRows))
	}
	start := time.Now()
	r := result(t, t.Context(), s, sql)
	rows := int64(0)
	var first time.Duration
	for r.Next() {
		if rows == 0 {
			first = time.Since(start)
		}
		rows += r.RecordBatch().NumRows()
	}
	if r.Err() != nil || rows != streamRows {
		t.Fatalf("%d rows, %v", rows, r.Err())
	}
	r.Release()
	t.Logf("streamed in %v", time.Since(start))

	ctx, cancel := context.WithCancelCause(t.Context())
	r = result(t, ctx, s, sql)
	defer r.Release()
	if !r.Next() {
		t.Fatal(r.Err())
	}
	start = time.Now()
	cancel(errors.New("enough"))
	for r.Next() {
	}
	canceled := time.Since(start)
	if e := (*engine.Error)(nil); !errors.As(r.Err(), &e) || e.Code != "57014" {
		t.Fatal(r.Err())
	}
	fmt.Printf("measured: %d kB, first batch %d ms, cancel %d ms\n", peakMemory(t), first.Milliseconds(), canceled.Milliseconds())
}

// peakMemory is the high-water mark of the resident set, in kB.
func peakMemory(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, line, _ := strings.Cut(string(status), "VmHWM:")
	var kB int
	if _, err := fmt.Sscanf(line, "%d kB", &kB); err != nil {
		t.Fatal(err)
	}
	return kB
}
