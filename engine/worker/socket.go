//go:build linux

package worker

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The system calls below never wait: what cannot be done at once is EAGAIN. So the
// Go scheduler is not told of them. For a statement that takes some 50 microseconds
// it is much to be told: it wakes the thread that looks after those which wait in
// the kernel.

// socketPair makes two connected sockets. Both belong to the caller.
func socketPair() (ours, theirs int, err error) {
	p, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, -1, fmt.Errorf("socketpair: %w", err)
	}
	return p[0], p[1], nil
}

// sendPacket sends b, which is not empty, at once or not at all. passed is a
// descriptor that goes with it, or -1.
func sendPacket(fd uintptr, b []byte, passed int) error {
	if passed >= 0 {
		_, err := unix.SendmsgN(int(fd), b, unix.UnixRights(passed), nil, unix.MSG_NOSIGNAL)
		return err
	}
	_, _, errno := unix.RawSyscall6(unix.SYS_SENDTO, fd, uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)), unix.MSG_NOSIGNAL, 0, 0)
	return errorOf(errno)
}

// receivePacket reads a packet into b. Descriptors that come with it are closed by
// the kernel.
func receivePacket(fd uintptr, b []byte) (int, error) {
	n, _, errno := unix.RawSyscall(unix.SYS_READ, fd, uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)))
	return int(n), errorOf(errno)
}

// receiveRights reads a packet into b, and the descriptor that comes with it, or -1.
func receiveRights(fd uintptr, b []byte) (n, passed int, err error) {
	var oob [32]byte
	part := unix.Iovec{Base: &b[0]}
	part.SetLen(len(b))
	m := unix.Msghdr{Iov: &part, Control: &oob[0]}
	m.SetIovlen(1)
	m.SetControllen(len(oob))
	r, _, errno := unix.RawSyscall(unix.SYS_RECVMSG, fd, uintptr(unsafe.Pointer(&m)), unix.MSG_CMSG_CLOEXEC)
	n = int(r)
	if errno != 0 || m.Controllen == 0 {
		return n, -1, errorOf(errno)
	}
	messages, err := unix.ParseSocketControlMessage(oob[:m.Controllen])
	if err != nil || len(messages) == 0 {
		return n, -1, err
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) == 0 {
		return n, -1, err
	}
	return n, fds[0], nil
}

// errorOf is nil for the number of no error.
func errorOf(e unix.Errno) error {
	if e == 0 {
		return nil
	}
	return e
}
