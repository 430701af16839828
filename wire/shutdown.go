package wire

import (
	"context"
	"time"
)

// Shutdown ends the server in good order: it stops listening, tells idle
// clients 57P01 at once and the others when their statement has ended, and
// returns when all are gone. When ctx is done first, it cancels what runs with
// ErrShutdown, closes what is still open a second later, and returns ctx's error.
func (s *Server) Shutdown(ctx context.Context) error {
	empty := s.stop((*Conn).drain)
	select {
	case <-empty:
		return nil
	case <-ctx.Done():
	}
	empty = s.stop(func(c *Conn) { c.Terminate(ErrShutdown) })
	timer := time.NewTimer(lastWords)
	defer timer.Stop()
	select {
	case <-empty:
	case <-timer.C:
		s.Close()
	}
	return ctx.Err()
}

// Close ends the server at once: it stops listening, cancels what runs and
// closes every connection. It does not wait for the handlers.
func (s *Server) Close() error {
	s.stop(func(c *Conn) {
		c.Terminate(ErrShutdown)
		c.nc.Close()
	})
	return nil
}

// stop stops listening and tells every connection. The channel it returns is
// closed when there is none.
func (s *Server) stop(tell func(*Conn)) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closing = true
	for l := range s.listeners {
		(*l).Close()
	}
	for c := range s.sockets {
		tell(c)
	}
	if len(s.sockets) == 0 {
		none := make(chan struct{})
		close(none)
		return none
	}
	if s.empty == nil {
		s.empty = make(chan struct{})
	}
	return s.empty
}
