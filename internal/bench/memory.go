package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// memory is the report on what a server needs while it streams a long answer.
type memory struct {
	setup string // runs first, on the same server
	sql   string
}

func (m memory) run(ctx context.Context, e *environment, w io.Writer) error {
	s, err := startCSVSQL(ctx, e.csvsql, e.csv, "--memory", "64MB")
	if err != nil {
		return err
	}
	defer s.stop()
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if m.setup != "" {
		if _, err := c.Exec(ctx, m.setup); err != nil {
			return err
		}
	}
	idle, err := treePss(s.pid)
	if err != nil {
		return err
	}
	peak := watchPss(s.pid)
	start := time.Now()
	var first time.Duration
	var rows int64
	r := c.Query(ctx, m.sql)
	for r.NextResult() {
		for r.NextRow() {
			if rows++; rows == 1 {
				first = time.Since(start)
			}
		}
	}
	err = r.Close()
	total := time.Since(start)
	highest, lost := peak()
	if err != nil || lost != nil {
		return fmt.Errorf("%w, %w", err, lost)
	}
	fmt.Fprintf(w, "  rows               %d\n", rows)
	fmt.Fprintf(w, "  first row          %v\n", round(first))
	fmt.Fprintf(w, "  all rows           %v, %.2f million a second\n", round(total), float64(rows)/total.Seconds()/1e6)
	fmt.Fprintf(w, "  Pss before         %d MB\n", idle>>20)
	fmt.Fprintf(w, "  Pss at its highest %d MB, sampled every %v\n", highest>>20, samplingPeriod)
	return nil
}

const samplingPeriod = 20 * time.Millisecond

// watchPss samples the memory of a process and its children until the function
// that it returns is called, which returns the highest sample.
func watchPss(pid int) (peak func() (int64, error)) {
	over := make(chan struct{})
	type answer struct {
		bytes int64
		err   error
	}
	result := make(chan answer)
	go func() {
		var a answer
		for a.err == nil {
			var now int64
			now, a.err = treePss(pid)
			a.bytes = max(a.bytes, now)
			select {
			case <-over:
				result <- a
				return
			case <-time.After(samplingPeriod):
			}
		}
		<-over
		result <- a
	}()
	return func() (int64, error) {
		close(over)
		a := <-result
		return a.bytes, a.err
	}
}

// treePss is the proportional set size, in bytes, of a process and those that
// descend from it: memory they share counts once.
func treePss(pid int) (int64, error) {
	total, err := pss(pid)
	if err != nil {
		return 0, err
	}
	below, err := descendants(pid)
	for _, p := range below {
		if n, err := pss(p); err == nil { // it may have ended by now
			total += n
		}
	}
	return total, err
}

func pss(pid int) (int64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, err
	}
	for in := bufio.NewScanner(bytes.NewReader(b)); in.Scan(); {
		if value, ok := strings.CutPrefix(in.Text(), "Pss:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(value, "kB")), 10, 64)
			return kb << 10, err
		}
	}
	return 0, fmt.Errorf("process %d: no Pss in smaps_rollup", pid)
}

// descendants are the processes that descend from one.
func descendants(pid int) ([]int, error) {
	children, err := childrenOf()
	if err != nil {
		return nil, err
	}
	all := children[pid]
	for i := 0; i < len(all); i++ {
		all = append(all, children[all[i]]...)
	}
	return all, nil
}

// childrenOf maps each process to its children.
func childrenOf() (map[int][]int, error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	children := make(map[int][]int)
	for _, path := range stats {
		b, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		// pid (name) state ppid ...; the name may have anything in it.
		fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
		if len(fields) < 2 {
			continue
		}
		parent, err := strconv.Atoi(fields[1])
		if err != nil {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			continue
		}
		children[parent] = append(children[parent], pid)
	}
	return children, nil
}
