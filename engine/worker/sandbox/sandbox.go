// Package sandbox starts a child process, a new copy of this program, that can
// do no more than compute: read the files it was given, write its own
// directories, and talk through the descriptors it inherited.
//
// The parent calls [Prepare] for each start and lets the result put what is
// needed into the exec.Cmd. In the child a C constructor reads the environment
// variable it finds there and closes the sandbox before the Go runtime exists:
// the kernel's rules bind the thread that makes them and its descendants, and at
// that moment there is one thread. So a program is a worker only if it imports
// this package, and nothing has to be called in it.
//
//	p, err := sandbox.Prepare(sandbox.Spec{ReadOnly: dataDirs, ReadWrite: []string{private}, Memory: 2 << 30})
//	if err != nil { ... }
//	defer p.Close() // after Start
//	cmd := exec.Command("/proc/self/exe")
//	cmd.ExtraFiles = sockets           // before Attach, so that their numbers stay
//	cmd.Env = append(sandbox.Environ(), "WORKER=1")
//	p.Attach(cmd)
//	err = cmd.Start()
//
// The child says in [Inside] what holds. No kernel that lacks a part of it makes
// a start fail, unless [Spec.Require] says so: the [Report] names what is
// missing, in words for a log.
//
// # What the walls are
//
//   - Files: Landlock (landlock(7)). Of /proc the child sees its own directory only.
//   - System calls: a seccomp filter (seccomp(2)) without sockets, programs,
//     processes, other processes' memory, signals to others, file modes and owners.
//   - Privileges: no_new_privs, and of root's capabilities those that read files.
//   - Memory: RLIMIT_DATA (getrlimit(2)), and no core dumps.
//
// Landlock alone leaves UDP and MPTCP open, seccomp alone cannot tell files
// apart: each covers what the other cannot see.
package sandbox

import (
	"os"
	"os/exec"
)

// Spec says what a child may do.
type Spec struct {
	// ReadOnly are files and directories that may be read, these with everything
	// below them. A file is the one that is there now, not one that takes its
	// name later.
	ReadOnly []string
	// ReadWrite are directories, and files, in which the child may also make,
	// write and remove files. One that holds a ReadOnly directory makes that
	// writable too.
	ReadWrite []string
	// Memory bounds the child's private writable memory in bytes (RLIMIT_DATA),
	// which is nearly all it can use; 0 means no bound. Below 256 MB DuckDB may
	// die where it should report an error; the Go runtime needs 128 MB to start.
	Memory int64
	// Require makes it an error if a part of the sandbox cannot be had: of
	// Prepare if that can be known before, else the child ends with status 126
	// and a message on its standard error.
	Require bool
}

// Prepared is a sandbox for one child. It holds a descriptor until Close.
type Prepared struct {
	ruleset *os.File // Landlock's, nil without
	memory  int64
	require bool
	report  Report
}

// Attach lets cmd start its child in the sandbox: it appends to ExtraFiles and
// to Env, which becomes [Environ] if it is nil.
func (p *Prepared) Attach(cmd *exec.Cmd) { p.attach(cmd) }

// Report is what the kernel is expected to hold the child to. What it does is
// for the child to say, see [Inside].
func (p *Prepared) Report() Report { return p.report }

// Close frees what the parent holds of the sandbox, to be called once the child
// is started. It has no effect on the child.
func (p *Prepared) Close() error {
	if p.ruleset == nil {
		return nil
	}
	return p.ruleset.Close()
}

// variable is the environment variable that tells the child's constructor to
// close the sandbox: "FD VERSION MEMORY REQUIRE", FD being that of
// the ruleset, -1 without Landlock, and VERSION that of Landlock.
const variable = "CSVSQL_SANDBOX"

// Environ is the environment that a child needs and no more: the parent's may
// hold secrets, and the child runs other people's statements. It has what
// changes where libraries are found, what time and language mean, and how the Go
// runtime behaves.
func Environ() []string {
	var env []string
	for _, name := range []string{
		"LD_LIBRARY_PATH", "TZ", "ZONEINFO", "LANG", "LC_ALL", "LC_CTYPE",
		"GOMAXPROCS", "GOMEMLIMIT", "GOGC", "GODEBUG", "GOTRACEBACK", "GORACE",
		"SystemRoot", // Windows starts nothing without
	} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}
