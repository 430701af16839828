package wire

import "net"

// tune sets the options of a TCP socket.
func (s *Server) tune(nc net.Conn) {
	tcp, ok := nc.(*net.TCPConn)
	if !ok {
		return
	}
	if s.KeepAlive != (net.KeepAliveConfig{}) {
		if err := tcp.SetKeepAliveConfig(s.KeepAlive); err != nil {
			s.log().Warn("wire: keepalive", "error", err)
		}
	}
	if s.UserTimeout > 0 {
		if err := setUserTimeout(tcp, s.UserTimeout); err != nil {
			s.log().Warn("wire: TCP_USER_TIMEOUT", "error", err)
		}
	}
}

// PeerCred is who is at the other end of a Unix socket, as the system knows.
type PeerCred struct{ PID, UID, GID int }

// PeerCred returns who has connected. ok is false if it was not over a Unix socket,
// and on systems other than Linux.
func (c *Conn) PeerCred() (cred PeerCred, ok bool) { return peerCred(c.nc) }

// PeerCred is Conn.PeerCred, for an Authenticator.
func (x *Exchange) PeerCred() (cred PeerCred, ok bool) { return x.conn.PeerCred() }
