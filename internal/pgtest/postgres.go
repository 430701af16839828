// Package pgtest compares servers with PostgreSQL.
//
// [Start] runs a real PostgreSQL for a test. [Scripts] are conversations in the
// PostgreSQL protocol, written down message by message with the answers that
// PostgreSQL gave; package wiretest holds any server to them.
package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/csvsql/csvsql/wire/client"
)

// User is the superuser of a started PostgreSQL. It needs no password.
const User = "postgres"

// ErrNotInstalled says that there is no PostgreSQL on this machine.
var ErrNotInstalled = errors.New("no PostgreSQL server found: neither initdb and postgres in PATH nor /usr/lib/postgresql/*/bin")

// Postgres is a running PostgreSQL server with a cluster of its own.
type Postgres struct {
	Addr    string // host:port on the loopback interface
	Version string // "15.18"

	dir  string // everything it has written
	cmd  *exec.Cmd
	log  *bytes.Buffer
	done chan struct{} // closed when the process has ended
}

// Options say how to run PostgreSQL. The zero value is good for tests.
type Options struct {
	Bin      string            // folder of initdb and postgres; empty: looked for
	Settings map[string]string // of postgresql.conf, over those for a fast throw-away server
	HBA      string            // pg_hba.conf; empty: everybody is trusted. User must get in without a password.
}

// Start runs PostgreSQL for the time of a test. Where it is not installed the
// test is skipped.
func Start(t testing.TB) *Postgres {
	t.Helper()
	return StartWith(t, Options{})
}

// StartWith is Start with options.
func StartWith(t testing.TB, o Options) *Postgres {
	t.Helper()
	p, err := Run(context.Background(), o)
	if errors.Is(err, ErrNotInstalled) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// Connect opens a connection for the time of a test.
func (p *Postgres) Connect(t testing.TB) *client.Conn {
	t.Helper()
	c, err := client.Dial(context.Background(), p.Addr, client.Config{User: User, Database: User})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// Run makes a new cluster in a temporary folder and starts a server on it. The
// caller stops it. PostgreSQL refuses to run as root; if we are root, it runs as
// the user postgres or nobody.
func Run(ctx context.Context, o Options) (*Postgres, error) {
	bin := o.Bin
	if bin == "" {
		var err error
		if bin, err = Bin(); err != nil {
			return nil, err
		}
	}
	account, err := unprivileged()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		return nil, err
	}
	p := &Postgres{dir: dir}
	if err = account.own(dir); err == nil {
		err = p.start(ctx, bin, account, o)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return p, nil
}

// Bin returns the folder of the newest installed PostgreSQL's programs, or
// ErrNotInstalled.
func Bin() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) > 0 {
		major := func(path string) int {
			n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
			return n
		}
		newest := slices.MaxFunc(found, func(a, b string) int { return major(a) - major(b) })
		return filepath.Dir(newest), nil
	}
	initdb, err := exec.LookPath("initdb")
	if err != nil {
		return "", ErrNotInstalled
	}
	return filepath.Dir(initdb), nil
}

func (p *Postgres) start(ctx context.Context, bin string, account account, o Options) error {
	data := filepath.Join(p.dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-U", User,
		"--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
	initdb.Dir, initdb.SysProcAttr = p.dir, account.attr()
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	if o.HBA != "" {
		if err := os.WriteFile(filepath.Join(data, "pg_hba.conf"), []byte(o.HBA+"\n"), 0o600); err != nil {
			return err
		}
	}
	// Another process may take the port between its choice and its use.
	var err error
	for range 3 {
		if err = p.serve(ctx, bin, data, account, o); err == nil {
			return nil
		}
	}
	return err
}

// settings make a server that is fast to start and to stop, and that loses its
// data in a crash.
func settings() map[string]string {
	return map[string]string{
		"fsync":                   "off",
		"synchronous_commit":      "off",
		"full_page_writes":        "off",
		"max_wal_senders":         "0",
		"wal_level":               "minimal",
		"logging_collector":       "off",
		"unix_socket_directories": "",
		"listen_addresses":        "127.0.0.1",
		"timezone":                "UTC",
		"lc_messages":             "C",
	}
}

func (p *Postgres) serve(ctx context.Context, bin, data string, account account, o Options) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	all := settings()
	for name, value := range o.Settings {
		all[name] = value
	}
	args := []string{"-D", data, "-p", port}
	for name, value := range all {
		args = append(args, "-c", name+"="+value)
	}
	p.log = new(bytes.Buffer)
	p.cmd = exec.Command(filepath.Join(bin, "postgres"), args...)
	p.cmd.Dir, p.cmd.SysProcAttr = p.dir, account.attr()
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	p.done = make(chan struct{})
	go func() {
		p.cmd.Wait()
		close(p.done)
	}()
	p.Addr = net.JoinHostPort("127.0.0.1", port)
	if err := p.await(ctx, data); err != nil {
		p.kill()
		return fmt.Errorf("postgres: %w\n%s", err, p.log)
	}
	return nil
}

// await returns once the server answers that has its data there.
func (p *Postgres) await(ctx context.Context, data string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		c, err := client.Dial(ctx, p.Addr, client.Config{User: User, Database: User})
		if err == nil {
			p.Version = c.Parameter("server_version")
			return errors.Join(isServer(ctx, c, data), c.Close())
		}
		select {
		case <-p.done:
			return errors.New("ended at start")
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// isServer fails if c leads to another server, which has taken the port.
func isServer(ctx context.Context, c *client.Conn, data string) error {
	r := c.Query(ctx, "SHOW data_directory")
	var got string
	for r.NextResult() && r.NextRow() {
		fields, err := r.Row().AppendFields(nil)
		if err != nil {
			return errors.Join(err, r.Close())
		}
		got = string(fields[0])
	}
	if err := r.Close(); err != nil {
		return err
	}
	if got != data {
		return fmt.Errorf("a server with its data in %q has taken the port", got)
	}
	return nil
}

// PID is the process id of the postmaster.
func (p *Postgres) PID() int { return p.cmd.Process.Pid }

// Log is what the server has written to its log. It must not be called before Stop.
func (p *Postgres) Log() string { return p.log.String() }

// Stop ends the server and its connections and removes its files.
func (p *Postgres) Stop() error {
	p.cmd.Process.Signal(syscall.SIGINT) // "fast shutdown"
	select {
	case <-p.done:
	case <-time.After(30 * time.Second):
		p.kill()
	}
	return os.RemoveAll(p.dir)
}

func (p *Postgres) kill() {
	p.cmd.Process.Signal(syscall.SIGQUIT) // takes its children along, as SIGKILL would not
	<-p.done
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
