package wire

// admit gives a client that asks for a session its process ID and cancel key,
// or says why it has to go.
func (s *Server) admit(c *Conn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return &Error{Severity: "FATAL", Code: "57P03", Message: "the database system is shutting down"}
	}
	if s.MaxConns > 0 && len(s.conns) >= s.MaxConns {
		return &Error{Severity: "FATAL", Code: "53300", Message: "sorry, too many clients already"}
	}
	switch {
	case s.RequireTLS && c.tls == nil && onNetwork(c.nc.RemoteAddr()):
		return &Error{Severity: "FATAL", Code: "28000", Message: "this server accepts encrypted connections only",
			Hint: "Connect with sslmode=require, or better, verify-full."}
	case s.peers.banned(c.peer, s.MaxFailures):
		return &Error{Severity: "FATAL", Code: "53300", Message: "too many failed logins from your address",
			Hint: "Try again in a minute."}
	case !s.peers.enter(c.peer, s.MaxConnsPerIP):
		return &Error{Severity: "FATAL", Code: "53300", Message: "too many connections from your address"}
	}
	for {
		s.lastPID = s.lastPID%(1<<31-1) + 1
		if _, taken := s.conns[s.lastPID]; !taken {
			break
		}
	}
	c.key = newCancelKey(s.lastPID, c.startup.Minor)
	s.conns[c.key.PID] = c
	return nil
}

// checkReserved refuses a client that has logged in if only reserved connections
// are left, and it has no right to them.
func (s *Server) checkReserved(c *Conn) error {
	if s.MaxConns == 0 || s.ReservedConns == 0 || s.MayUseReserved != nil && s.MayUseReserved(c) {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.conns) > s.MaxConns-s.ReservedConns {
		return &Error{Severity: "FATAL", Code: "53300", Message: "remaining connection slots are reserved"}
	}
	return nil
}
