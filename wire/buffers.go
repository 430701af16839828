package wire

// maxPooled is the largest buffer that is kept for others; a larger one was
// made by one large message or row.
const maxPooled = 1 << 20

// takeBuffer returns an empty buffer of at least flushSize and some room for the
// row that fills it. It goes back through giveBuffer.
func (s *Server) takeBuffer() *[]byte {
	if b, ok := s.buffers.Get().(*[]byte); ok {
		return b
	}
	b := make([]byte, 0, flushSize+flushSize/4)
	return &b
}

func (s *Server) giveBuffer(b *[]byte) {
	if cap(*b) <= maxPooled {
		*b = (*b)[:0]
		s.buffers.Put(b)
	}
}
