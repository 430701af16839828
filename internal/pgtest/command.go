package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"time"
)

// Build builds the command csvsql into dir and returns its path.
func Build(ctx context.Context, dir string) (bin string, err error) {
	bin = filepath.Join(dir, "csvsql")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", bin, "github.com/csvsql/csvsql/cmd/csvsql")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building csvsql: %w\n%s", err, out)
	}
	return bin, nil
}

// Command is a running csvsql.
type Command struct {
	Addr string // host:port on the loopback interface
	cmd  *exec.Cmd
	log  *commandLog
	done chan struct{} // closed when the process has ended
	err  error         // how, once it has
}

// commandLog is what a csvsql prints. The address in the line that says how to
// connect is sent to ready.
type commandLog struct {
	mu    sync.Mutex
	b     bytes.Buffer
	ready chan string
}

var connectLine = regexp.MustCompile(`(?m)^psql ".*@(127\.0\.0\.1:\d+)/.*"\n`)

// Write implements [io.Writer].
func (l *commandLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.b.Write(b)
	if m := connectLine.FindSubmatch(l.b.Bytes()); m != nil && l.ready != nil {
		l.ready <- string(m[1])
		l.ready = nil
	}
	return len(b), nil
}

func (l *commandLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// RunCommand starts bin, which Build has built, on a port that is free, and
// returns once its files are loaded. The caller stops it.
func RunCommand(ctx context.Context, bin string, args ...string) (*Command, error) {
	ready := make(chan string, 1)
	c := &Command{log: &commandLog{ready: ready}, done: make(chan struct{})}
	c.cmd = exec.Command(bin, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	c.cmd.Stdout, c.cmd.Stderr = c.log, c.log
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		c.err = c.cmd.Wait()
		close(c.done)
	}()
	var err error
	select {
	case c.Addr = <-ready:
		return c, nil
	case <-c.done:
		err = errors.New("ended at start")
	case <-time.After(time.Minute):
		err = errors.New("it is not ready")
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	c.cmd.Process.Kill()
	<-c.done
	return nil, fmt.Errorf("csvsql: %w\n%s", err, c.log)
}

// PID is the process id of the server.
func (c *Command) PID() int { return c.cmd.Process.Pid }

// Log is what it has printed.
func (c *Command) Log() string { return c.log.String() }

// Stop asks the server to end, as a service manager would. That it does not, or
// not with status 0, is an error.
func (c *Command) Stop() error {
	c.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-c.done:
	case <-time.After(30 * time.Second):
		c.cmd.Process.Kill()
		<-c.done
		return fmt.Errorf("csvsql does not end\n%s", c.log)
	}
	if c.err != nil {
		return fmt.Errorf("csvsql: %w\n%s", c.err, c.log)
	}
	return nil
}
