package wire

import (
	"encoding/binary"
	"fmt"
)

const (
	// smallInput is what a connection keeps for reading while it is idle.
	// Most messages fit.
	smallInput = 512

	// maxSmallMessage bounds the messages that have no reason to be long
	// (PostgreSQL's PQ_SMALL_MESSAGE_LIMIT).
	maxSmallMessage = 10_000
)

// input is what has been read of the client's messages and not been used. It
// belongs to the goroutine of the connection, or, while a statement runs for
// long, to the watcher.
type input struct {
	server   *Server
	counters *counters
	stream   stream
	small    [smallInput]byte
	pooled   *[]byte // where buf comes from, if not from small
	buf      []byte
	r, w     int   // buf[r:w] is not used yet
	skip     int   // of what comes next, to be dropped: the rest of a CopyData
	err      error // of the last Read, for good
	trace    *Tracer
}

func (in *input) buffered() []byte { return in.buf[in.r:in.w] }

// fill reads once, as much as there is room for. The buffer grows with what has
// come, never with what has been announced.
func (in *input) fill() error {
	if in.err != nil {
		return in.err
	}
	in.makeRoom()
	n, err := in.stream.Read(in.buf[in.w:])
	in.w += n
	if n > 0 {
		in.counters.in.Add(int64(n))
		if in.trace != nil {
			in.trace.Frontend(in.buf[in.w-n : in.w])
		}
		return nil // an error comes again
	}
	if err != nil && !isTimeout(err) {
		in.err = err
	}
	return err
}

func (in *input) makeRoom() {
	switch {
	case in.buf == nil:
		in.buf = in.small[:]
	case in.r == in.w:
		in.r, in.w = 0, 0
	case in.w < len(in.buf):
	case in.r > 0:
		in.w = copy(in.buf, in.buffered())
		in.r = 0
	case in.pooled == nil:
		in.pooled = in.server.takeBuffer()
		in.w = copy((*in.pooled)[:cap(*in.pooled)], in.buf)
		in.buf = (*in.pooled)[:cap(*in.pooled)]
	default:
		grown := make([]byte, 2*len(in.buf))
		in.w = copy(grown, in.buf)
		in.server.giveBuffer(in.pooled)
		in.buf, in.pooled = grown, &grown
	}
}

// shrink gives a large buffer back, if nothing is in it.
func (in *input) shrink() {
	if in.pooled == nil || in.r != in.w {
		return
	}
	in.server.giveBuffer(in.pooled)
	in.pooled, in.buf, in.r, in.w = nil, in.small[:], 0, 0
}

// message returns the next message if it is there as a whole. Its body is valid
// until the next fill. A letter that no message has is returned without a body.
func (in *input) message(long int) (letter byte, body []byte, ok bool, err error) {
	in.drop()
	have := in.buffered()
	if len(have) == 0 {
		return 0, nil, false, nil
	}
	limit := messageLimit(have[0], long)
	if limit < 0 {
		return have[0], nil, true, nil
	}
	if len(have) < 5 {
		return 0, nil, false, nil
	}
	n := binary.BigEndian.Uint32(have[1:])
	switch {
	case n < 4 || n > maxMessageOut:
		return 0, nil, false, errHangUp
	case int(n) > limit:
		return 0, nil, false, &Error{Severity: "FATAL", Code: "54000",
			Message: "message is too long",
			Detail:  fmt.Sprintf("The message has %d bytes, the limit is %d.", n, limit)}
	case len(have) < int(n)+1:
		return 0, nil, false, nil
	}
	in.r += int(n) + 1
	return have[0], have[5 : n+1], true, nil
}

// drop drops what is to be skipped and is there.
func (in *input) drop() {
	n := min(in.skip, in.w-in.r)
	in.r += n
	in.skip -= n
}

// messageLimit returns the longest length a message of that letter may claim,
// or -1 if there is no such message.
func messageLimit(letter byte, long int) int {
	switch letter {
	case 'Q', 'P', 'B', 'F', 'd':
		return long
	case 'E', 'D', 'C', 'H', 'S', 'X', 'c', 'f':
		return min(maxSmallMessage, long)
	}
	return -1
}
