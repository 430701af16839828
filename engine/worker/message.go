//go:build linux

package worker

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
)

// kind is what a message is. The comments say what its body holds.
type kind uint8

const (
	_ kind = iota

	// On the control socket, to the worker.
	hello         // Options.Config
	openSession   // u32 session, JSON of sessionOptions; with the session's socket
	cancelRequest // u32 session; the request is the one to cancel
	probe         // asks whether statements still work
	dropRing      // u32 ring
	shutDown      // asks to close the engine and end

	// On the control socket, to the parent.
	ready    // JSON of greeting
	fatal    // JSON of engine.Error: the engine cannot be opened
	probed   // an error, if it has a body
	shutDone // an error, if it has a body

	// On a session's socket, to the worker. Each has one answer, but for those
	// from rows on.
	prepare      // closed statements, u32 statement, text, declared types
	execute      // closed statements, u32 statement, arguments
	load         // closed statements, JSON of engine.LoadSpec
	tables       // closed statements, JSON of engine.TableFilter
	set          // closed statements, name, value
	begin        // closed statements, JSON of engine.TxOptions
	commit       // closed statements
	rollback     // closed statements
	insert       // closed statements, JSON of engine.InsertSpec as a text, schema; rows follow
	publish      // closed statements, JSON of publication as a text, schema; rows follow, unless it is withdrawn
	objects      // closed statements
	closeSession // closed statements
	rows         // a frame of the rows of the last insert
	rowsEnd      // there are no more; 1 byte if they ended with an error
	fetch        // u32 ring: send the rest of the request's result through it; with the memory of a new ring
	slotFree     // the request's result has one more slot to write to: u32 slot
	closeResult  // the request's result is not wanted any more

	// On a session's socket, to the parent: answers.
	done     // what the request asks for
	failed   // an error
	executed // the schema if it is not the statement's; u32 size, as many bytes of frames; u8 resultState

	// On a session's socket, to the parent: what an open result sends.
	slot   // u32 slot, u32 bytes used, u8 1 if it is a piece of one frame
	piece  // the same without a ring: u8 1 if it is a piece of one frame, the bytes
	end    // i64 rows affected
	broken // an error
	notice // JSON of engine.Notice
	effect // JSON of engine.Effect
	more   // one more message of rows may be sent

	kinds // how many there are
)

// resultState is how a result goes on behind the frames of executed.
type resultState uint8

const (
	goesOn      resultState = iota // ask for the rest with fetch
	ended                          // i64 rows affected
	failedLater                    // an error, behind these rows
)

// headerSize is the size of what stands before each message's body:
//
//	u32 size of the body, u8 kind, 3 bytes of 0, u32 request, u64 version
//
// Numbers are little endian. The request is the session's number of what was
// asked, and names the result that it opened; the version is the engine's
// Version at the time of the answer.
const headerSize = 20

// message is one that has arrived. Its body is valid until the channel receives
// the next one.
type message struct {
	kind    kind
	request uint32
	version uint64
	body    []byte
	fd      int // -1 if no descriptor came with it
}

// encoder builds a message to send.
type encoder struct{ b []byte }

// start begins a message in the memory of the last one.
func (e *encoder) start(k kind, request uint32, version uint64) {
	e.b = append(e.b[:0], 0, 0, 0, 0, byte(k), 0, 0, 0)
	e.u32(request)
	e.u64(version)
}

func (e *encoder) byte(n byte) { e.b = append(e.b, n) }
func (e *encoder) bool(b bool) {
	if b {
		e.byte(1)
	} else {
		e.byte(0)
	}
}
func (e *encoder) u32(n uint32)   { e.b = binary.LittleEndian.AppendUint32(e.b, n) }
func (e *encoder) u64(n uint64)   { e.b = binary.LittleEndian.AppendUint64(e.b, n) }
func (e *encoder) text(s string)  { e.u32(uint32(len(s))); e.b = append(e.b, s...) }
func (e *encoder) bytes(b []byte) { e.b = append(e.b, b...) }

// grow appends n bytes and returns them, to be written.
func (e *encoder) grow(n int) []byte {
	at := len(e.b)
	if cap(e.b)-at < n {
		e.b = append(e.b, make([]byte, n)...)
	} else {
		e.b = e.b[:at+n]
	}
	return e.b[at:]
}

// json appends what is rare and has many fields.
func (e *encoder) json(v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // the types that are sent can be marshaled
	}
	e.b = append(e.b, b...)
}

// finish completes the message.
func (e *encoder) finish() []byte {
	binary.LittleEndian.PutUint32(e.b, uint32(len(e.b)-headerSize))
	return e.b
}

// errMalformed is wrapped by errors about what the other process sent.
var errMalformed = errors.New("malformed message")

// decoder reads a body until the first error, which it keeps; after it, what is
// read is zero.
type decoder struct {
	b   []byte
	err error
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: %s", errMalformed, fmt.Sprintf(format, args...))
	}
	d.b = nil
}

func (d *decoder) take(n int) []byte {
	if d.err != nil || n < 0 || n > len(d.b) {
		d.fail("it is cut off")
		return nil
	}
	b := d.b[:n]
	d.b = d.b[n:]
	return b
}

func (d *decoder) byte() byte {
	if b := d.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (d *decoder) u32() uint32 {
	if b := d.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (d *decoder) u64() uint64 {
	if b := d.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (d *decoder) text() string { return string(d.take(int(d.u32()))) }

// rest is what has not been read.
func (d *decoder) rest() []byte {
	b := d.b
	d.b = nil
	return b
}

// json reads the rest.
func (d *decoder) json(v any) {
	if d.err != nil {
		return
	}
	if err := json.Unmarshal(d.rest(), v); err != nil {
		d.fail("%v", err)
	}
}

// close returns the error, one too if there is more than was read.
func (d *decoder) close() error {
	if len(d.b) > 0 {
		d.fail("%d bytes too many", len(d.b))
	}
	return d.err
}
