//go:build linux

package worker

import (
	"context"
	"encoding/binary"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"golang.org/x/sys/unix"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/worker/frame"
)

// hostile is a worker that answers whatever it is told to. Its script is a list
// of messages: a byte for the kind, one that says whether the request is the one
// that is asked for, a u16 for the size of the body, and that.
type hostile struct {
	script []byte
	memory []byte // is written to the first slot of each ring
	last   uint32 // request
}

// serve answers each message with the next of the script.
func (h *hostile) serve(c *channel) {
	defer c.close()
	h.answer(c, encodedDone) // to the opening of the session
	for {
		m, err := c.receive()
		if err != nil {
			return
		}
		switch m.kind {
		case slotFree, rows:
			continue
		case fetch:
			if m.fd >= 0 {
				mem, err := mapRing(m.fd)
				if err != nil {
					return
				}
				copy(mem, h.memory)
				defer unix.Munmap(mem)
			}
		}
		h.last = m.request
		if len(h.script) < 4 {
			return
		}
		size := min(int(binary.LittleEndian.Uint16(h.script[2:])), len(h.script)-4)
		next := h.script[:4+size]
		h.script = h.script[4+size:]
		h.answer(c, next)
	}
}

var encodedDone = []byte{byte(done), 1, 1, 0, 1}

func (h *hostile) answer(c *channel, message []byte) {
	request := h.last
	if message[1] != 1 {
		request = uint32(message[1])
	}
	var e encoder
	e.start(kind(message[0]), request, 1)
	e.bytes(message[4:])
	c.send(e.finish(), -1)
}

// scripted is a message of a script.
func scripted(k kind, body func(e *encoder)) []byte {
	var e encoder
	if body != nil {
		body(&e)
	}
	return append([]byte{byte(k), 1, byte(len(e.b)), byte(len(e.b) >> 8)}, e.b...)
}

// drive uses a session of a hostile worker in all ways. It fails if it hangs, or
// if an error is none that can be shown.
func drive(t *testing.T, script, shared []byte) {
	ours, theirs, err := socketPair()
	if err != nil {
		t.Fatal(err)
	}
	fake, err := newChannel(theirs, maxFromParent, true)
	if err != nil {
		t.Fatal(err)
	}
	control, deaf, err := socketPair()
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(deaf)
	p := &process{generation: 1, gone: make(chan struct{}), exited: make(chan struct{})}
	if p.control, err = newChannel(control, maxFromWorker, false); err != nil {
		t.Fatal(err)
	}
	defer p.control.close()
	e := &Engine{options: Options{Log: slog.New(slog.DiscardHandler), KillAfter: time.Millisecond}.withDefaults(), changed: make(chan struct{}), sessions: map[*session]struct{}{}, current: p}
	p.rings.make, p.rings.drop = newRing, func(uint32) {}
	defer p.rings.close()
	var once sync.Once
	p.stop = func() error { // the engine is not started again here
		once.Do(func() {
			e.mu.Lock()
			e.closed = true
			e.mu.Unlock()
			close(p.gone)
			fake.close()
		})
		return nil
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		(&hostile{script: script, memory: shared}).serve(fake)
	}()
	c, err := newChannel(ours, maxFromWorker, false)
	if err != nil {
		t.Fatal(err)
	}
	s := &session{engine: e, process: p, channel: c, streams: map[uint32]*stream{}}
	if m, err := s.receive(0); err != nil || m.kind != done {
		t.Fatal(m, err)
	}
	hung := time.AfterFunc(time.Minute, func() { panic("the parent hangs") })
	defer hung.Stop()
	// Who waits for an answer that does not come cancels, sooner or later; then
	// the worker is killed.
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	use(t, ctx, s)
	s.Close(context.Background())
	<-served
}

// use calls everything that a session has.
func use(t *testing.T, ctx context.Context, s *session) {
	check := func(err error) {
		var known *engine.Error
		if err != nil && !errors.As(err, &known) && errors.Is(err, errMalformed) {
			t.Errorf("%v is shown to the user", err)
		}
	}
	st, err := s.Prepare(ctx, "SELECT 1", nil)
	check(err)
	if err == nil {
		for range 2 {
			r, err := st.Execute(ctx, nil)
			check(err)
			if err != nil {
				continue
			}
			for n := 0; n < 100 && r.Next(); n++ {
				for _, c := range r.RecordBatch().Columns() {
					c.NullN()
				}
			}
			check(r.Err())
			r.Release()
		}
		st.Close(ctx)
	}
	check(s.Set(ctx, "timezone", "UTC"))
	_, err = s.tables(ctx, engine.TableFilter{})
	check(err)
	_, err = s.Load(ctx, engine.LoadSpec{})
	check(err)
	b := ints(1, 2, 3)
	reader, err := array.NewRecordReader(b.Schema(), []arrow.RecordBatch{b, b, b, b, b, b, b})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Insert(ctx, engine.InsertSpec{}, reader)
	check(err)
	check(transactional{s}.Begin(ctx, engine.TxOptions{}))
	check(transactional{s}.Commit(ctx))
}

func ints(values ...int64) arrow.RecordBatch {
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{{Name: "i", Type: arrow.PrimitiveTypes.Int64}}, nil))
	b.Field(0).(*array.Int64Builder).AppendValues(values, nil)
	return b.NewRecordBatch()
}

// honest is a script that a worker in order might follow, and what it writes to
// the ring.
func honest() (script, shared []byte) {
	b := ints(1, 2, 3)
	var w frame.Writer
	size, _ := w.Plan(b)
	framed := make([]byte, size)
	w.Write(framed)
	for _, m := range [][]byte{
		scripted(done, func(e *encoder) { // Prepare
			e.byte(byte(engine.Select))
			encodeTypes(e, nil)
			encodeSchema(e, b.Schema())
		}),
		scripted(executed, func(e *encoder) {
			encodeSchema(e, nil)
			e.u32(uint32(len(framed)))
			e.bytes(framed)
			e.byte(byte(ended))
			e.u64(0)
		}),
		scripted(executed, func(e *encoder) {
			encodeSchema(e, nil)
			e.u32(0)
			e.byte(byte(goesOn))
		}),
		scripted(slot, func(e *encoder) { // for fetch
			e.u32(0)
			e.u32(uint32(len(framed)))
			e.byte(0)
		}),
		scripted(done, nil), // for closeResult, of which it is the answer to Set
		scripted(done, func(e *encoder) { e.u32(0) }),
		scripted(failed, func(e *encoder) { e.error(engine.Errorf("58P01", "no file")) }),
		scripted(more, nil),
	} {
		script = append(script, m...)
	}
	return script, framed
}

// TestHostile drives sessions of workers that do not keep to the protocol.
func TestHostile(t *testing.T) {
	t.Parallel()
	script, shared := honest()
	drive(t, nil, nil)
	drive(t, script, shared)
	for i := range script {
		bad := append([]byte(nil), script...)
		bad[i] ^= 0xFF
		drive(t, bad, shared)
	}
	for i := range shared {
		bad := append([]byte(nil), shared...)
		bad[i] ^= 0xFF
		drive(t, script, bad)
	}
}

// FuzzHostile does so with what the fuzzer finds.
func FuzzHostile(f *testing.F) {
	script, shared := honest()
	f.Add(script, shared)
	f.Fuzz(func(t *testing.T, script, shared []byte) { drive(t, script, shared) })
}
