package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/csvsql/csvsql/wire/client"
)

// restart measures how long clients are without an engine after its process was
// killed, and how long a server takes to its first answer.
func restart(ctx context.Context, e *environment, w io.Writer) error {
	dir, err := os.MkdirTemp("", "csvsql-restart")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	db := "--db=" + filepath.Join(dir, "tables.duckdb")
	s, err := startCSVSQL(ctx, e.csvsql, e.csv, db)
	if err != nil {
		return err
	}
	defer s.stop()
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	// What is random is not made smaller.
	if _, err := c.Exec(ctx, "CREATE TABLE big AS SELECT random() AS a, random() AS b FROM range(64000000)"); err != nil {
		return err
	}
	var waits []time.Duration
	for range e.repeats {
		d, err := killEngine(ctx, s.pid, c)
		if err != nil {
			return err
		}
		waits = append(waits, d)
	}
	fmt.Fprintf(w, "kill -9 to the next answer: %v, %d times\n", round(median(waits)), len(waits))
	for _, isolation := range []string{"none", "process"} {
		var starts []time.Duration
		for range e.repeats {
			begin := time.Now()
			s, err := startCSVSQL(ctx, e.csvsql, e.csv, "--isolation="+isolation)
			if err != nil {
				return err
			}
			c, err := s.connect(ctx)
			if err == nil {
				_, err = c.Exec(ctx, "SELECT 1")
				c.Close()
			}
			starts = append(starts, time.Since(begin))
			if err := errors.Join(err, s.stop()); err != nil {
				return err
			}
		}
		fmt.Fprintf(w, "start to the first answer, --isolation=%s: %v\n", isolation, round(median(starts)))
	}
	return nil
}

// killEngine kills the child of the server and returns how long it takes until a
// statement is answered, which may fail once: it may be sent to the process that
// dies.
func killEngine(ctx context.Context, server int, c *client.Conn) (time.Duration, error) {
	pid, err := childOf(server)
	if err != nil {
		return 0, err
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	if err := p.Kill(); err != nil {
		return 0, err
	}
	for range 2 {
		if _, err = c.Exec(ctx, "SELECT a FROM big LIMIT 1"); err == nil {
			break
		}
	}
	return time.Since(begin), err
}

// childOf is the only child of a process.
func childOf(pid int) (int, error) {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		return 0, err
	}
	for _, t := range tasks {
		if b, err := os.ReadFile(t); err == nil && len(b) > 0 {
			return strconv.Atoi(strings.TrimSpace(string(b)))
		}
	}
	return 0, errors.New("the server's engine has no process of its own")
}
