//go:build !unix

package pgtest

import "syscall"

// account has no meaning here: PostgreSQL runs as the user of the test.
type account struct{}

func unprivileged() (account, error)       { return account{}, nil }
func (account) own(string) error           { return nil }
func (account) attr() *syscall.SysProcAttr { return nil }
