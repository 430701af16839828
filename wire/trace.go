package wire

import (
	"encoding/binary"
	"io"
	"sync"
	"time"
)

// Tracer writes a conversation down as libpq's PQtrace does, a line for each
// message:
//
//	2026-01-31 12:00:00.123456	F	27	Query	 "select 1 as a, 'x' as b"
//	2026-01-31 12:00:00.123789	B	11	DataRow	 1 1 '1'
//
// that is the time, who sends (F is the client), the length, the name and the fields
// (PostgreSQL documentation, 34.19 Control Functions). Line ends in strings are \x0a and
// \x0d. Of CopyData only the length is told, and of secrets nothing.
//
// For a server, see Server.Trace. Anything else that passes the protocol on feeds
// it with what it reads and writes. Both methods may be called at once.
type Tracer struct {
	w           io.Writer
	options     TraceOptions
	mu          sync.Mutex
	front, back traceStream
	line        []byte
}

// TraceOptions are PQsetTraceFlags.
type TraceOptions struct {
	NoTime bool // PQTRACE_SUPPRESS_TIMESTAMPS

	// Regress leaves out what differs between two runs: OIDs, process IDs, and
	// places in the server's source (PQTRACE_REGRESS_MODE).
	Regress bool
}

// maxTraced is the longest message whose fields are written.
const maxTraced = 1 << 20

// traceStream is one direction of the conversation.
type traceStream struct {
	part []byte // of a message that is not complete
	skip int    // bytes to come of one that is not kept
}

// NewTracer returns a Tracer that writes to w, one Write for each line. What w
// returns as an error is of no consequence.
func NewTracer(w io.Writer, o TraceOptions) *Tracer {
	return &Tracer{w: w, options: o}
}

// Frontend takes the next bytes of what the client sends, after its login.
func (t *Tracer) Frontend(b []byte) { t.feed(&t.front, b, true) }

// Backend takes the next bytes of what the server sends, from the beginning of a
// message on.
func (t *Tracer) Backend(b []byte) { t.feed(&t.back, b, false) }

func (t *Tracer) feed(s *traceStream, b []byte, front bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(b) > 0 {
		if s.skip > 0 {
			n := min(s.skip, len(b))
			s.skip -= n
			b = b[n:]
			continue
		}
		if need := 5 - len(s.part); need > 0 {
			n := min(need, len(b))
			s.part = append(s.part, b[:n]...)
			b = b[n:]
			if len(s.part) < 5 {
				return
			}
		}
		length := int(binary.BigEndian.Uint32(s.part[1:]))
		if s.part[0] == 'd' || length > maxTraced {
			t.write(s.part[0], length, nil, front)
			s.skip = max(length-4, 0)
			s.part = s.part[:0]
			continue
		}
		n := min(max(1+length-len(s.part), 0), len(b))
		s.part = append(s.part, b[:n]...)
		b = b[n:]
		if len(s.part) >= 1+length {
			t.write(s.part[0], length, s.part[5:], front)
			s.part = s.part[:0]
		}
	}
}

// write writes a line. body is nil if it was too long to be kept.
func (t *Tracer) write(letter byte, length int, body []byte, front bool) {
	p := tracePrinter{line: t.line[:0], d: decoder{body: body}, regress: t.options.Regress}
	if !t.options.NoTime {
		p.line = time.Now().AppendFormat(p.line, "2006-01-02 15:04:05.000000\t")
	}
	p.head(letter, length, front)
	if body != nil {
		if front {
			p.frontend(letter)
		} else {
			p.backend(letter)
		}
	}
	if p.d.err != nil {
		p.line = append(p.line, " malformed"...)
	}
	p.line = append(p.line, '\n')
	t.line = p.line
	t.w.Write(p.line)
}
