package wire

import (
	"io/fs"
	"net"
	"os"
	"strings"
	"time"
)

// ListenAndServe listens on addr and serves h, with trust for local clients.
func ListenAndServe(addr string, h Handler) error {
	s := Server{Addr: addr, Handler: h}
	return s.ListenAndServe()
}

// ListenAndServe listens on s.Addr and serves until Shutdown or Close, after
// which it returns ErrServerClosed.
func (s *Server) ListenAndServe() error {
	l, err := listen(s.Addr)
	if err != nil {
		return err
	}
	return s.Serve(l)
}

// listen opens the socket. That of a server that is no longer there is replaced.
func listen(addr string) (net.Listener, error) {
	if !strings.Contains(addr, "/") {
		return net.Listen("tcp", addr)
	}
	if info, err := os.Stat(addr); err == nil && info.Mode().Type() == fs.ModeSocket {
		if c, err := net.Dial("unix", addr); err == nil {
			c.Close()
		} else if err := os.Remove(addr); err != nil {
			return nil, err
		}
	}
	return net.Listen("unix", addr)
}

// Serve accepts connections from l and serves each on a goroutine of its own.
// It closes l before it returns, and returns ErrServerClosed after Shutdown or
// Close, else the error of Accept.
func (s *Server) Serve(l net.Listener) error {
	defer l.Close()
	if !s.addListener(&l) {
		return ErrServerClosed
	}
	defer s.removeListener(&l)
	for delay := time.Duration(0); ; {
		nc, err := l.Accept()
		switch {
		case err == nil:
			delay = 0
			go s.ServeConn(nc)
		case s.isClosing():
			return ErrServerClosed
		case isTemporary(err):
			// Out of file descriptors, most likely: wait until some are free.
			delay = min(max(2*delay, 5*time.Millisecond), time.Second)
			s.log().Error("wire: accept", "error", err, "retry in", delay)
			time.Sleep(delay)
		default:
			return err
		}
	}
}

func isTemporary(err error) bool {
	t, ok := err.(interface{ Temporary() bool })
	return ok && t.Temporary()
}
