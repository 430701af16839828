//go:build linux

package worker

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"golang.org/x/sys/unix"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/worker/frame"
	"github.com/csvsql/csvsql/wire"
)

// step is what a hostile worker does next. In a script each is a byte, with a u16
// for the size of what the comment says it needs, and that.
type step byte

const (
	await      step = iota // reads until it is asked for something
	answer                 // sends a message: a byte for the kind, one for the request or 0 for the one that is asked for, the body
	descriptor             // answer, with a descriptor
	packet                 // sends these bytes, with whatever header they make
	tellParent             // sends a message on the control socket: a byte for the kind, the body
	share                  // writes to the ring: u32 where, the bytes
	scribble               // share, again and again until the session ends
	steps                  // how many there are
)

// hostile is a worker that does whatever it is told to.
type hostile struct {
	session, control *channel
	script           []byte
	last             uint32 // request that it was asked for
	ring             []byte // nil before there is one
	over             chan struct{}
	scribbling       sync.WaitGroup
}

// serve does the steps of the script, up to the first for which there is nobody
// any more.
func (h *hostile) serve() {
	h.over = make(chan struct{})
	defer func() {
		h.session.close()
		h.control.close()
		close(h.over)
		h.scribbling.Wait()
		if h.ring != nil {
			unix.Munmap(h.ring)
		}
	}()
	for len(h.script) >= 3 {
		next := step(h.script[0]) % steps
		size := min(int(binary.LittleEndian.Uint16(h.script[1:])), len(h.script)-3)
		needs := h.script[3 : 3+size]
		h.script = h.script[3+size:]
		if h.do(next, needs) != nil {
			return
		}
	}
}

func (h *hostile) do(next step, needs []byte) error {
	send := func(c *channel, m []byte, fd int) error {
		return c.sendBefore(time.Now().Add(time.Second), m, fd) // the parent need not read
	}
	switch {
	case next == await:
		return h.await()
	case next == packet:
		return send(h.session, needs, -1)
	case next == answer || next == descriptor:
		if len(needs) < 2 {
			return nil
		}
		request, fd := h.last, -1
		if needs[1] != 0 {
			request = uint32(needs[1])
		}
		if next == descriptor {
			fd = 0
		}
		var e encoder
		e.start(kind(needs[0]), request, 1)
		e.bytes(needs[2:])
		return send(h.session, e.finish(), fd)
	case next == tellParent && len(needs) > 0:
		var e encoder
		e.start(kind(needs[0]), 0, 1)
		e.bytes(needs[1:])
		return send(h.control, e.finish(), -1)
	case len(needs) < 4 || h.ring == nil:
		return nil
	}
	where := h.ring[binary.LittleEndian.Uint32(needs)%ringSize:]
	copy(where, needs[4:])
	if next == scribble {
		h.scribbling.Go(func() {
			for n := byte(0); ; n++ {
				select {
				case <-h.over:
					return
				default:
				}
				for i := range min(len(where), len(needs)-4) {
					where[i] = needs[4+i] ^ n
				}
			}
		})
	}
	return nil
}

// await reads until there is a message that wants an answer.
func (h *hostile) await() error {
	for {
		m, err := h.session.receive()
		if err != nil {
			return err
		}
		switch m.kind {
		case slotFree, rows, rowsEnd, closeResult:
			continue
		case fetch:
			if m.fd >= 0 {
				if h.ring != nil {
					unix.Munmap(h.ring)
				}
				if h.ring, err = mapRing(m.fd); err != nil {
					return err
				}
			}
		}
		h.last = m.request
		return nil
	}
}

