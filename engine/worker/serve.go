//go:build linux

package worker

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/csvsql/csvsql/engine"
)

// server is the worker's side of an Engine.
type server struct {
	engine   engine.Engine
	greeting greeting
	control  *channel
	late     latecomers

	mu       sync.Mutex
	sessions map[uint32]*servedSession
	rings    map[uint32][]byte
}

// listen does what the parent asks for on the control socket, and returns the
// exit code when it is gone.
func (s *server) listen() int {
	ended := make(chan int, 1)
	go func() { ended <- s.hear(ended) }()
	return <-ended
}

func (s *server) hear(ended chan<- int) int {
	for {
		m, err := s.control.receive()
		if err != nil {
			// The parent is dead. What it has been told is safe on disk.
			return 0
		}
		d := decoder{b: m.body}
		switch m.kind {
		case openSession:
			var o sessionOptions
			id := d.u32()
			if d.json(&o); d.err != nil {
				return 3
			}
			s.open(id, m.fd, o)
		case cancelRequest:
			s.mu.Lock()
			session := s.sessions[d.u32()]
			s.mu.Unlock()
			if session != nil {
				session.cancel(m.request)
			}
		case dropRing:
			s.dropRing(d.u32())
		case probe:
			go s.probe()
		case shutDown:
			go func() {
				err := s.engine.Close(context.Background())
				s.tell(shutDone, optionalErrorBody(err))
				ended <- 0
			}()
		default:
			return 3
		}
	}
}

// tell sends a message on the control socket.
func (s *server) tell(k kind, body func(e *encoder)) {
	var e encoder
	e.start(k, 0, 0)
	if body != nil {
		body(&e)
	}
	s.control.send(e.finish(), -1) // or the parent is gone
}

func optionalErrorBody(err error) func(e *encoder) {
	if err == nil {
		return nil
	}
	return func(e *encoder) { e.error(err) }
}

// probe tells the parent whether statements still work.
func (s *server) probe() { s.tell(probed, optionalErrorBody(s.selectOne())) }

func (s *server) selectOne() (err error) {
	ctx := context.Background()
	session, err := s.engine.Open(ctx, engine.SessionOptions{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close(ctx)) }()
	st, err := session.Prepare(ctx, "SELECT 1", nil)
	if err != nil {
		return err
	}
	defer st.Close(ctx)
	r, err := st.Execute(ctx, nil)
	if err != nil {
		return err
	}
	defer r.Release()
	if !r.Next() {
		return errors.Join(r.Err(), errors.New("SELECT 1 has no row"))
	}
	return nil
}

// open starts to serve a session on a socket.
func (s *server) open(id uint32, fd int, o sessionOptions) {
	c, err := newChannel(fd, maxFromParent, true)
	if err != nil {
		return // the parent sees the socket closed
	}
	session := newServedSession(s, c, id)
	s.mu.Lock()
	s.sessions[id] = session
	s.mu.Unlock()
	go func() {
		session.serve(o)
		s.mu.Lock()
		delete(s.sessions, id)
		s.mu.Unlock()
	}()
}

// ring is the memory of a ring; fd is its descriptor if it is new, else -1.
func (s *server) ring(id uint32, fd int) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if fd < 0 {
		if mem := s.rings[id]; mem != nil {
			return mem, nil
		}
		return nil, errMalformed
	}
	mem, err := mapRing(fd)
	if err == nil {
		s.rings[id] = mem
	}
	return mem, err
}

// dropRing unmaps a ring that nobody writes to.
func (s *server) dropRing(id uint32) {
	s.mu.Lock()
	mem := s.rings[id]
	delete(s.rings, id)
	s.mu.Unlock()
	if mem != nil {
		unix.Munmap(mem)
	}
}
