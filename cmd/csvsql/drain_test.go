package main

import (
	"bytes"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

// running starts csvsql and a query on it, and returns when the first row of the
// result is there.
func running(t *testing.T, sql string) (*served, *client.Results) {
	t.Helper()
	s := &served{}
	if err := s.start(t.TempDir(), []string{"TMPDIR=" + t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	u, err := url.Parse(s.uri)
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.Dial(t.Context(), u.Host, client.Config{User: "user", Database: "csvsql"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	r := c.Query(t.Context(), sql)
	if !r.NextResult() || !r.NextRow() {
		t.Fatal(r.Close())
	}
	return s, r
}

// TestDrain holds that a signal lets a statement end whose result is on its way:
// larger than what fits into buffers and sockets, so that it is not there yet.
func TestDrain(t *testing.T) {
	t.Parallel()
	const rows = 3_000_000
	s, r := running(t, "SELECT range, 'some text that takes its place' FROM range(3000000)")
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	n := 1
	for r.NextRow() {
		n++
	}
	if err := r.Close(); n != rows {
		t.Errorf("%d rows of %d, %v", n, rows, err)
	}
	if code := s.wait(); code != exitOK {
		t.Errorf("exit code %d: %s", code, &s.stderr.buf)
	}
}

// TestSecondSignal holds that a second signal ends statements.
func TestSecondSignal(t *testing.T) {
	t.Parallel()
	s, r := running(t, "SELECT range FROM range(1000000000000)")
	// Two of a kind could arrive as one.
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		if err := s.cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
	}
	for r.NextRow() {
	}
	err := r.Close()
	var e *wire.Error
	if !errors.As(err, &e) || e.Code != "57P01" {
		t.Errorf("the statement ended with %v", err)
	}
	if code := s.wait(); code != exitOK {
		t.Errorf("exit code %d: %s", code, &s.stderr.buf)
	}
}

// TestReaderGone holds that query ends, quietly, when nobody reads its output any
// more: this one would go on for hours.
func TestReaderGone(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("csvsql", "query", "--format=csv", "-c", "SELECT range FROM range(1000000000000)")
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var some [100]byte
	if _, err := stdout.Read(some[:]); err != nil {
		t.Error(err)
	}
	stdout.Close()
	if cmd.Wait(); cmd.ProcessState.ExitCode() != exitError || stderr.Len() > 0 {
		t.Errorf("%v: %s", cmd.ProcessState, &stderr)
	}
}
