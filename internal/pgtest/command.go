package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/csvsql/csvsql/wire/client"
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
	log  *bytes.Buffer
	done chan struct{} // closed when the process has ended
	err  error         // how, once it has
}

// RunCommand starts bin, which Build has built, on a free port, and returns once
// it answers. The caller stops it.
func RunCommand(ctx context.Context, bin string, args ...string) (*Command, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	c := &Command{
		Addr: net.JoinHostPort("127.0.0.1", port),
		log:  new(bytes.Buffer),
		done: make(chan struct{}),
	}
	c.cmd = exec.Command(bin, append([]string{"serve", "--listen", c.Addr}, args...)...)
	c.cmd.Stdout, c.cmd.Stderr = c.log, c.log
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		c.err = c.cmd.Wait()
		close(c.done)
	}()
	if err := c.await(ctx); err != nil {
		c.cmd.Process.Kill()
		<-c.done
		return nil, fmt.Errorf("csvsql: %w\n%s", err, c.log)
	}
	return c, nil
}

// await returns once the server answers.
func (c *Command) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		conn, err := client.Dial(ctx, c.Addr, client.Config{User: User})
		if err == nil {
			return conn.Close()
		}
		select {
		case <-c.done:
			return errors.New("ended at start")
		case <-ctx.Done():
			return err
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// PID is the process id of the server.
func (c *Command) PID() int { return c.cmd.Process.Pid }

// Log is what it has printed. It must not be called before Stop.
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