// drive uses a session of a hostile worker in all ways, and returns the errors that
// a user would see. It fails if it hangs, or if one is none that can be shown. Who
// waits for an answer that does not come cancels after a while; then the worker is
// killed.
func drive(t *testing.T, script []byte, while time.Duration) []error {
	open := func() (ours, theirs *channel) {
		a, b, err := socketPair()
		if err != nil {
			t.Fatal(err)
		}
		ours, err = newChannel(a, maxFromWorker, false)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err = newChannel(b, maxFromParent, true)
		if err != nil {
			t.Fatal(err)
		}
		return ours, theirs
	}
	control, theirControl := open()
	channel, theirChannel := open()
	e, p := fakeEngine(control, func() {
		theirChannel.close()
		theirControl.close()
	})
	h := &hostile{session: theirChannel, control: theirControl, script: script}
	served := make(chan struct{})
	go func() {
		defer close(served)
		h.serve()
	}()
	heard := make(chan struct{})
	go func() { // as process.listen does
		defer close(heard)
		p.kill(fmt.Sprint(p.hear(make(chan error, 1))))
	}()
	hung := time.AfterFunc(time.Minute, func() { panic("the parent hangs") })
	defer hung.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), while)
	defer cancel()
	s := &session{engine: e, process: p, channel: channel, restored: true, streams: map[uint32]*stream{}, options: engine.SessionOptions{Host: anyHost{}}}
	seen := use(t, ctx, s)
	s.Close(context.Background())
	p.kill("it is over")
	<-served
	<-heard
	control.close()
	p.rings.close()
	return seen
}

// fakeEngine is an Engine with a process that is none. When that is killed, which
// calls end, the engine is closed, for it is not started again here.
func fakeEngine(control *channel, end func()) (*Engine, *process) {
	p := newProcess(control, new(Counts), 1)
	p.patience = 20 * time.Millisecond
	e := &Engine{
		options:  Options{Log: slog.New(slog.DiscardHandler), KillAfter: time.Millisecond}.withDefaults(),
		changed:  make(chan struct{}),
		sessions: map[*session]struct{}{},
		current:  p,
	}
	var once sync.Once
	p.stop = func() error {
		once.Do(func() {
			e.mu.Lock()
			e.closed = true
			e.mu.Unlock()
			close(p.gone)
			end()
		})
		return nil
	}
	return e, p
}

// anyHost takes what it is told.
type anyHost struct{}

func (anyHost) Notice(engine.Notice) {}
func (anyHost) Effect(engine.Effect) {}

// use calls everything that a session has, and returns what failed.
func use(t *testing.T, ctx context.Context, s *session) (seen []error) {
	check := func(err error) {
		if err != nil {
			seen = append(seen, err)
		}
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
			check(encode(ctx, r))
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
	_, err = s.Objects(ctx)
	check(err)
	check(s.Publish(ctx, 0, 1, maps.All(map[engine.TableName]array.RecordReader{{}: nil})))
	return seen
}

// encode reads a result as a server does, and releases it. Of the errors that
// which ends it is returned.
func encode(ctx context.Context, r engine.Result) error {
	rows := encoding.Compile(r.Schema()).Rows(r, nil, func(int64) string { return "" })
	defer rows.Close()
	if err := rows.SetFormats([]wire.Format{wire.Text}); err != nil {
		return nil
	}
	var w wire.RowWriter
	for range 100 {
		n, err := rows.NextBatch(ctx)
		if err != nil || n == 0 {
			return r.Err()
		}
		for row := range n {
			w.SetBuf(w.Buf()[:0])
			rows.EncodeRow(&w, row) // a value may be none
		}
	}
	return nil
}

func ints(values ...int64) arrow.RecordBatch {
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{{Name: "i", Type: arrow.PrimitiveTypes.Int64}}, nil))
	b.Field(0).(*array.Int64Builder).AppendValues(values, nil)
	return b.NewRecordBatch()
}

