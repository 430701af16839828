//go:build linux

package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/csvsql/csvsql/engine"
)

// errGone is what a call fails with whose worker ended while it worked on it. It
// becomes an error for the user in session.run.
var errGone = errors.New("the engine's process ended")

// run calls f, which sends requests, on a live worker. If the worker ended
// before it had read the request, f is called again on the next one.
func (s *session) run(ctx context.Context, f func() error) error {
	for {
		err := s.attach(ctx)
		if err == nil {
			if n := engine.IncarnationOf(ctx); n != 0 && n != s.process.generation {
				return errRestarted()
			}
			err = f()
		}
		switch {
		case err == nil:
			return nil
		case errors.Is(err, errUnread) && !s.engine.isClosed():
			s.process.kill("")
			continue
		case errors.Is(err, errGone), errors.Is(err, errUnread):
			return s.gone(ctx)
		case errors.Is(err, errMalformed):
			s.process.kill(err.Error())
			return s.gone(ctx)
		}
		return err
	}
}

// gone is the error of a call during which the worker ended.
func (s *session) gone(ctx context.Context) error {
	s.process.kill("")
	switch {
	case s.engine.isClosed():
		return errClosed()
	case ctx.Err() != nil:
		return canceled(ctx)
	}
	return errDied()
}

// request starts the next request, in which the statements go that were closed
// since the last one.
func (s *session) request(k kind) *encoder {
	s.last++
	s.enc.start(k, s.last, 0)
	s.enc.u32(uint32(len(s.closing)))
	for _, id := range s.closing {
		s.enc.u32(id)
	}
	s.closing = s.closing[:0]
	return &s.enc
}

// roundTrip sends the request that was encoded and waits for its answer. An
// answer that is an error becomes one.
func (s *session) roundTrip(ctx context.Context) (message, error) {
	w := s.watch(ctx, s.last)
	defer w.stop()
	id, sent, err := s.post()
	if err != nil {
		return message{}, err
	}
	for {
		m, err := s.receive(sent)
		if err != nil {
			return m, err
		}
		switch own, err := s.dispatch(m); {
		case err != nil:
			return m, err
		case !own:
			continue
		case m.request != id:
			return m, fmt.Errorf("%w: an answer to request %d instead of %d", errMalformed, m.request, id)
		case m.kind == failed:
			return m, s.failure(ctx, m.body)
		}
		return m, nil
	}
}

// post sends the request that was encoded. sent is for receive.
func (s *session) post() (id uint32, sent uint64, err error) {
	id = s.last
	err = s.channel.send(s.enc.finish(), -1)
	if cap(s.enc.b) > packetSize {
		s.enc.b = nil
	}
	if err != nil { // nobody reads it
		return id, 0, errUnread
	}
	return id, s.channel.lastSent(), nil
}

// receive receives a message. If sent is not 0 it is the number of the last
// message sent when the request was.
func (s *session) receive(sent uint64) (message, error) {
	m, err := s.channel.receive()
	switch {
	case err == nil:
		s.process.answered.Store(true)
		s.engine.sawVersion(s.process, m.version)
		return m, nil
	case errors.Is(err, errUnread) && sent != 0 && s.channel.lastSent() == sent:
		return m, errUnread
	case errors.Is(err, errMalformed):
		return m, err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return m, errGone
	}
	return m, fmt.Errorf("%w: %v", errGone, err)
}

// dispatch gives a message to the result that it is for. own says that it is an
// answer.
func (s *session) dispatch(m message) (own bool, err error) {
	switch m.kind {
	case done, failed, executed, more:
		return true, nil
	case notice:
		var n engine.Notice
		d := decoder{b: m.body}
		if d.json(&n); d.err == nil && s.options.Host != nil {
			s.options.Host.Notice(n)
		}
		return false, d.err
	case effect:
		var e engine.Effect
		d := decoder{b: m.body}
		if d.json(&e); d.err == nil && s.options.Host != nil {
			s.options.Host.Effect(e)
		}
		return false, d.err
	case slot, piece, end, broken:
		if r := s.streams[m.request]; r != nil {
			return false, r.take(m)
		}
		return false, nil // it was closed meanwhile
	}
	return false, fmt.Errorf("%w: kind %d on a session's socket", errMalformed, m.kind)
}

// failure is the error that the worker answered with.
func (s *session) failure(ctx context.Context, body []byte) error {
	err := parseError(body)
	var e *engine.Error
	if !errors.As(err, &e) {
		return err
	}
	return s.classify(ctx, e)
}

// classify is the error for the user of one from the worker, and does what it
// asks for.
func (s *session) classify(ctx context.Context, e *engine.Error) error {
	switch {
	case e.Code == "57014" && ctx.Err() != nil:
		return canceled(ctx)
	case e.Lost && e.Code != "57P01":
		// The engine itself says that nothing will work any more.
		s.process.kill("the engine is broken: " + e.Message)
		e.Lost = false // the next call goes to another process
	case strings.HasPrefix(e.Code, "XX"), strings.HasPrefix(e.Code, "580"): // those from 58P01 on are about the user's files
		s.engine.suspect(s.process)
	}
	return e
}

// watch cancels a request when ctx is done, and kills the worker if that does
// not end it. It is called before the request is sent, which a worker that reads
// nothing would never let end.
func (s *session) watch(ctx context.Context, id uint32) *watch {
	if ctx.Done() == nil {
		return nil
	}
	w := &watch{}
	p, number, after := s.process, s.number, s.engine.options.KillAfter
	w.unregister = context.AfterFunc(ctx, func() {
		w.mu.Lock()
		if !w.over {
			w.timer = time.AfterFunc(after, func() { p.kill("a statement went on after it was canceled") })
		}
		w.mu.Unlock()
		p.tell(cancelRequest, id, func(e *encoder) { e.u32(number) })
	})
	return w
}

// watch is what session.watch started.
type watch struct {
	unregister func() bool
	mu         sync.Mutex
	over       bool
	timer      *time.Timer
}

// stop ends the watch: the request has been answered.
func (w *watch) stop() {
	if w == nil || w.unregister() {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = true
	if w.timer != nil {
		w.timer.Stop()
	}
}
