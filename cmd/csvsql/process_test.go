package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
)

// served is a csvsql that runs as a process of its own. The zero value is not
// started.
type served struct {
	uri            string
	cmd            *exec.Cmd
	exited         chan struct{}
	stdout, stderr *output
}

// output is what a process has written so far. ready, if not nil, is sent the URI
// in the line that says how to connect.
type output struct {
	mu    sync.Mutex
	buf   bytes.Buffer
	ready chan string
}

var psqlLine = regexp.MustCompile(`(?m)^psql "(.*)"\n`)

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n, err := o.buf.Write(b)
	if m := psqlLine.FindSubmatch(o.buf.Bytes()); m != nil && o.ready != nil {
		o.ready <- string(m[1])
		o.ready = nil
	}
	return n, err
}

// start runs csvsql, which TestMain has put into PATH, in the directory and waits
// until it is ready. Without --listen it listens on a free port. env is added to
// the environment.
func (s *served) start(dir string, env []string, args ...string) error {
	if !strings.Contains(strings.Join(args, " "), "--listen") {
		args = append([]string{"--listen=127.0.0.1:0"}, args...)
	}
	ready := make(chan string, 1)
	s.stdout, s.stderr = &output{ready: ready}, &output{}
	s.exited = make(chan struct{})
	cmd := exec.Command("csvsql", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = s.stdout, s.stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	s.cmd = cmd
	go func() {
		cmd.Wait()
		close(s.exited)
	}()
	select {
	case s.uri = <-ready:
		return nil
	case <-s.exited:
		s.cmd = nil
		return fmt.Errorf("csvsql did not start: %s%s", &s.stdout.buf, &s.stderr.buf)
	}
}

// wait waits for the end and returns the exit code, -1 after a signal.
func (s *served) wait() int {
	<-s.exited
	code := s.cmd.ProcessState.ExitCode()
	s.cmd = nil
	return code
}

// kill ends the process if it runs.
func (s *served) kill() {
	if s.cmd != nil {
		s.cmd.Process.Kill()
		s.wait()
	}
}
