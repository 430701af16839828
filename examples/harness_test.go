package examples

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// programs is the folder with the built examples. Building them all at once
// costs one start of the go command.
var programs = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "csvsql-examples")
	if err != nil {
		return "", err
	}
	out, err := exec.Command("go", "build", "-o", dir+string(filepath.Separator), "./...").CombinedOutput()
	if err != nil {
		return dir, errors.Join(err, errors.New(string(out)))
	}
	return dir, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, _ := programs(); dir != "" {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// program is a running example.
type program struct {
	addr string
	dir  string // that it runs in
	cmd  *exec.Cmd
	log  *bufio.Reader // of its standard error, behind the address
	out  io.Reader     // its standard output
}

// start runs an example on a free port until the test has ended. It runs in a
// folder that looks as the root of the repository does to it.
func start(t *testing.T, name string, args ...string) *program {
	t.Helper()
	dir, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(dir, name), append([]string{"-listen", "127.0.0.1:0"}, args...)...)
	cmd.Dir = t.TempDir()
	samples := filepath.Join("datasets", "samples")
	if err := os.CopyFS(filepath.Join(cmd.Dir, samples), os.DirFS(filepath.Join("..", samples))); err != nil {
		t.Fatal(err)
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	p := &program{dir: cmd.Dir, cmd: cmd, log: bufio.NewReader(stderr), out: stdout}
	for {
		line, err := p.log.ReadString('\n')
		if err != nil {
			t.Fatalf("%s ended before it listened: %s", name, line)
		}
		if _, addr, ok := strings.Cut(line, "listening on "); ok {
			p.addr = strings.TrimSpace(addr)
			return p
		}
	}
}

// readLog returns all that the program prints from here to its end.
func (p *program) readLog(t *testing.T) string {
	t.Helper()
	rest, err := io.ReadAll(p.log)
	if err != nil {
		t.Fatal(err)
	}
	return string(rest)
}

// connect opens a connection with pgx. options are further words of its
// connection string.
func (p *program) connect(t *testing.T, options ...string) *pgx.Conn {
	t.Helper()
	return connectConfig(t, p.config(t, options...))
}

func (p *program) config(t *testing.T, options ...string) *pgx.ConnConfig {
	t.Helper()
	config, err := pgx.ParseConfig("postgres://ada@" + p.addr + "/example?" + strings.Join(options, "&"))
	if err != nil {
		t.Fatal(err)
	}
	return config
}

func connectConfig(t *testing.T, config *pgx.ConnConfig) *pgx.Conn {
	t.Helper()
	c, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c
}

// execute runs sql, and returns its tag.
func execute(t *testing.T, c *pgx.Conn, sql string, args ...any) string {
	t.Helper()
	tag, err := c.Exec(t.Context(), sql, args...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return tag.String()
}

// query returns the rows of sql, all of a type that has a field for each column.
func query[T any](t *testing.T, c *pgx.Conn, sql string, args ...any) []T {
	t.Helper()
	rows, err := c.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[T])
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return all
}

// mustFail runs sql, which must end in an error of that SQLSTATE.
func mustFail(t *testing.T, c *pgx.Conn, code, sql string, args ...any) {
	t.Helper()
	_, err := c.Exec(t.Context(), sql, args...)
	if got := sqlState(err); got != code {
		t.Errorf("%s: got %q (%v), want %s", sql, got, err, code)
	}
}

func sqlState(err error) string {
	var e interface{ SQLState() string }
	if errors.As(err, &e) {
		return e.SQLState()
	}
	return ""
}

// bothProtocols runs f over the extended protocol, where values are binary, and
// over the simple one, where they are text.
func bothProtocols(t *testing.T, p *program, f func(t *testing.T, c *pgx.Conn)) {
	for _, mode := range []string{"cache_statement", "simple_protocol"} {
		t.Run(mode, func(t *testing.T) { f(t, p.connect(t, "default_query_exec_mode="+mode)) })
	}
}
