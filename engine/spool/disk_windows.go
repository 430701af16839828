package spool

import (
	"errors"
	"syscall"
)

func isDiskFull(err error) bool {
	const errorDiskFull = syscall.Errno(112) // ERROR_DISK_FULL
	return errors.Is(err, errorDiskFull)
}
