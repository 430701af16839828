// Bench compares csvsql with a PostgreSQL on the same machine, over the same data
// and with the same client, and measures what csvsql needs.
//
// The two servers take turns, run by run, so that what else the machine does
// hits both; the first run of each is dropped; the table has medians. Before a
// case is measured the two have to give the same answer.
//
//	go run ./internal/bench -run 'select|groupby' -rows 200000
//	go run ./internal/bench -run 'select1|lookup' -isolation none
//
// With -worker it compares csvsql with itself: the engine in the server's process,
// and in one of its own.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/csvsql/csvsql/internal/pgtest"
)

// environment is what all measurements share.
type environment struct {
	csvsql  string // the program
	csv     string // the data
	rows    int    // of it
	repeats int

	isolation string // of csvsql beside PostgreSQL
}

// report measures csvsql alone and writes what it found.
type report struct {
	name, what string
	run        func(ctx context.Context, e *environment, w io.Writer) error
}

func main() {
	run := flag.String("run", "", "run the cases whose name matches this `regexp`")
	repeats := flag.Int("repeats", 6, "runs of each case on each server; the first is dropped")
	rows := flag.Int("rows", 1_500_000, "rows of lineitem")
	pg := flag.String("pg", "", "`folder` of PostgreSQL's programs; empty: the newest that is installed")
	isolation := flag.String("isolation", "process", "where csvsql's engine runs beside PostgreSQL: `process` or none")
	worker := flag.Bool("worker", false, "compare csvsql with its engine in its own process and in another one")
	self := flag.Bool("self", false, "compare PostgreSQL with itself: how far the numbers can be trusted")
	list := flag.Bool("list", false, "list the cases and end")
	flag.Parse()
	if *list {
		listCases(os.Stdout)
		return
	}
	pattern, err := regexp.Compile(*run)
	if err == nil && (*repeats < 2 || *rows < 1 || flag.NArg() > 0) {
		err = errors.New("needs at least 2 repeats, 1 row and no arguments")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	e := &environment{rows: *rows, repeats: *repeats, isolation: *isolation}
	kind := against(*self, *worker)
	if err := e.bench(ctx, os.Stdout, pattern, *pg, kind); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func listCases(w io.Writer) {
	for _, b := range cases() {
		fmt.Fprintf(w, "%-18s %s\n", b.name, b.what)
	}
	for _, r := range reports() {
		fmt.Fprintf(w, "%-18s %s\n", r.name, r.what)
	}
}

func (e *environment) bench(ctx context.Context, w io.Writer, pattern *regexp.Regexp, pg string, kind comparison) error {
	dir, err := os.MkdirTemp("", "csvsql-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := e.makeData(dir); err != nil {
		return err
	}
	if kind != postgresItself {
		if e.csvsql, err = pgtest.Build(ctx, dir); err != nil {
			return err
		}
	}
	fmt.Fprintln(w, machine())
	selected := slices.DeleteFunc(cases(), func(b benchmark) bool { return !pattern.MatchString(b.name) })
	if len(selected) > 0 {
		if err := e.compareAll(ctx, w, selected, pg, kind); err != nil {
			return err
		}
	}
	if kind == postgresItself {
		return nil
	}
	for _, r := range reports() {
		if !pattern.MatchString(r.name) {
			continue
		}
		fmt.Fprintf(w, "\n%s: %s\n", r.name, r.what)
		if err := r.run(ctx, e, w); err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
	}
	return nil
}

// makeData writes lineitem.csv where both servers can read it.
func (e *environment) makeData(dir string) error {
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	e.csv = filepath.Join(dir, lineitem().name+".csv")
	f, err := os.OpenFile(e.csv, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	return errors.Join(writeLineitem(f, e.rows), f.Close())
}

// compareAll runs the cases on both servers and prints the table.
func (e *environment) compareAll(ctx context.Context, w io.Writer, selected []benchmark, pg string, kind comparison) error {
	start := e.servers(pg, kind)
	theirs, err := start[0](ctx)
	if errors.Is(err, pgtest.ErrNotInstalled) {
		fmt.Fprintf(w, "SKIPPED the comparison: %v\n", err)
		return nil
	}
	if err != nil {
		return err
	}
	defer theirs.stop()
	ours, err := start[1](ctx)
	if err != nil {
		return err
	}
	defer ours.stop()
	fmt.Fprintf(w, "%s\n%s\nlineitem: %d rows; %d runs each, taking turns, the first dropped; medians\n\n",
		theirs.config, ours.config, e.rows, e.repeats)
	for _, s := range []*server{theirs, ours} {
		if err := s.prepare(ctx); err != nil {
			return fmt.Errorf("%s: loading lineitem: %w", s.config, err)
		}
	}
	fmt.Fprintf(w, "%-18s %12s %12s %8s  %-13s %5s  %s\n", "case", theirs.kind, ours.kind, "ratio", "spread", "CPU", "throughput of the second")
	for _, b := range selected {
		if err := e.compare(ctx, w, b, theirs, ours); err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
	}
	fmt.Fprintln(w, "\nratio: the first one's time / the second's; spread: (slowest - fastest) / median, of each;\nCPU: the second one's processor time / the first's")
	return nil
}

// comparison is what is compared with what.
type comparison uint8

const (
	withPostgres   comparison = iota // csvsql with PostgreSQL
	postgresItself                   // PostgreSQL with PostgreSQL
	withWorker                       // csvsql whose engine is in its own process with one where it is in another
)

func against(self, worker bool) comparison {
	switch {
	case self:
		return postgresItself
	case worker:
		return withWorker
	}
	return withPostgres
}

// servers start the two servers of a comparison.
func (e *environment) servers(pg string, kind comparison) [2]func(ctx context.Context) (*server, error) {
	postgres := func(ctx context.Context) (*server, error) { return startPostgres(ctx, pg, e.csv) }
	csvsql := func(flags ...string) func(ctx context.Context) (*server, error) {
		return func(ctx context.Context) (*server, error) { return startCSVSQL(ctx, e.csvsql, e.csv, flags...) }
	}
	switch kind {
	case postgresItself:
		return [2]func(ctx context.Context) (*server, error){postgres, postgres}
	case withWorker:
		return [2]func(ctx context.Context) (*server, error){csvsql("--isolation=none"), csvsql("--isolation=process")}
	}
	return [2]func(ctx context.Context) (*server, error){postgres, csvsql("--isolation=" + e.isolation)}
}

func (e *environment) compare(ctx context.Context, w io.Writer, b benchmark, theirs, ours *server) error {
	if b.sql != "" && !b.unequal {
		seed := maphash.MakeSeed()
		want, err := theirs.checksum(ctx, seed, b.sqlFor(theirs))
		if err != nil {
			return err
		}
		got, err := ours.checksum(ctx, seed, b.sqlFor(ours))
		if err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("the answers differ: %s %v, %s %v", theirs.kind, want, ours.kind, got)
		}
	}
	samples, err := interleave(e.repeats,
		func() (sample, error) { return b.on(ctx, theirs) },
		func() (sample, error) { return b.on(ctx, ours) },
	)
	if err != nil {
		return err
	}
	a, c := summarize(samples[0]), summarize(samples[1])
	fmt.Fprintf(w, "%-18s %12v %12v %8.2f  %3.0f%% %3.0f%%      %5s  %s\n", b.name, round(a.median), round(c.median),
		a.median.Seconds()/c.median.Seconds(), a.spread*100, c.spread*100, cpuRatio(samples[0], samples[1]), throughput(samples[1][0], c.median))
	return nil
}

// throughput is empty for cases that return no rows to speak of.
func throughput(s sample, d time.Duration) string {
	if s.rows < 1000 {
		return ""
	}
	return fmt.Sprintf("%.0f MB/s, %.2f million rows/s", float64(s.bytes)/d.Seconds()/1e6, float64(s.rows)/d.Seconds()/1e6)
}

// machine is the first line of the report.
func machine() string {
	cpu := "unknown processor"
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(b)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				cpu = strings.TrimSpace(value)
				break
			}
		}
	}
	load, _ := os.ReadFile("/proc/loadavg")
	return fmt.Sprintf("%s/%s, %d processors, %s, %s; load %s", runtime.GOOS, runtime.GOARCH,
		runtime.NumCPU(), cpu, runtime.Version(), strings.TrimSpace(string(load)))
}
