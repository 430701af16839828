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

	"github.com/csvsql/csvsql/wire/client"
)

// memory is the report on what a server needs while much streams through it.
type memory struct {
	limit  string // of --memory
	setup  string // runs first, on the same server
	stream func(ctx context.Context, c *client.Conn, p *progress) error
}

// progress is what has gone by.
type progress struct {
	start       time.Time
	first       time.Duration // to the first of it
	rows, bytes int64         // what is not counted is 0
}

func (p *progress) begun() {
	if p.first == 0 {
		p.first = time.Since(p.start)
	}
}

func (m memory) run(ctx context.Context, e *environment, w io.Writer) error {
	s, err := startCSVSQL(ctx, e.csvsql, e.csv, "--memory", m.limit)
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
	p := progress{start: time.Now()}
	err = m.stream(ctx, c, &p)
	total := time.Since(p.start)
	highest, lost := peak()
	if err != nil || lost != nil {
		return fmt.Errorf("%w, %w", err, lost)
	}
	if p.rows > 0 {
		fmt.Fprintf(w, "  rows               %d, %.2f million a second\n", p.rows, float64(p.rows)/total.Seconds()/1e6)
	}
	if p.bytes > 0 {
		fmt.Fprintf(w, "  data               %.1f GB, %.0f MB a second\n", float64(p.bytes)/1e9, float64(p.bytes)/total.Seconds()/1e6)
	}
	fmt.Fprintf(w, "  to the first       %v\n", round(p.first))
	fmt.Fprintf(w, "  to the end         %v\n", round(total))
	fmt.Fprintf(w, "  Pss before         %d MB\n", idle>>20)
	fmt.Fprintf(w, "  Pss at its highest %d MB, sampled every %v\n", highest>>20, samplingPeriod)
	return nil
}

// reading reads the rows of a query.
func reading(sql string) func(ctx context.Context, c *client.Conn, p *progress) error {
	return func(ctx context.Context, c *client.Conn, p *progress) error {
		r := c.Query(ctx, sql)
		for r.NextResult() {
			for r.NextRow() {
				p.begun()
				p.rows++
			}
		}
		return r.Close()
	}
}

// copyingOut takes the data of a COPY TO STDOUT.
func copyingOut(sql string) func(ctx context.Context, c *client.Conn, p *progress) error {
	return func(ctx context.Context, c *client.Conn, p *progress) error {
		_, err := c.CopyOut(ctx, sql, tally{p})
		return err
	}
}

// tally counts what is written to it.
type tally struct{ p *progress }

func (c tally) Write(b []byte) (int, error) {
	c.p.begun()
	c.p.bytes += int64(len(b))
	return len(b), nil
}

// copyingIn sends as many bytes to a COPY FROM STDIN, made on the way: rows of a
// number and a text, tab between them.
func copyingIn(sql string, bytes int64) func(ctx context.Context, c *client.Conn, p *progress) error {
	return func(ctx context.Context, c *client.Conn, p *progress) error {
		_, err := c.CopyIn(ctx, sql, &rowSource{p: p, left: bytes})
		return err
	}
}

// rowSource is the data of copyingIn.
type rowSource struct {
	p    *progress
	left int64
	rest []byte // of rows that were made
	rows []byte // its memory
}

func (s *rowSource) Read(b []byte) (int, error) {
	if len(s.rest) == 0 {
		if s.left <= 0 {
			return 0, io.EOF
		}
		s.rows = s.rows[:0]
		for range 1000 {
			s.p.rows++
			s.rows = strconv.AppendInt(s.rows, s.p.rows, 10)
			s.rows = append(s.rows, "\tof the row with the number "...)
			s.rows = strconv.AppendInt(s.rows, s.p.rows*7919, 10)
			s.rows = append(s.rows, ", and what else there is to say of it, which makes it as long as rows are\n"...)
		}
		s.rest = s.rows
		s.left -= int64(len(s.rows))
	}
	n := copy(b, s.rest)
	s.rest = s.rest[n:]
	s.p.begun()
	s.p.bytes += int64(n)
	return n, nil
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
