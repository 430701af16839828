package csvsql_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/csvsql/csvsql"
	"github.com/csvsql/csvsql/engine/worker/sandbox/probes"
)

// probeRequest and probeFindings are files in the directory of a database: TestSealed
// writes the one, and the engine's process answers with the other.
const (
	probeRequest  = "probe.json"
	probeFindings = "findings.json"
)

// runProbes is called in each process of an engine. Where it is asked for the
// probes it runs them.
func runProbes(dir string) error {
	request, err := os.ReadFile(filepath.Join(dir, probeRequest))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var p probes.Places
	if err == nil {
		err = json.Unmarshal(request, &p)
	}
	if err != nil {
		return err
	}
	findings, err := json.Marshal(probes.Run(p))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, probeFindings), findings, 0o600)
}

// TestSealed: what takes over the process in which a server runs its engine, with
// DuckDB open and clients connected, reaches no file, network, program or process,
// and has inherited no descriptor but those of its own; for root and for others.
func TestSealed(t *testing.T) {
	t.Parallel()
	if os.Getenv("CSVSQL_ISOLATION") == "none" {
		t.Skip("the engine has no process of its own")
	}
	p := probes.Layout(t)
	var pid atomic.Int64
	_, addr := start(t, csvsql.Options{DataDirs: []string{p.Data}, Database: filepath.Join(p.Work, "t.duckdb"), Log: slog.New(pidLog{&pid})})
	c := connect(t, addr, pgx.QueryExecModeExec)
	if _, err := c.Exec(t.Context(), "CREATE TABLE t AS SELECT 7 AS n"); err != nil {
		t.Fatal(err)
	}

	// The next process is started by a server that has a socket to listen on,
	// clients, and a process that ends.
	request, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	write(t, p.Work, probeRequest, string(request))
	if err := syscall.Kill(int(pid.Load()), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := connect(t, addr, pgx.QueryExecModeExec).QueryRow(t.Context(), "SELECT n FROM t").Scan(&n); err != nil || n != 7 {
		t.Errorf("after the probes the engine answers %d, %v", n, err)
	}
	answer, err := os.ReadFile(filepath.Join(p.Work, probeFindings))
	if err != nil {
		t.Fatal("the probes did not run:", err)
	}
	var f probes.Findings
	if err := json.Unmarshal(answer, &f); err != nil {
		t.Fatal(err)
	}
	if f.UID != os.Getuid() {
		t.Errorf("the engine's process is user %d", f.UID)
	}
	f.Check(t, p)

	sockets := 0
	own := regexp.MustCompile(`^(/dev/null|pipe:\[\d+\]|anon_inode:.*|/sys/fs/cgroup/.*|` + regexp.QuoteMeta(p.Work) + `/t\.duckdb.*)$`)
	for _, to := range f.Descriptors {
		if strings.HasPrefix(to, "socket:") {
			sockets++
		} else if !own.MatchString(to) {
			t.Errorf("it has inherited %s", to)
		}
	}
	if sockets != 1 {
		t.Errorf("it has %d sockets, and should have that of control: %q", sockets, f.Descriptors)
	}
	if names := environmentOf(f.Env); strings.Contains(names, "CSVSQL") {
		t.Errorf("it sees how it was started: %s", names)
	}
}

// environmentOf is the names of variables.
func environmentOf(list []string) string {
	var names []string
	for _, v := range list {
		name, _, _ := strings.Cut(v, "=")
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

// TestSealedUnprivileged is TestSealed of a server that is not root's: the sandbox
// is one that everyone may enter.
func TestSealedUnprivileged(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("TestSealed is not root's already")
	}
	const nobody = 65534
	dir := t.TempDir()
	for _, d := range []string{filepath.Dir(dir), dir} {
		if err := os.Chmod(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^TestSealed$", "-test.v")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TMPDIR="+dir, "HOME="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "holds:") || strings.Contains(line, "lacks:") || strings.Contains(line, "SKIP") {
			t.Log(strings.TrimSpace(line))
		}
	}
}

// engineProgram is csvsql.Main, for TestMain.
func engineProgram() csvsql.Worker { return csvsql.MainThen(runProbes) }
