//go:build cgo && (amd64 || arm64)

package probes

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// part is what has to hold for a probe to be refused.
type part string

const (
	files    part = "files"
	truncate part = "truncate" // files, from version 3 of Landlock on
	calls    part = "calls"
	none     part = "none" // the probe has to succeed
)

// probe is something that a process tries. It returns nil if that worked.
type probe struct {
	name string
	part part
	try  func(p Places) error
}

func (p Places) parent(file string) string {
	return filepath.Join("/proc", strconv.Itoa(p.Parent), file)
}

// accidents are errors of wrong arguments.
var accidents = []error{syscall.EINVAL, syscall.EFAULT, syscall.ESRCH, syscall.ENOENT, syscall.EBADF}

// probes are the rows that a hijacked engine would try first.
var probes = []probe{
	{"read a data file", none, func(p Places) error { return read(p.Data + "/in.csv") }},
	{"list a data directory", none, func(p Places) error { return list(p.Data) }},
	{"write, rename and remove in the work directory", none, useWork},
	{"read its own /proc", none, func(Places) error {
		return errors.Join(read("/proc/self/status"), list("/proc/self/task"), read("/proc/self/cgroup"))
	}},
	{"read /dev/null and the time zones", none, func(Places) error {
		_, err := os.ReadFile("/dev/null")
		return err
	}},
	{"signal itself", none, func(Places) error { return syscall.Kill(os.Getpid(), 0) }},
	{"raise a limit of its own", none, func(Places) error {
		var l unix.Rlimit
		return unix.Prlimit(0, unix.RLIMIT_NOFILE, nil, &l)
	}},
	{"start threads", none, func(Places) error { return threads() }},

	{"read /etc/passwd", files, func(Places) error { return read("/etc/passwd") }},
	{"read /etc/passwd by way of its own root", files, func(Places) error { return read("/proc/self/root/etc/passwd") }},
	{"read a file outside", files, func(p Places) error { return read(p.Outside + "/secret.csv") }},
	{"read through dots", files, func(p Places) error { return read(p.Data + "/../outside/secret.csv") }},
	{"read through a symbolic link", files, func(p Places) error { return read(p.Data + "/link.csv") }},
	{"glob /etc", files, glob},
	{"list /", files, func(Places) error { return list("/") }},
	{"list /proc", files, func(Places) error { return list("/proc") }},
	{"read the program", files, func(Places) error { return read("/proc/self/exe") }},
	{"write a data file", files, func(p Places) error { return write(p.Data + "/in.csv") }},
	{"make a data file", files, func(p Places) error { return write(p.Data + "/new.csv") }},
	{"remove a data file", files, func(p Places) error { return os.Remove(p.Data + "/in.csv") }},
	{"rename a data file", files, func(p Places) error { return os.Rename(p.Data+"/in.csv", p.Data+"/other.csv") }},
	{"move a data file out", files, func(p Places) error { return os.Rename(p.Data+"/in.csv", p.Work+"/other.csv") }},
	{"link a file in", files, func(p Places) error { return os.Link(p.Outside+"/secret.csv", p.Work+"/secret.csv") }},
	{"make a symbolic link", files, func(p Places) error { return os.Symlink("/etc/passwd", p.Work+"/symlink") }},
	{"make a pipe", files, func(p Places) error { return unix.Mkfifo(p.Work+"/pipe", 0o600) }},
	{"write outside", files, func(p Places) error { return write(p.Outside + "/new.csv") }},
	{"write in /tmp", files, func(Places) error { return write(filepath.Join(os.TempDir(), "csvsql-sandbox-probe")) }},
	{"truncate a data file by opening", truncate, func(p Places) error {
		f, err := os.OpenFile(p.Data+"/in.csv", os.O_RDONLY|os.O_TRUNC, 0)
		f.Close()
		return err
	}},
	{"read the parent's environment", files, func(p Places) error { return read(p.parent("environ")) }},
	{"read the parent's memory map", files, func(p Places) error { return read(p.parent("maps")) }},
	{"open the parent's memory", files, func(p Places) error { return open(p.parent("mem")) }},
	{"read the parent's command line", files, func(p Places) error { return read(p.parent("cmdline")) }},
	{"list the parent's descriptors", files, func(p Places) error { return list(p.parent("fd")) }},
	{"go through the parent's root", files, func(p Places) error { return read(p.parent("root/etc/passwd")) }},

	{"truncate a data file", calls, func(p Places) error { return os.Truncate(p.Data+"/in.csv", 0) }},
	{"change a mode", calls, func(p Places) error { return os.Chmod(p.Work, 0o777) }},
	{"change an owner", calls, func(p Places) error { return os.Lchown(p.Work, os.Getuid(), os.Getgid()) }},
	{"change times", calls, func(p Places) error { return unix.Utimes(p.Work, make([]unix.Timeval, 2)) }},

	{"listen on TCP", calls, func(Places) error { return listen("tcp", "127.0.0.1:0") }},
	{"listen on a Unix socket", calls, func(p Places) error { return listen("unix", p.Work+"/socket") }},
	{"listen on an abstract Unix socket", calls, func(Places) error { return listen("unix", "@csvsql-probe") }},
	{"connect with TCP", calls, func(Places) error { return dial("tcp", "127.0.0.1:9") }},
	{"send UDP", calls, func(Places) error { return dial("udp", "127.0.0.1:9") }},
	{"open an MPTCP socket", calls, func(Places) error { return socket(unix.AF_INET, unix.SOCK_STREAM, unix.IPPROTO_MPTCP) }},
	{"open a TCP socket", calls, func(Places) error { return socket(unix.AF_INET6, unix.SOCK_STREAM, 0) }},
	{"open a UDP socket", calls, func(Places) error { return socket(unix.AF_INET, unix.SOCK_DGRAM, 0) }},
	{"open a Unix socket", calls, func(Places) error { return socket(unix.AF_UNIX, unix.SOCK_STREAM, 0) }},
	{"open a netlink socket", calls, func(Places) error { return socket(unix.AF_NETLINK, unix.SOCK_RAW, 0) }},
	{"open a vsock socket", calls, func(Places) error { return socket(unix.AF_VSOCK, unix.SOCK_STREAM, 0) }},

	{"signal the parent", calls, func(p Places) error { return syscall.Kill(p.Parent, 0) }},
	{"signal a thread of the parent", calls, func(p Places) error { return unix.Tgkill(p.Parent, p.Parent, 0) }},
	{"signal a thread by its number", calls, func(p Places) error { return call(unix.SYS_TKILL, uintptr(p.Parent), 0) }},
	{"signal its group", calls, func(Places) error { return syscall.Kill(0, 0) }},
	{"signal everyone", calls, func(Places) error { return syscall.Kill(-1, 0) }},
	{"let a descriptor signal the parent", calls, func(p Places) error {
		_, err := unix.FcntlInt(0, unix.F_SETOWN, p.Parent)
		return err
	}},
	{"open the parent as a descriptor", calls, func(p Places) error { return call(unix.SYS_PIDFD_OPEN, uintptr(p.Parent), 0) }},
	{"limit the parent", calls, func(p Places) error {
		var l unix.Rlimit
		return unix.Prlimit(p.Parent, unix.RLIMIT_NOFILE, nil, &l)
	}},
	{"trace the parent", calls, func(p Places) error { return unix.PtraceSeize(p.Parent) }},
	{"read the parent's memory", calls, func(p Places) error {
		var b [1]byte
		_, err := unix.ProcessVMReadv(p.Parent, []unix.Iovec{{Base: &b[0], Len: 1}}, []unix.RemoteIovec{{Base: 4096, Len: 1}}, 0)
		return err
	}},

	{"run a program", calls, func(Places) error { return exec.Command("/bin/true").Run() }},
	{"become a program", calls, func(Places) error { return syscall.Exec("/proc/self/exe", []string{"x"}, nil) }},
	{"fork", calls, fork},
	{"make a namespace", calls, func(Places) error { return unix.Unshare(unix.CLONE_NEWUSER) }},
	{"load BPF", calls, func(Places) error { return call(unix.SYS_BPF, 0, 0) }},
	{"set up io_uring", calls, func(Places) error { return call(unix.SYS_IO_URING_SETUP, 1, 0) }},
	{"mount", calls, func(p Places) error { return unix.Mount("none", p.Work, "tmpfs", 0, "") }},
	{"call what is newer than the filter", calls, func(Places) error { return call(468, 0, 0) }},
}

