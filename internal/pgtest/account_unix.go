//go:build unix

package pgtest

import (
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// account is the user that a PostgreSQL runs as: zero for our own.
type account struct{ uid, gid int }

// unprivileged returns an account that is not root.
func unprivileged() (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.Atoi(u.Uid)
		if err != nil {
			continue
		}
		gid, err := strconv.Atoi(u.Gid)
		if err != nil {
			continue
		}
		return account{uid, gid}, nil
	}
	return account{}, fmt.Errorf("PostgreSQL does not run as root, and there is no user postgres or nobody")
}

func (a account) own(path string) error {
	if a == (account{}) {
		return nil
	}
	return os.Chown(path, a.uid, a.gid)
}

func (a account) attr() *syscall.SysProcAttr {
	// A process group of its own: an interrupt from the terminal ends the test,
	// and the test ends the server.
	attr := &syscall.SysProcAttr{Setpgid: true}
	if a != (account{}) {
		attr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	return attr
}
