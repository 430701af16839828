package wire

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"log/slog"
	"net"
	"runtime"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/csvsql/csvsql/wire/oid"
)

// bounded calls decode and holds it to memory in proportion to the message: no
// count or length in it may be what is allocated. A slice of parameters takes 24
// bytes for each, which has 4 in the message at least; the rest is slack for
// what the test itself allocates meanwhile.
func bounded(t *testing.T, message []byte, decode func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	decode()
	runtime.ReadMemStats(&after)
	if got, most := after.TotalAlloc-before.TotalAlloc, uint64(64<<10+32*len(message)); got > most {
		t.Errorf("a message of %d bytes took %d bytes of memory: %q", len(message), got, message)
	}
}

func FuzzDecodeStartup(f *testing.F) {
	f.Add([]byte("\x00\x03\x00\x00user\x00u\x00\x00"))
	f.Add([]byte("\x00\x03\x00\x02user\x00u\x00options\x00-c a=b --c=\\ d\x00_pq_.x\x00\x00\x00"))
	f.Add([]byte("\x00\x03\x00\x00replication\x00maybe\x00\x00"))
	f.Add([]byte("\x00\x04\x00\x00"))
	f.Add([]byte("\x00\x03\x00\x00user"))
	f.Fuzz(func(t *testing.T, packet []byte) {
		if len(packet) < 4 || len(packet) > maxStartup {
			return
		}
		var s Startup
		var err error
		bounded(t, packet, func() { s, _, err = decodeStartup(packet) })
		if err == nil && (s.User == "" || s.Database == "") {
			t.Errorf("a login of nobody: %+v", s)
		}
		for _, p := range s.Params {
			if !utf8.ValidString(p.Name + p.Value) {
				t.Errorf("%+q is not UTF-8", p)
			}
		}
	})
}

func FuzzDecodeParse(f *testing.F) {
	f.Add([]byte("s\x00select $1\x00\x00\x01\x00\x00\x00\x17"))
	f.Add([]byte("\x00\x00\xff\xff"))
	f.Add([]byte("\x00\xc3\x00\x00\x00"))
	f.Add([]byte("unterminated"))
	f.Fuzz(func(t *testing.T, body []byte) {
		var m parseMessage
		var err error
		bounded(t, body, func() { m, err = decodeParse(slices.Clone(body)) })
		if err != nil {
			return
		}
		again := append(append([]byte(m.name), 0), m.sql...)
		again = binary.BigEndian.AppendUint16(append(again, 0), uint16(len(m.types)))
		for _, t := range m.types {
			again = binary.BigEndian.AppendUint32(again, uint32(t))
		}
		if !bytes.Equal(again, body) {
			t.Errorf("%q was read as %q", body, again)
		}
	})
}

func FuzzDecodeBind(f *testing.F) {
	f.Add([]byte("p\x00s\x00\x00\x01\x00\x01\x00\x02\x00\x00\x00\x01x\xff\xff\xff\xff\x00\x01\x00\x00"), uint16(2), uint16(1))
	f.Add([]byte("\x00\x00\x00\x00\x00\x00\x00\x00"), uint16(0), uint16(0))
	f.Add([]byte("\x00\x00\xff\xff"), uint16(0), uint16(0))
	f.Add([]byte("\x00\x00\x00\x00\x00\x01\x7f\xff\xff\xff"), uint16(1), uint16(0))
	f.Add([]byte("\x00\x00\x00\x00\x00\x01\x80\x00\x00\x00"), uint16(1), uint16(0))
	f.Add([]byte("\x00\x00\x00\x01\x00\x07\x00\x00\x00\x00"), uint16(0), uint16(0))
	f.Fuzz(func(t *testing.T, body []byte, params, columns uint16) {
		var m bindMessage
		var err error
		bounded(t, body, func() { m, err = decodeBind(body) })
		if err != nil || m.checkParams(int(params)) != nil {
			return
		}
		d := Description{Params: make([]oid.OID, params), Columns: make([]Column, columns)}
		b, err := m.expand(&d)
		if err != nil {
			return
		}
		if len(b.Params) != int(params) || len(b.Formats) != int(params) || len(b.Types) != int(params) || len(b.Results) != int(columns) {
			t.Errorf("%d parameters, %d formats, %d types, %d columns", len(b.Params), len(b.Formats), len(b.Types), len(b.Results))
		}
		for i := range b.Params {
			b.Int64(i)
			b.Float64(i)
			b.Bool(i)
			b.Text(i)
			b.Bytes(i)
		}
	})
}