func read(path string) error {
	content, err := os.ReadFile(path)
	if err == nil && len(content) == 0 {
		return errors.New("empty")
	}
	return err
}

func open(path string) error {
	f, err := os.OpenFile(path, os.O_RDONLY, 0)
	f.Close()
	return err
}

func list(path string) error {
	_, err := os.ReadDir(path)
	return err
}

func glob(Places) error {
	found, err := filepath.Glob("/etc/*")
	if err == nil && len(found) == 0 {
		return errors.New("nothing found")
	}
	return err
}

func write(path string) error { return os.WriteFile(path, []byte("x"), 0o600) }

func useWork(p Places) error {
	dir := filepath.Join(p.Work, "dir")
	return errors.Join(os.Mkdir(dir, 0o700), write(dir+"/a"), os.Rename(dir+"/a", p.Work+"/b"), read(p.Work+"/b"),
		os.WriteFile(p.Work+"/b", []byte("again"), 0o600), os.Remove(p.Work+"/b"), os.Remove(dir))
}

func listen(network, address string) error {
	l, err := net.Listen(network, address)
	if err == nil {
		l.Close()
	}
	return err
}

func dial(network, address string) error {
	c, err := net.Dial(network, address)
	switch {
	case err == nil:
		c.Close()
	case errors.Is(err, syscall.ECONNREFUSED):
		return nil // it got there
	}
	return err
}

func socket(domain, kind, protocol int) error {
	fd, err := unix.Socket(domain, kind, protocol)
	if err == nil {
		unix.Close(fd)
	}
	return err
}

func call(number, a, b uintptr) error {
	if _, _, errno := unix.Syscall(number, a, b, 0); errno != 0 {
		return errno
	}
	return nil
}

func fork(Places) error {
	pid, _, errno := unix.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0)
	if errno != 0 {
		return errno
	}
	if pid == 0 {
		unix.RawSyscall(unix.SYS_EXIT_GROUP, 0, 0, 0)
	}
	var status unix.WaitStatus
	_, err := unix.Wait4(int(pid), &status, 0, nil)
	return err
}

// threads needs more of them than the runtime has: goroutines that are locked to
// one each, all alive at once.
func threads() error {
	const n = 16
	started, stop := make(chan struct{}), make(chan struct{})
	for range n {
		go func() {
			runtime.LockOSThread()
			started <- struct{}{}
			<-stop
		}()
	}
	for range n {
		<-started
	}
	close(stop)
	return nil
}
