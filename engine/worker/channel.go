//go:build linux

package worker

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// packetSize is the most that is sent at once; a longer message is sent in
	// several packets. The socket's buffer has to hold one.
	packetSize = 64 << 10
	// maxFromWorker is the longest message that the parent takes. maxFromParent
	// is the longest that the worker takes: the arguments of a statement can be
	// large.
	maxFromWorker = 64 << 20
	maxFromParent = 2<<30 - 1
)

// channel is a connected socket that carries messages. Any goroutine may send;
// one at a time receives.
type channel struct {
	file   *os.File
	raw    syscall.RawConn
	limit  int  // the longest body that is received
	passes bool // descriptors are received

	sending  sync.Mutex
	deadline time.Time // of sending
	sent     uint64    // messages
	out      []byte    // what is being sent
	outFD    int
	outErr   error

	in     *[]byte // of packets, or what was allocated for a long message; nil while nothing is read
	inN    int
	inErr  error
	inFD   int
	long   []byte
	onSend func(fd uintptr) bool
	onRecv func(fd uintptr) bool
}

// packets are buffers of packetSize. A session that waits has none.
var packets = sync.Pool{New: func() any { b := make([]byte, packetSize); return &b }}

// newChannel makes a channel of a socket, which it owns from then on.
func newChannel(fd int, limit int, passes bool) (*channel, error) {
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("worker socket: %w", err)
	}
	c := &channel{file: os.NewFile(uintptr(fd), "worker socket"), limit: limit, passes: passes}
	if c.file == nil {
		return nil, fmt.Errorf("worker socket: descriptor %d is not open", fd)
	}
	raw, err := c.file.SyscallConn()
	if err != nil {
		c.file.Close()
		return nil, fmt.Errorf("worker socket: %w", err)
	}
	c.raw = raw
	// Made once: as literals at their uses they would be allocated each time.
	c.onSend, c.onRecv = c.trySend, c.tryReceive
	return c, nil
}

// close ends the channel; who waits in receive gets an error.
func (c *channel) close() { c.file.Close() }

// send sends a message that an encoder has finished, and waits for as long as the
// other side reads nothing. fd, unless it is -1, goes with it and stays the
// caller's.
func (c *channel) send(m []byte, fd int) error { return c.sendBefore(time.Time{}, m, fd) }

// sendBefore is send with a deadline, unless it is zero. If that is missed the
// error is os.ErrDeadlineExceeded, and the channel of no use any more.
func (c *channel) sendBefore(deadline time.Time, m []byte, fd int) error {
	c.sending.Lock()
	defer c.sending.Unlock()
	if !deadline.Equal(c.deadline) {
		if err := c.file.SetWriteDeadline(deadline); err != nil {
			return err
		}
		c.deadline = deadline
	}
	for len(m) > 0 {
		n := min(len(m), packetSize)
		c.out, c.outFD = m[:n], fd
		err := c.raw.Write(c.onSend)
		if err == nil {
			err = c.outErr
		}
		c.out = nil
		if err != nil {
			return err
		}
		m, fd = m[n:], -1
	}
	c.sent++
	return nil
}

// lastSent is the number of messages sent so far.
func (c *channel) lastSent() uint64 {
	c.sending.Lock()
	defer c.sending.Unlock()
	return c.sent
}

func (c *channel) trySend(fd uintptr) bool {
	for {
		c.outErr = sendPacket(fd, c.out, c.outFD)
		if c.outErr != unix.EINTR {
			return c.outErr != unix.EAGAIN
		}
	}
}

// errUnread is the error of receive if the other side is gone and has not read
// the last packet that was sent to it.
var errUnread = errors.New("the other process ended before it read the message")

// receive waits for the next message. The error is io.EOF if the other side is
// gone, or errUnread.
func (c *channel) receive() (message, error) {
	c.free()
	n, err := c.packet()
	if err != nil {
		return message{}, err
	}
	if n < headerSize {
		return message{}, fmt.Errorf("%w: %d bytes are no header", errMalformed, n)
	}
	b := (*c.in)[:n]
	m := message{
		kind:    kind(b[4]),
		request: binary.LittleEndian.Uint32(b[8:]),
		version: binary.LittleEndian.Uint64(b[12:]),
		fd:      c.inFD,
	}
	size := int(binary.LittleEndian.Uint32(b))
	if m.kind == 0 || m.kind >= kinds || size > c.limit || n > headerSize+size {
		return message{}, fmt.Errorf("%w: kind %d, %d bytes", errMalformed, m.kind, size)
	}
	m.body = b[headerSize:]
	if len(m.body) < size {
		if m.body, err = c.assemble(m.body, size); err != nil {
			return message{}, err
		}
	}
	return m, nil
}

// assemble receives the packets that a body of this size has beside the first.
// It takes memory only for what has arrived.
func (c *channel) assemble(first []byte, size int) ([]byte, error) {
	c.long = append(c.long[:0], first...)
	for len(c.long) < size {
		n, err := c.packet()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, err
		}
		if n > size-len(c.long) {
			return nil, fmt.Errorf("%w: it goes on behind its end", errMalformed)
		}
		c.long = append(c.long, (*c.in)[:n]...)
	}
	return c.long, nil
}

// done lets go of the memory of the last message. Who will not receive for a
// while calls it.
func (c *channel) done() {
	c.free()
	c.long = nil
}

// free lets go of it but for what the next long message can use.
func (c *channel) free() {
	if c.in != nil {
		packets.Put(c.in)
		c.in = nil
	}
	if cap(c.long) > keptLong {
		c.long = nil
	}
}

// keptLong is how much memory is kept for the next message of several packets.
const keptLong = 1 << 20

// packet receives one packet into in.
func (c *channel) packet() (int, error) {
	c.inN, c.inErr, c.inFD = 0, nil, -1
	if err := c.raw.Read(c.onRecv); err != nil {
		return 0, err
	}
	switch {
	case c.inErr == unix.ECONNRESET:
		return 0, errUnread
	case c.inErr != nil:
		return 0, c.inErr
	case c.inN == 0:
		return 0, io.EOF
	}
	return c.inN, nil
}

// tryReceive takes memory only when there is something to read.
func (c *channel) tryReceive(fd uintptr) bool {
	if c.in == nil {
		c.in = packets.Get().(*[]byte)
	}
	for {
		if c.passes {
			c.inN, c.inFD, c.inErr = receiveRights(fd, *c.in)
		} else {
			c.inN, c.inErr = receivePacket(fd, *c.in)
		}
		switch c.inErr {
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			packets.Put(c.in)
			c.in = nil
			return false
		}
		return true
	}
}
