//go:build linux

package worker

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/engine"
)

// sessionOptions are the engine.SessionOptions that cross.
type sessionOptions struct{ User, Database string }

// session is the parent's side of a session: it outlives the process that it is
// in. It implements [engine.Session].
type session struct {
	engine  *Engine
	options engine.SessionOptions
	running atomic.Pointer[running]

	mu      sync.Mutex
	closed  *engine.Error
	process *process // the one that it is in
	channel *channel
	number  uint32 // of the session in its process
	enc     encoder
	last    uint32   // number of the last request
	made    uint32   // number of the last statement
	closing []uint32 // statements that the worker need not keep
	streams map[uint32]*stream

	// What is to be made again in the next process, and what cannot be.
	settings      []setting
	restored      bool // they are, in this process
	transactor    bool
	inTransaction bool
	forgotten     bool // a transaction was lost, its owner was told, and has not ended it yet
	temporary     bool // there may be temporary tables
}

type setting struct{ name, value string }

// running is what a session waits for.
type running struct {
	process *process
	sql     string
}

// transactional is a session of an engine that has transactions.
type transactional struct{ *session }

var (
	_ engine.Session    = (*session)(nil)
	_ engine.Transactor = transactional{}
)

func newSession(ctx context.Context, e *Engine, o engine.SessionOptions) (engine.Session, error) {
	s := &session{engine: e, options: o}
	if err := s.run(ctx, func() error { return nil }); err != nil {
		if s.channel != nil {
			s.channel.close()
		}
		return nil, err
	}
	s.channel.done()
	e.mu.Lock()
	closed := e.closed
	if !closed {
		e.sessions[s] = struct{}{}
		e.options.Counts.sessions.Add(1)
	}
	e.mu.Unlock()
	if closed {
		s.channel.close()
		return nil, errClosed()
	}
	if s.transactor {
		return transactional{s}, nil
	}
	return s, nil
}

// enter starts a call. If it fails the session is not locked.
func (s *session) enter(ctx context.Context) error {
	s.mu.Lock()
	var err error
	switch {
	case s.closed != nil:
		err = s.closed
	case s.engine.isClosed():
		err = errClosed()
	case ctx.Err() != nil:
		err = canceled(ctx)
	}
	if err != nil {
		s.mu.Unlock()
	}
	return err
}

func (s *session) leave() {
	if s.channel != nil {
		s.channel.done()
	}
	if s.process == nil || !s.process.isGone() { // else the log will say what it was
		s.running.Store(nil)
	}
	s.mu.Unlock()
}

// attach puts the session into the running process, unless it is there. The
// error says what it has lost, once.
func (s *session) attach(ctx context.Context) error {
	if s.process != nil && !s.process.isGone() && s.restored {
		return nil
	}
	for {
		p, err := s.engine.process(ctx)
		if err != nil {
			return err
		}
		if p != s.process {
			err = s.enterProcess(ctx, p)
		}
		if err == nil {
			err = s.restore(ctx)
		}
		if err == nil {
			break
		}
		if !isLoss(err) {
			return err
		}
		p.kill("")
	}
	lostTransaction, lostTables := s.inTransaction, s.temporary
	s.inTransaction, s.temporary = false, false
	switch {
	case lostTransaction:
		s.forgotten = true
		return errTransactionLost()
	case lostTables:
		return errTemporaryLost()
	}
	return nil
}

// isLoss says whether err means that the process is about to be gone.
func isLoss(err error) bool { return errors.Is(err, errGone) || errors.Is(err, errUnread) }

// enterProcess opens the session in p.
func (s *session) enterProcess(ctx context.Context, p *process) error {
	c, number, err := p.open(sessionOptions{User: s.options.User, Database: s.options.Database})
	if err != nil {
		return err
	}
	if s.channel != nil {
		s.channel.close()
	}
	for _, r := range s.streams {
		r.lose()
	}
	s.process, s.channel, s.number = p, c, number
	s.last, s.closing, s.streams, s.restored = 0, nil, map[uint32]*stream{}, false

	// It answers unasked, as request 0.
	w := s.watch(ctx, 0)
	m, err := s.receive(0)
	w.stop()
	switch {
	case err != nil:
		return err
	case m.kind == failed:
		return s.failure(ctx, m.body)
	case m.kind != done || len(m.body) != 1:
		return errMalformed
	}
	s.transactor = m.body[0] == 1
	return nil
}

// restore gives the session its settings in the process in which it is. Without
// them nothing may be run: it would have other results.
func (s *session) restore(ctx context.Context) error {
	for _, v := range s.settings {
		if err := s.send(ctx, v); err != nil {
			return err
		}
	}
	s.restored = true
	return nil
}

// Prepare implements [engine.Session].
func (s *session) Prepare(ctx context.Context, sql string, params []arrow.DataType) (engine.Statement, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.leave()
	st := &statement{session: s, sql: sql, declared: params}
	if err := s.run(ctx, func() error { return st.prepare(ctx) }); err != nil {
		return nil, err
	}
	return st, nil
}

// Version implements [engine.Session].
func (s *session) Version() uint64 { return s.engine.version.Load() }

// Set implements [engine.Session].
func (s *session) Set(ctx context.Context, name, value string) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	v := setting{name, value}
	if err := s.run(ctx, func() error { return s.send(ctx, v) }); err != nil {
		return err
	}
	for i, old := range s.settings {
		if strings.EqualFold(old.name, name) {
			s.settings = append(s.settings[:i], s.settings[i+1:]...)
			break
		}
	}
	s.settings = append(s.settings, v)
	return nil
}

func (s *session) send(ctx context.Context, v setting) error {
	e := s.request(set)
	e.text(v.name)
	e.text(v.value)
	_, err := s.roundTrip(ctx)
	return err
}

// Close implements [engine.Session].
func (s *session) Close(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed != nil {
		return nil
	}
	s.closed = &engine.Error{Code: "08003", Message: "the session is closed"}
	if !s.engine.isClosed() && !s.process.isGone() {
		s.closeInWorker(context.WithoutCancel(ctx))
	}
	for _, r := range s.streams {
		r.lose()
	}
	s.channel.done()
	s.channel.close()
	s.engine.mu.Lock()
	delete(s.engine.sessions, s)
	s.engine.options.Counts.sessions.Add(-1)
	s.engine.mu.Unlock()
	return nil
}

// closeInWorker waits until the worker has ended the session, whatever it was
// doing. If it does not, it does not live on.
func (s *session) closeInWorker(ctx context.Context) {
	over, cancel := context.WithCancel(ctx)
	cancel()
	for id := range s.streams { // what they are doing nobody wants
		s.process.tell(cancelRequest, id, func(e *encoder) { e.u32(s.number) })
	}
	s.request(closeSession)
	w := s.watch(over, s.last)
	defer w.stop()
	id, sent, err := s.post()
	if err != nil {
		return
	}
	for {
		m, err := s.receive(sent)
		if err != nil {
			return
		}
		if own, err := s.dispatch(m); err != nil || own && m.request == id {
			return
		}
	}
}

// waitsFor says in the log, should the worker end, what it was doing.
func (s *session) waitsFor(sql string) { s.running.Store(&running{s.process, sql}) }
