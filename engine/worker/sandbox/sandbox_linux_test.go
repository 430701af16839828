//go:build cgo && (amd64 || arm64)

package sandbox_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/csvsql/csvsql/engine/worker/sandbox"
	"github.com/csvsql/csvsql/engine/worker/sandbox/probes"
)

// role is the environment variable that makes this test a child.
const role = "CSVSQL_SANDBOX_TEST"

func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "":
		os.Exit(m.Run())
	case "probe":
		err := runProbes()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case "grow":
		inside := sandbox.Inside()
		fmt.Println(inside.Memory, grow(inside.Memory), resident())
	}
}

func runProbes() error {
	var p probes.Places
	if err := json.NewDecoder(os.Stdin).Decode(&p); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(probes.Run(p))
}

// child is a command that runs this test in a role.
func child(t *testing.T, role string, in io.Reader, spec sandbox.Spec, uid int) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	p, err := sandbox.Prepare(spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe")
	cmd.Env = append(sandbox.Environ(), roleOf(role))
	cmd.Stdin = in
	cmd.WaitDelay = time.Minute
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if uid != os.Getuid() {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}}
	}
	p.Attach(cmd)
	return cmd, &out
}

func roleOf(name string) string { return role + "=" + name }

// probeIn runs the probes in a sandbox.
func probeIn(t *testing.T, uid int) (probes.Findings, probes.Places) {
	t.Helper()
	p := probes.Layout(t)
	in, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	cmd, out := child(t, "probe", bytes.NewReader(in), sandbox.Spec{ReadOnly: []string{p.Data}, ReadWrite: []string{p.Work}, Memory: 2 << 30}, uid)
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	var f probes.Findings
	if err := json.Unmarshal(out.Bytes(), &f); err != nil {
		t.Fatalf("%v in %q", err, out)
	}
	return f, p
}

// TestProbes: in the sandbox everything is refused but what an engine needs, for
// root and for others.
func TestProbes(t *testing.T) {
	t.Parallel()
	const nobody = 65534
	for _, uid := range []int{os.Getuid(), nobody} {
		t.Run(fmt.Sprint("user ", uid), func(t *testing.T) {
			t.Parallel()
			if uid != os.Getuid() && os.Getuid() != 0 {
				t.Skip("SKIPPED: only root can become somebody else")
			}
			f, p := probeIn(t, uid)
			if f.UID != uid {
				t.Errorf("the child is user %d", f.UID)
			}
			f.Check(t, p)
		})
	}
}

// TestEnvironment: a child has no more of the environment than it needs, and
// does not see how it was put into the sandbox.
func TestEnvironment(t *testing.T) {
	t.Setenv("CSVSQL_SECRET", "password")
	f, _ := probeIn(t, os.Getuid())
	for _, variable := range f.Env {
		name, _, _ := strings.Cut(variable, "=")
		if name != role && !slices.ContainsFunc(sandbox.Environ(), func(v string) bool { return strings.HasPrefix(v, name+"=") }) {
			t.Errorf("the child has %s", variable)
		}
	}
}

// TestReport: what the parent expects is what the child finds, and Require is
// refused exactly where something is missing.
func TestReport(t *testing.T) {
	t.Parallel()
	p, err := sandbox.Prepare(sandbox.Spec{ReadOnly: []string{"/no/such/directory"}, Memory: 2 << 30})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	r := p.Report()
	if r.Landlock > 0 && !slices.Equal(r.Missing, []string{"/no/such/directory"}) {
		t.Errorf("missing: %q", r.Missing)
	}
	if r.Complete() != (r.Lacks() == "") {
		t.Errorf("%+v lacks %q", r, r.Lacks())
	}
	strict, err := sandbox.Prepare(sandbox.Spec{Require: true})
	if (err == nil) != r.Complete() {
		t.Errorf("%+v, but the sandbox that is required: %v", r, err)
	}
	if err == nil {
		strict.Close()
	}
	if sandbox.Inside().Complete() {
		t.Error("this test is in a sandbox")
	}
}

// TestRequire: a child that cannot have what is required does not run.
func TestRequire(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe")
	// A descriptor that is no ruleset.
	cmd.Env = append(sandbox.Environ(), roleOf("grow"), "CSVSQL_SANDBOX=0 1 0 1")
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 126 || !strings.Contains(string(out), "the sandbox that is required cannot be had") {
		t.Errorf("%v: %s", err, out)
	}
}

// TestMemory: a child gets no more memory than its bound.
func TestMemory(t *testing.T) {
	t.Parallel()
	const bound = 512 << 20
	spec := sandbox.Spec{Memory: bound}
	p, err := sandbox.Prepare(spec)
	if err != nil {
		t.Fatal(err)
	}
	p.Close()
	if p.Report().Memory == 0 {
		t.Skip("SKIPPED: no bound with the race detector")
	}
	cmd, out := child(t, "grow", nil, spec, os.Getuid())
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	var memory, grown int64
	var text string
	if line := strings.Fields(out.String()); len(line) > 2 {
		text = strings.Join(line[1:len(line)-1], " ")
		fmt.Sscan(line[0], &memory)
		fmt.Sscan(line[len(line)-1], &grown)
	}
	if text != syscall.ENOMEM.Error() || grown > bound+64<<20 || grown < bound/2 {
		t.Errorf("the child grew to %d MB of %d MB: %s", grown>>20, memory>>20, out)
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		report       sandbox.Report
		holds, lacks string
	}{
		{sandbox.Report{}, "none", "this system has no Landlock: the process can reach every file that the server's user can, " +
			"system calls cannot be filtered: the process can use the network and start programs, and send signals to the server, privileges cannot be given up"},
		{sandbox.Report{Landlock: 7, Seccomp: true, Privileges: true, Memory: 1 << 30},
			"files (Landlock 7), network, programs and other processes (seccomp), privileges, memory (1024 MB)", ""},
	} {
		if h, l := c.report.Holds(), c.report.Lacks(); h != c.holds || l != c.lacks {
			t.Errorf("%+v\nholds %q\nlacks %q", c.report, h, l)
		}
	}
}

// resident is the memory of this process in bytes.
func resident() int64 {
	content, _ := os.ReadFile("/proc/self/statm")
	var size, pages int64
	fmt.Sscan(string(content), &size, &pages)
	return pages * int64(os.Getpagesize())
}

// grow takes memory in C until there is no more, and says how far it came.
func grow(limit int64) error {
	const piece = 16 << 20
	for resident() < 2*limit {
		m, err := unix.Mmap(-1, 0, piece, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
		if err != nil {
			return err
		}
		for i := 0; i < piece; i += os.Getpagesize() {
			*(*byte)(unsafe.Pointer(&m[i])) = 1
		}
	}
	return nil
}

// TestMachineMemory: it is no more than the kernel says, and can be told here.
func TestMachineMemory(t *testing.T) {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		t.Skip(err)
	}
	var total int64
	if _, err := fmt.Sscanf(string(text), "MemTotal: %d kB", &total); err != nil {
		t.Fatal(err)
	}
	if got := sandbox.MachineMemory(); got < 64<<20 || got > total<<10 {
		t.Errorf("the machine has %d bytes, and MachineMemory says %d", total<<10, got)
	}
}