func FuzzDecodeNamed(f *testing.F) {
	f.Add([]byte("Sname\x00"))
	f.Add([]byte("P\x00"))
	f.Add([]byte("X\x00"))
	f.Add([]byte("S"))
	f.Fuzz(func(t *testing.T, body []byte) {
		kind, name, err := decodeNamed(body, "CLOSE")
		if err == nil && string(body) != string(kind)+name+"\x00" {
			t.Errorf("%q was read as %c %q", body, kind, name)
		}
	})
}

// FuzzConn feeds a whole connection. Whatever comes, the server answers whole
// messages and gives everything back.
func FuzzConn(f *testing.F) {
	login := "\x00\x00\x00\x10\x00\x03\x00\x00user\x00u\x00\x00"
	for _, messages := range []string{
		"Q\x00\x00\x00\x0fselect 1 2\x00",
		"P\x00\x00\x00\x0a\x00a b\x00\x00\x00B\x00\x00\x00\x0c\x00\x00\x00\x00\x00\x00\x00\x00E\x00\x00\x00\x09\x00\x00\x00\x00\x01S\x00\x00\x00\x04",
		"D\x00\x00\x00\x06S\x00C\x00\x00\x00\x06P\x00H\x00\x00\x00\x04S\x00\x00\x00\x04",
		"F\x00\x00\x00\x04d\x00\x00\x00\x04c\x00\x00\x00\x04X\x00\x00\x00\x04",
		"Q\xff\xff\xff\xff", "Z\x00\x00\x00\x04", "B\x00\x00\x00\x04E\x00\x00\x00\x00",
	} {
		f.Add([]byte(login+messages), false)
		f.Add([]byte(messages), false)
		f.Add([]byte(login+"p\x00\x00\x00\x06x\x00"+messages), true)
	}
	f.Add([]byte("\x00\x00\x00\x08\x04\xd2\x16\x2f"), false)
	f.Add([]byte("\x00\x00\x00\x10\x04\xd2\x16\x2e\x00\x00\x00\x01\x00\x00\x00\x01"), false)
	f.Add([]byte(login+"p\x00\x00\x00\x21SCRAM-SHA-256\x00\x00\x00\x00\x0bn,,n=,r=abc"), true)
	words := ParseFunc(func(_ context.Context, _ *Conn, q Query) (statements []Statement, _ error) {
		for w := range bytes.FieldsSeq([]byte(q.SQL)) {
			statements = append(statements, Table([]Column{Col("w", oid.Text)}, []any{string(w)}, []any{nil}))
		}
		return statements, nil
	})
	f.Fuzz(func(t *testing.T, input []byte, ask bool) {
		s := &Server{Handler: words, Log: slog.New(slog.DiscardHandler), MaxMessage: 1 << 20}
		if ask { // nobody knows a password
			s.Auth = SCRAM(Users{})
			s.Handler = ParseFunc(func(context.Context, *Conn, Query) ([]Statement, error) {
				t.Error("a query without a login")
				return nil, nil
			})
		}
		ours, theirs := net.Pipe()
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.ServeConn(theirs)
		}()
		go func() {
			ours.Write(input)
			ours.Write([]byte("S\x00\x00\x00\x04X\x00\x00\x00\x04"))
			// What is left incomplete ends with the connection.
			s.stop(func(c *Conn) { c.drain() })
		}()
		answers, _ := io.ReadAll(ours)
		<-done
		checkMessages(t, answers)
	})
}

func checkMessages(t *testing.T, b []byte) {
	for len(b) > 0 && b[0] == 'N' && (len(b) == 1 || len(b) < 5 || binary.BigEndian.Uint32(b[1:]) > 1<<20) {
		b = b[1:] // the answer to a request for encryption
	}
	for len(b) > 0 {
		if len(b) < 5 {
			t.Fatalf("cut off: %q", b)
		}
		n := int(binary.BigEndian.Uint32(b[1:])) + 1
		if n < 5 || n > len(b) {
			t.Fatalf("length %d of %d: %q", n, len(b), b)
		}
		b = b[n:]
	}
}
