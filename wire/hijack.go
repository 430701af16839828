package wire

import "net"

// Hijack gives the connection to the handler, which speaks the protocol with the
// client itself from here on: a proxy passes it on. Only Handler.Open may call it,
// and the connection is the handler's until Open returns; then it is closed,
// without another word. Open's context ends at Terminate and at shutdown.
//
// The client has logged in, and knows that. It waits for ParameterStatus,
// BackendKeyData and ReadyForQuery (PostgreSQL documentation, 55.2.1 Start-up).
// What is read from the connection is what the client has sent after its login, and
// is decrypted if it is encrypted. The other methods of Conn that send something
// must not be called any more.
func (c *Conn) Hijack() (net.Conn, error) {
	if c.greeted || c.session != nil || c.hijacked {
		return nil, Errorf("55000", "only Handler.Open can hijack a connection, once")
	}
	c.takeInput()
	c.flush()
	c.mu.Lock()
	c.hijacked = true
	c.mu.Unlock()
	early := append([]byte(nil), c.in.buffered()...)
	c.in.r = c.in.w
	return &hijacked{c.nc, c.stream, early}, nil
}

// hijacked is a connection, perhaps with TLS on it, of which something has been
// read already.
type hijacked struct {
	net.Conn
	stream stream
	early  []byte
}

func (h *hijacked) Read(p []byte) (int, error) {
	if len(h.early) == 0 {
		return h.stream.Read(p)
	}
	n := copy(p, h.early)
	h.early = h.early[n:]
	return n, nil
}

func (h *hijacked) Write(p []byte) (int, error) { return h.stream.Write(p) }
