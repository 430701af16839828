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
	"time"
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
		"Q\x00\x00\x00\x0bcopy 1\x00d\x00\x00\x00\x06a\nS\x00\x00\x00\x04c\x00\x00\x00\x04Q\x00\x00\x00\x09copy\x00f\x00\x00\x00\x05\x00",
		"Q\x00\x00\x00\x09copy\x00d\x7f\xff\xff\xffabc", "Q\x00\x00\x00\x09copy\x00X\x00\x00\x00\x04",
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
			if string(w) == "copy" {
				statements = append(statements, Do(func(context.Context) (Result, error) { return fuzzCopy{Tag("COPY")}, nil }))
				continue
			}
			statements = append(statements, Table([]Column{Col("w", oid.Text)}, []any{string(w)}, []any{nil}))
		}
		return statements, nil
	})
	f.Fuzz(func(t *testing.T, input []byte, ask bool) {
		s := &Server{Handler: words, Log: slog.New(slog.DiscardHandler), MaxMessage: 1 << 20}
		s.Timeouts.Statement = 50 * time.Millisecond // a COPY waits for what does not come
		if ask {                                     // nobody knows a password
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

// fuzzCopy is a COPY that reads two bytes and leaves the rest.
type fuzzCopy struct{ Result }

func (fuzzCopy) CopyResponse() CopyResponse { return CopyResponse{Columns: 1} }
func (fuzzCopy) CopyFrom(_ context.Context, r io.Reader) (int64, error) {
	n, err := r.Read(make([]byte, 2))
	if err == io.EOF {
		err = nil
	}
	return int64(n), err
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

// FuzzCopyReader reads data as COPY in each format. Whatever it is, rows have their
// columns, and what was read once can be written and read again.
func FuzzCopyReader(f *testing.F) {
	f.Add([]byte("1\ta\\tb\n2\t\\N\n\\.\n"), uint8(0))
	f.Add([]byte("a\\\nb\tc\r\n\\.\r\n"), uint8(0))
	f.Add([]byte("a,\"b\"\"c\nd\"\n,\n"), uint8(1))
	f.Add([]byte("a,b\r\n\\.\n"), uint8(1))
	f.Add([]byte(binarySignature+"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x01a\xff\xff\xff\xff\xff\xff"), uint8(2))
	f.Add([]byte(binarySignature+"\x00\x00\x00\x00\x7f\xff\xff\xff"), uint8(2))
	f.Fuzz(func(t *testing.T, data []byte, format uint8) {
		o := CopyOptions{Format: CopyFormat(format % 3), MaxRow: 1 << 20}
		rows := readCopy(t, data, o)
		w, err := NewCopyWriter(make([]Column, 2), o)
		if err != nil {
			t.Fatal(err)
		}
		if o.Format == CopyBinary {
			return
		}
		var again []byte
		for _, row := range rows {
			for i, v := range row {
				again = w.AppendDelimiter(again, i)
				if v == nil {
					again = w.AppendNull(again)
					continue
				}
				start := len(again)
				again = w.Escape(append(again, v...), start, i)
				if value := w.AppendValue(nil, v, i); !bytes.Equal(again[start:], value) {
					t.Errorf("%q is escaped to %q in place, and to %q", v, again[start:], value)
				}
			}
			again = append(again, '\n')
		}
		for i, row := range readCopy(t, again, o) {
			for j := range row {
				if (row[j] == nil) != (rows[i][j] == nil) || !bytes.Equal(row[j], rows[i][j]) {
					t.Errorf("row %d: %q was read back as %q", i, rows[i], row)
				}
			}
		}
	})
}

// readCopy returns the rows of two columns that come before an error or the end.
func readCopy(t *testing.T, data []byte, o CopyOptions) (rows [][2][]byte) {
	r, err := NewCopyReader(bytes.NewReader(data), "t", []string{"a", "b"}, o)
	if err != nil {
		t.Fatal(err)
	}
	for {
		row, err := r.Read()
		if err != nil {
			if _, again := r.Read(); again != err {
				t.Errorf("after %v came %v", err, again)
			}
			return rows
		}
		if len(row) != 2 {
			t.Fatalf("a row of %d", len(row))
		}
		rows = append(rows, [2][]byte{bytes.Clone(row[0]), bytes.Clone(row[1])})
	}
}

// FuzzTracer feeds both directions of a Tracer, in two pieces.
func FuzzTracer(f *testing.F) {
	f.Add([]byte("Q\x00\x00\x00\x06a\x00B\x00\x00\x00\x0c\x00\x00\x00\x00\x00\x00\x00\x00"), uint16(3))
	f.Add([]byte("T\x00\x00\x00\x06\x00\x01E\x00\x00\x00\x05\x00D\x00\x00\x00\x0a\x00\x01\xff\xff\xff\xfe"), uint16(9))
	f.Fuzz(func(t *testing.T, data []byte, cut uint16) {
		var whole, pieces bytes.Buffer
		at := min(int(cut), len(data))
		a, b := NewTracer(&whole, TraceOptions{NoTime: true}), NewTracer(&pieces, TraceOptions{NoTime: true})
		a.Frontend(data)
		b.Frontend(data[:at])
		b.Frontend(data[at:])
		a.Backend(data)
		b.Backend(data[:at])
		b.Backend(data[at:])
		if whole.String() != pieces.String() {
			t.Errorf("%q became %q", whole.String(), pieces.String())
		}
	})
}
