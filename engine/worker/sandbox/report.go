package sandbox

import (
	"fmt"
	"strings"
)

// Report says which parts of a sandbox hold. The zero value is none.
type Report struct {
	// Landlock is the version of Landlock's rules in force, 0 without: files
	// from 1 on, TCP from 4 on, signals and abstract Unix sockets from 6 on.
	Landlock   int
	Seccomp    bool  // the filter of system calls
	Privileges bool  // no_new_privs, and root's capabilities are gone
	Memory     int64 // RLIMIT_DATA in bytes, 0 without
	// Missing are the files and directories of the Spec that are not there, and
	// so cannot be reached if they come.
	Missing []string
}

// Complete reports whether all walls hold. The bound on memory is an option and
// does not count.
func (r Report) Complete() bool { return r.Landlock > 0 && r.Seccomp && r.Privileges }

// Holds lists the parts that hold, in words for a log line.
func (r Report) Holds() string {
	var list []string
	if r.Landlock > 0 {
		list = append(list, fmt.Sprintf("files (Landlock %d)", r.Landlock))
	}
	if r.Seccomp {
		list = append(list, "network, programs and other processes (seccomp)")
	}
	if r.Privileges {
		list = append(list, "privileges")
	}
	if r.Memory > 0 {
		list = append(list, fmt.Sprintf("memory (%d MB)", r.Memory>>20))
	}
	if list == nil {
		return "none"
	}
	return strings.Join(list, ", ")
}

// Lacks lists what a child that is taken over could do for want of a part, in
// words for a log line; "" if there is nothing.
func (r Report) Lacks() string {
	var list []string
	if r.Landlock == 0 {
		list = append(list, "this system has no Landlock: the process can reach every file that the server's user can")
	}
	if !r.Seccomp {
		list = append(list, "system calls cannot be filtered: the process can use the network and start programs")
		if r.Landlock < 6 {
			list = append(list, "and send signals to the server")
		}
	}
	if !r.Privileges {
		list = append(list, "privileges cannot be given up")
	}
	return strings.Join(list, ", ")
}
