//go:build cgo && (amd64 || arm64)

package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// newestLandlock is the newest version whose rules are used here.
const newestLandlock = 7

const (
	readRights = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_READ_DIR

	// Links, devices, pipes and sockets are not among them.
	writeRights = readRights | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE |
		unix.LANDLOCK_ACCESS_FS_MAKE_REG | unix.LANDLOCK_ACCESS_FS_MAKE_DIR |
		unix.LANDLOCK_ACCESS_FS_REMOVE_FILE | unix.LANDLOCK_ACCESS_FS_REMOVE_DIR | unix.LANDLOCK_ACCESS_FS_REFER

	// fileRights are those that a rule on a file may have.
	fileRights = unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE |
		unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE | unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
)

// needs are what every child reads beside its own directory of /proc, which its
// constructor adds: DuckDB and the Go runtime ask for the limits of the control
// group, and both for time zones. What is not there is left out.
var needs = [...]struct {
	path   string
	rights uint64
}{
	{"/sys/fs/cgroup", readRights},
	{"/sys/devices/system/cpu", readRights},
	{"/sys/kernel/mm/transparent_hugepage", readRights},
	{"/etc/localtime", readRights},
	{"/usr/share/zoneinfo", readRights},
	{"/dev/urandom", readRights},
	{"/dev/null", readRights | unix.LANDLOCK_ACCESS_FS_WRITE_FILE},
}

// landlockVersion is the version of Landlock that the kernel has, 0 without.
func landlockVersion() int {
	v, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return 0
	}
	return int(v)
}

// handled is everything that a ruleset of a version decides about; what no rule
// allows is refused.
func handled(version int) unix.LandlockRulesetAttr {
	a := unix.LandlockRulesetAttr{Handled_access_fs: unix.LANDLOCK_ACCESS_FS_MAKE_SYM<<1 - 1}
	if version >= 2 {
		a.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if version >= 3 {
		a.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	if version >= 4 {
		a.Handled_access_net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	if version >= 5 {
		a.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	}
	if version >= 6 {
		a.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
	}
	return a
}

// ruleset makes the rules of a Spec and lists the paths that are not there. It
// returns no file and version 0 if the kernel has no Landlock.
func ruleset(s Spec) (rules *os.File, version int, missing []string, err error) {
	version = min(landlockVersion(), newestLandlock)
	if version == 0 {
		return nil, 0, nil, nil
	}
	attr := handled(version)
	// Older kernels know less of the structure, and accept zeros for the rest.
	fd, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr), 0)
	if errno != 0 {
		return nil, 0, nil, fmt.Errorf("landlock_create_ruleset: %w", errno)
	}
	rules = os.NewFile(fd, "landlock")
	defer func() {
		if err != nil {
			rules.Close()
		}
	}()
	for _, n := range needs {
		if err := allow(fd, n.path, n.rights&attr.Handled_access_fs); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, 0, nil, err
		}
	}
	add := func(paths []string, rights uint64) error {
		for _, path := range paths {
			switch err := allow(fd, path, rights&attr.Handled_access_fs); {
			case errors.Is(err, fs.ErrNotExist):
				missing = append(missing, path)
			case err != nil:
				return err
			}
		}
		return nil
	}
	if err = add(s.ReadOnly, readRights); err == nil {
		err = add(s.ReadWrite, writeRights)
	}
	if err != nil {
		return nil, 0, nil, err
	}
	return rules, version, missing, nil
}

// allow adds the rule that a file or what is below a directory may be used.
func allow(ruleset uintptr, path string, rights uint64) error {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return &fs.PathError{Op: "open", Path: path, Err: err}
	}
	defer unix.Close(fd)
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err != nil {
		return &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	if stat.Mode&unix.S_IFMT != unix.S_IFDIR {
		rights &= fileRights
	}
	attr := unix.LandlockPathBeneathAttr{Allowed_access: rights, Parent_fd: int32(fd)}
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, ruleset, unix.LANDLOCK_RULE_PATH_BENEATH,
		uintptr(unsafe.Pointer(&attr)), 0, 0, 0)
	if errno != 0 {
		return &fs.PathError{Op: "landlock_add_rule", Path: path, Err: errno}
	}
	return nil
}