// honest is a script that a worker in order might follow.
func honest() (script []byte) {
	b := ints(1, 2, 3)
	var w frame.Writer
	size, _ := w.Plan(b)
	framed := make([]byte, size)
	w.Write(framed)
	do := func(next step, needs []byte) {
		script = append(script, byte(next), byte(len(needs)), byte(len(needs)>>8))
		script = append(script, needs...)
	}
	send := func(k kind, body func(e *encoder)) {
		var e encoder
		e.byte(byte(k))
		e.byte(0)
		if body != nil {
			body(&e)
		}
		do(answer, e.b)
	}
	reply := func(k kind, body func(e *encoder)) {
		do(await, nil)
		send(k, body)
	}
	fill := func(at uint32) {
		do(share, append(binary.LittleEndian.AppendUint32(nil, at*slotSize), framed...))
		send(slot, func(e *encoder) {
			e.u32(at)
			e.u32(uint32(len(framed)))
			e.byte(0)
		})
	}
	reply(done, func(e *encoder) { // Prepare
		e.byte(byte(engine.Select))
		e.bool(true)
		encodeTypes(e, nil)
		encodeSchema(e, b.Schema())
	})
	do(await, nil)
	send(notice, func(e *encoder) { e.json(engine.Notice{}) })
	send(executed, func(e *encoder) {
		encodeSchema(e, nil)
		e.u32(uint32(len(framed)))
		e.bytes(framed)
		e.byte(byte(ended))
		e.u64(0)
	})
	reply(executed, func(e *encoder) {
		encodeSchema(e, nil)
		e.u32(0)
		e.byte(byte(goesOn))
	})
	do(await, nil) // fetch
	for i := range uint32(6) {
		fill(i % slotCount)
	}
	send(end, func(e *encoder) { e.u64(18) })
	send(effect, func(e *encoder) { e.json(engine.Effect{}) })
	reply(done, nil)                           // Set
	reply(done, func(e *encoder) { e.u32(0) }) // Tables
	reply(failed, func(e *encoder) {           // Load
		e.error(engine.Errorf("58P01", "no file"))
	})
	do(tellParent, []byte{byte(probed)})
	do(await, nil) // Insert
	for range 3 {
		send(more, nil)
	}
	send(done, func(e *encoder) { e.u64(7) })
	reply(done, nil) // Begin
	reply(done, nil)
	reply(done, func(e *encoder) { e.json(engine.Objects{}) })
	reply(done, nil) // Publish
	reply(done, nil) // Close
	return script
}

// TestHostile drives sessions of workers that do not keep to the protocol.
func TestHostile(t *testing.T) {
	t.Parallel()
	script := honest()
	// One that does is answered in full: what follows begins where it is right.
	if seen := drive(t, script, time.Minute); len(seen) != 1 || seen[0].Error() != "no file" {
		t.Errorf("a worker in order gives the errors %v", seen)
	}
	const while = 5 * time.Millisecond
	drive(t, nil, while)
	for i := range script {
		for _, bits := range []byte{0xFF, 1, 0x80} {
			bad := append([]byte(nil), script...)
			bad[i] ^= bits
			drive(t, bad, while)
		}
	}
}

// TestDeaf: a worker that does not read what it is sent is killed, also while it
// is asked for nothing, and when all that can be said to it is that a statement is
// canceled.
func TestDeaf(t *testing.T) {
	t.Parallel()
	fill := func(c *channel) {
		for c.sendBefore(time.Now().Add(time.Millisecond), make([]byte, headerSize), -1) == nil {
		}
	}
	open := func() (*channel, int) {
		ours, theirs, err := socketPair()
		if err != nil {
			t.Fatal(err)
		}
		c, err := newChannel(ours, maxFromWorker, false)
		if err != nil {
			t.Fatal(err)
		}
		return c, theirs
	}
	for name, use := range map[string]func(s *session){
		"a slot is freed":       func(s *session) { (&stream{channel: s.channel, process: s.process}).credit(1) },
		"a session is opened":   func(s *session) { s.process.open(sessionOptions{}) },
		"a statement is closed": func(s *session) { s.Close(context.Background()) },
		"a statement is canceled": func(s *session) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			defer cancel()
			if _, err := s.Prepare(ctx, "SELECT 1", nil); err == nil {
				t.Error("it was prepared")
			}
		},
	} {
		control, theirControl := open()
		c, theirs := open()
		e, p := fakeEngine(control, func() {
			unix.Close(theirControl)
			unix.Close(theirs)
		})
		p.patience = 100 * time.Millisecond
		fill(control)
		fill(c)
		hung := time.AfterFunc(time.Minute, func() { panic("the parent hangs: " + name) })
		use(&session{engine: e, process: p, channel: c, restored: true, streams: map[uint32]*stream{}})
		hung.Stop()
		if p.killed() == "" {
			t.Errorf("%s: the worker was not killed", name)
		}
		control.close()
		c.close()
	}
}

// FuzzHostile drives sessions of workers that do what the fuzzer finds.
func FuzzHostile(f *testing.F) {
	f.Add(honest())
	f.Fuzz(func(t *testing.T, script []byte) { drive(t, script, 5*time.Millisecond) })
}
