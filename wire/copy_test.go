package wire_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/oid"
)

// copyFunc is a handler whose only statement is COPY FROM STDIN into a function.
type copyFunc func(ctx context.Context, r io.Reader) (int64, error)

func (f copyFunc) Open(context.Context, *wire.Conn) (wire.Session, error) { return f, nil }
func (f copyFunc) Close() error                                           { return nil }
func (f copyFunc) Tag(rows int64) string                                  { return fmt.Sprintf("COPY %d", rows) }
func (f copyFunc) CopyResponse() wire.CopyResponse                        { return wire.CopyResponse{Columns: 1} }

func (f copyFunc) Parse(context.Context, wire.Query) ([]wire.Statement, error) {
	return []wire.Statement{wire.Do(func(context.Context) (wire.Result, error) { return f, nil })}, nil
}

func (f copyFunc) CopyFrom(ctx context.Context, r io.Reader) (int64, error) { return f(ctx, r) }

// countBytes is a COPY whose rows are the bytes that came.
func countBytes(_ context.Context, r io.Reader) (int64, error) { return io.Copy(io.Discard, r) }

// letters are messages of the client: a letter and a body each.
func letters(pairs ...string) (b []byte) {
	for i := 0; i < len(pairs); i += 2 {
		b = append(b, pairs[i]...)
		b = binary.BigEndian.AppendUint32(b, uint32(4+len(pairs[i+1])))
		b = append(b, pairs[i+1]...)
	}
	return b
}

// TestCopyInMessages: what a client may send during COPY FROM STDIN, and what it
// may not.
func TestCopyInMessages(t *testing.T) {
	t.Parallel()
	const lost = ` E FATAL 08P01 "terminating connection because protocol synchronization was lost" closed`
	for _, test := range []struct {
		name string
		sent []byte
		want string
	}{
		{"done at once", letters("Q", "c\x00", "c", ""), `G C["COPY 0"] ZI`},
		{"empty data", letters("Q", "c\x00", "d", "", "d", "abc", "d", "", "c", ""), `G C["COPY 3"] ZI`},
		{"Sync and Flush", letters("Q", "c\x00", "S", "", "d", "a", "H", "", "d", "b", "c", ""), `G C["COPY 2"] ZI`},
		{"fail", letters("Q", "c\x00", "d", "abc", "f", "boo\x00"), `G E ERROR 57014 "COPY from stdin failed: boo" ZI`},
		{"fail without a reason", letters("Q", "c\x00", "f", ""), `G E ERROR 08P01 "invalid string in message" ZI`},
		{"terminate", letters("Q", "c\x00", "d", "a", "X", ""), `G E ERROR 08P01 "unexpected message type 0x58 during COPY from stdin"` + lost},
		{"query", letters("Q", "c\x00", "Q", "c\x00"), `G E ERROR 08P01 "unexpected message type 0x51 during COPY from stdin"` + lost},
		{"parse", letters("Q", "c\x00", "P", "\x00\x00\x00\x00"), `G E ERROR 08P01 "unexpected message type 0x50 during COPY from stdin"` + lost},
		{"no such message", letters("Q", "c\x00", "\x01", ""), `G E ERROR 08P01 "unexpected message type 0x01 during COPY from stdin"` + lost},
		{"negative length", append(letters("Q", "c\x00"), "d\xff\xff\xff\xff"...), "G" + lost},
		{"length that counts itself out", append(letters("Q", "c\x00"), "d\x00\x00\x00\x03"...), "G" + lost},
		{"long CopyDone", append(letters("Q", "c\x00"), "c\x00\x01\x00\x00"...), `G E FATAL 54000 "message is too long" closed`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			nc := dial(t, serve(t, &wire.Server{Handler: copyFunc(countBytes)}))
			if got := exchange(t, nc, login()); got != welcome {
				t.Fatal(got)
			}
			if got := exchange(t, nc, test.sent); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestCopyDataOutsideCopy: what is left of a COPY that has failed says nothing.
func TestCopyDataOutsideCopy(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, &wire.Server{}))
	c.SendCopyData([]byte("x"))
	c.SendCopyDone()
	c.SendCopyFail("no")
	c.SendQuery("select 1 as a")
	c.Flush()
	wantTrace(t, c.NetConn(), `T D C["SELECT 1"] ZI`)
}

// TestCopyInFailsEarly: the rest of a large CopyData is dropped, whether it has
// arrived or not, and the connection is good.
func TestCopyInFailsEarly(t *testing.T) {
	t.Parallel()
	addr := serve(t, &wire.Server{Handler: copyFunc(func(_ context.Context, r io.Reader) (int64, error) {
		if _, err := io.ReadFull(r, make([]byte, 10)); err != nil {
			return 0, err
		}
		return 0, wire.Errorf("22P04", "enough")
	})})
	c := connect(t, addr)
	for range 3 {
		c.SendQuery("copy")
		c.SendCopyData(bytes.Repeat([]byte("x"), 3<<20))
		c.SendCopyData([]byte("more"))
		c.SendCopyDone()
		c.Flush()
		wantTrace(t, c.NetConn(), `G E ERROR 22P04 "enough" ZI`)
	}
	for range 2 { // extended: everything up to Sync is skipped
		c.SendParse("", "copy", nil)
		c.SendBind("", "", nil, nil, nil)
		c.SendExecute("", 0)
		c.SendFlush()
		c.Flush()
		c.SendCopyData(bytes.Repeat([]byte("x"), 1<<20))
		c.SendCopyDone()
		c.SendParse("", "skipped", nil)
		c.SendSync()
		c.Flush()
		wantTrace(t, c.NetConn(), `1 2 G E ERROR 22P04 "enough" ZI`)
	}
}

// TestCopyInStopsEarly: a handler that has enough is a success only once the client
// has said that it has sent all.
func TestCopyInStopsEarly(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, &wire.Server{Handler: copyFunc(func(context.Context, io.Reader) (int64, error) { return 7, nil })}))
	c.SendQuery("copy")
	c.SendCopyData([]byte("x"))
	c.SendCopyDone()
	c.SendQuery("copy")
	c.SendCopyData([]byte("x"))
	c.SendCopyFail("no")
	c.Flush()
	wantTrace(t, c.NetConn(), `G C["COPY 7"] ZI`)
	wantTrace(t, c.NetConn(), `G E ERROR 57014 "COPY from stdin failed: no" ZI`)
}

// TestCopyInEnds: cancel, a timeout, the end of the server and that of the client
// wake a COPY that waits, and it loads nothing.
func TestCopyInEnds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		end  func(s *wire.Server, c *client.Conn)
		want string // what the client gets, if it is there
	}{
		"cancel":    {func(_ *wire.Server, c *client.Conn) { c.Cancel(context.Background()) }, `E ERROR 57014 "canceling statement due to user request" ZI`},
		"timeout":   {nil, `E ERROR 57014 "canceling statement due to statement timeout" ZI`},
		"terminate": {func(s *wire.Server, _ *client.Conn) { terminateAll(s) }, `E FATAL 57P01 "terminating connection due to administrator command" closed`},
		"client":    {func(_ *wire.Server, c *client.Conn) { c.NetConn().Close() }, ""},
		"half closed": {func(_ *wire.Server, c *client.Conn) { c.NetConn().(*net.TCPConn).CloseWrite() },
			"closed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var loaded atomic.Bool
			began, ended := make(chan struct{}), make(chan error, 1)
			s := &wire.Server{Handler: copyFunc(func(_ context.Context, r io.Reader) (int64, error) {
				io.ReadFull(r, make([]byte, 1))
				close(began)
				_, err := io.Copy(io.Discard, r)
				loaded.Store(err == nil)
				ended <- err
				return 0, nil // which counts for nothing
			})}
			if test.end == nil {
				s.Timeouts.Statement = 20 * time.Millisecond
			}
			c := connect(t, serve(t, s))
			c.SendQuery("copy")
			c.SendCopyData([]byte("x"))
			c.Flush()
			<-began
			if test.end != nil {
				test.end(s, c)
			}
			if err := <-ended; err == nil || loaded.Load() {
				t.Error("the COPY has succeeded")
			}
			if test.want != "" {
				wantTrace(t, c.NetConn(), "G "+test.want)
			}
		})
	}
}

func terminateAll(s *wire.Server) {
	for c := range s.Conns() {
		c.Terminate(nil)
	}
}

// TestCopyInWatched: a client that hangs up while the handler is busy with what it
// has read is noticed.
func TestCopyInWatched(t *testing.T) {
	t.Parallel()
	began, ended := make(chan struct{}), make(chan error, 1)
	c := connect(t, serve(t, &wire.Server{Handler: copyFunc(func(ctx context.Context, r io.Reader) (int64, error) {
		io.ReadFull(r, make([]byte, 1))
		close(began)
		<-ctx.Done()
		ended <- context.Cause(ctx)
		return 0, ctx.Err()
	})}))
	c.SendQuery("copy")
	c.SendCopyData([]byte("x"))
	c.Flush()
	<-began
	c.NetConn().Close()
	if err := <-ended; !errors.Is(err, wire.ErrClientGone) {
		t.Error(err)
	}
}

// TestCopyInIsNotHeld: the data of a client waits in the network, not in memory.
func TestCopyInIsNotHeld(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	s := &wire.Server{Handler: copyFunc(func(_ context.Context, r io.Reader) (int64, error) {
		<-release
		return countBytes(t.Context(), r)
	})}
	const size = 64 << 20
	c := connect(t, serve(t, s))
	done := make(chan error, 1)
	go func() {
		tag, err := c.CopyIn(context.Background(), "copy", io.LimitReader(zeros{}, size))
		if err == nil && tag != fmt.Sprintf("COPY %d", size) {
			err = errors.New(tag)
		}
		done <- err
	}()
	for before := int64(-1); before != s.Stats().BytesIn || before < 1000; time.Sleep(50 * time.Millisecond) {
		before = s.Stats().BytesIn
	}
	if in := s.Stats().BytesIn; in > 1<<20 {
		t.Errorf("%d bytes were read for a handler that reads none", in)
	}
	close(release)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// TestCopyOutIsPulled: rows are made as the client reads, and a COPY can be
// canceled between them.
func TestCopyOutIsPulled(t *testing.T) {
	t.Parallel()
	columns := []wire.Column{wire.Col("a", oid.Int8)}
	var made atomic.Int64
	s := &wire.Server{Handler: wire.ParseFunc(func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) {
		return []wire.Statement{wire.Do(func(context.Context) (wire.Result, error) {
			rows := wire.EachRow(
				func(context.Context) error { made.Add(1); return nil },
				func(w *wire.RowWriter) error { w.Int64(1); return nil }, nil, nil)
			return wire.CopyTo(rows, columns, wire.CopyOptions{})
		})}, nil
	})}
	nc := pipe(t, s, nil)
	c, err := client.New(t.Context(), nc, client.Config{User: "test"})
	if err != nil {
		t.Fatal(err)
	}
	c.SendQuery("copy")
	c.Flush()
	for before := int64(-1); before != made.Load() || before == 0; time.Sleep(50 * time.Millisecond) {
		before = made.Load()
	}
	if n := made.Load(); n > 100_000 {
		t.Errorf("%d rows for a client that reads none", n)
	}
	only(t, s).Cancel(nil)
	r := c.Results(t.Context())
	for r.NextResult() {
		for r.NextRow() {
		}
	}
	wantError(t, r.Close(), "ERROR", "57014")
}

// TestCopyOutError: an error between rows is an ErrorResponse, without CopyDone.
func TestCopyOutError(t *testing.T) {
	t.Parallel()
	columns := []wire.Column{wire.Col("a", oid.Int8)}
	for name, encode := range map[string]func(*wire.RowWriter) error{
		"handler": func(w *wire.RowWriter) error { w.Int64(1); return wire.Errorf("22P02", "bad") },
		"fields":  func(w *wire.RowWriter) error { w.Int64(1); w.Int64(2); return nil },
	} {
		n := 0
		c := connect(t, serve(t, &wire.Server{Handler: wire.ParseFunc(func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) {
			return []wire.Statement{wire.Do(func(context.Context) (wire.Result, error) {
				rows := wire.EachRow(func(context.Context) error { n++; return nil }, func(w *wire.RowWriter) error {
					if n < 3 {
						w.Int64(1)
						return nil
					}
					return encode(w)
				}, nil, nil)
				return wire.CopyTo(rows, columns, wire.CopyOptions{})
			})}, nil
		})}))
		c.SendQuery("copy")
		c.Flush()
		want := map[string]string{"handler": `22P02 "bad"`, "fields": `XX000 "row of 2 fields where 1 were described"`}[name]
		wantTrace(t, c.NetConn(), "H d d E ERROR "+want+" ZI")
	}
}

// TestCopyBoth: what comes in goes out, at once.
func TestCopyBoth(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, &wire.Server{Handler: wire.ParseFunc(func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) {
		return []wire.Statement{wire.Do(func(context.Context) (wire.Result, error) { return echoCopy{}, nil })}, nil
	})}))
	c.SendQuery("both")
	if got := receive(t, c, 1); got != "W" {
		t.Fatal(got)
	}
	for _, text := range []string{"hello", "again"} {
		c.SendCopyData([]byte(text))
		c.NetConn().SetDeadline(time.Now().Add(30 * time.Second))
		if m, err := c.Receive(); err != nil || m.Type != 'd' || string(m.Body) != text {
			t.Fatalf("%c %q, %v", m.Type, m.Body, err)
		}
	}
	c.SendCopyDone()
	if got := receive(t, c, 3); got != "c C Z" {
		t.Error(got)
	}
}

type echoCopy struct{}

func (echoCopy) Tag(int64) string                { return "COPY BOTH" }
func (echoCopy) Close() error                    { return nil }
func (echoCopy) CopyResponse() wire.CopyResponse { return wire.CopyResponse{} }

func (echoCopy) CopyBoth(_ context.Context, r io.Reader, w io.Writer) (int64, error) {
	return io.Copy(w, r)
}

// TestCopyRoundTrip: what CopyTo writes NewCopyReader reads, wherever it is cut.
func TestCopyRoundTrip(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	null := "NULL"
	for _, o := range []wire.CopyOptions{
		{}, {Delimiter: '|', Null: &null, Header: true}, {Format: wire.CopyBinary}, {Format: wire.CopyCSV},
		{Format: wire.CopyCSV, Quote: '\'', Escape: '\\', Null: &null, Header: true, MatchHeader: true},
		{Format: wire.CopyCSV, ForceQuote: []bool{true}, Delimiter: ';'},
	} {
		var rows [][]any
		for range 300 {
			row := []any{nil, randomText(rnd), randomText(rnd)}
			if rnd.IntN(3) > 0 {
				row[0] = randomText(rnd)
			}
			rows = append(rows, row)
		}
		data := copyOutData(t, rows, o)
		r, err := wire.NewCopyReader(&choppy{data: data, rnd: rnd}, "t", []string{"a", "b", "c"}, o)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range rows {
			got, err := r.Read()
			if err != nil {
				t.Fatalf("%+v: row %d: %v", o, i, err)
			}
			for j, v := range want {
				if (v == nil) != (got[j] == nil) || v != nil && v.(string) != string(got[j]) {
					t.Fatalf("%+v: row %d: %q came back as %q", o, i, v, got[j])
				}
			}
		}
		if _, err := r.Read(); err != io.EOF {
			t.Errorf("%+v: after the last row: %v", o, err)
		}
	}
}

func randomText(rnd *rand.Rand) string {
	const alphabet = "ab\\\t\n\r,;|'\".N\x01é "
	runes := []rune(alphabet)
	var w strings.Builder
	for range rnd.IntN(6) {
		w.WriteRune(runes[rnd.IntN(len(runes))])
	}
	return w.String()
}

// copyOutData is what a COPY TO of rows of text sends.
func copyOutData(t *testing.T, rows [][]any, o wire.CopyOptions) []byte {
	t.Helper()
	columns := []wire.Column{wire.Col("a", oid.Text), wire.Col("b", oid.Text), wire.Col("c", oid.Text)}
	c := connect(t, serve(t, &wire.Server{Handler: wire.ParseFunc(func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) {
		return []wire.Statement{wire.Do(func(ctx context.Context) (wire.Result, error) {
			r, err := wire.Table(columns, rows...).Execute(ctx, nil)
			if err != nil {
				return nil, err
			}
			return wire.CopyTo(r.(wire.Rows), columns, o)
		})}, nil
	})}))
	var out bytes.Buffer
	if _, err := c.CopyOut(t.Context(), "copy", &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// choppy is a reader that gives a few bytes at a time.
type choppy struct {
	data []byte
	rnd  *rand.Rand
}

func (c *choppy) Read(b []byte) (int, error) {
	if len(c.data) == 0 {
		return 0, io.EOF
	}
	n := min(1+c.rnd.IntN(5), len(b), len(c.data))
	copy(b, c.data[:n])
	c.data = c.data[n:]
	return n, nil
}

// TestCopyOptions: options that contradict each other.
func TestCopyOptions(t *testing.T) {
	t.Parallel()
	text := func(s string) *string { return &s }
	for want, o := range map[string]wire.CopyOptions{
		"22023 COPY format not recognized":                                     {Format: 9},
		"42601 cannot specify DELIMITER in BINARY mode":                        {Format: wire.CopyBinary, Delimiter: ','},
		"42601 cannot specify NULL in BINARY mode":                             {Format: wire.CopyBinary, Null: text("")},
		"0A000 cannot specify HEADER in BINARY mode":                           {Format: wire.CopyBinary, Header: true},
		"0A000 COPY quote available only in CSV mode":                          {Quote: '"'},
		"0A000 COPY escape available only in CSV mode":                         {Escape: '"'},
		"0A000 COPY force quote available only in CSV mode":                    {ForceQuote: []bool{true}},
		"0A000 COPY force not null available only in CSV mode":                 {ForceNotNull: []bool{true}},
		"0A000 COPY force null available only in CSV mode":                     {ForceNull: []bool{true}},
		"0A000 COPY delimiter must be a single one-byte character":             {Delimiter: 0xe9},
		"22023 COPY delimiter cannot be newline or carriage return":            {Delimiter: '\n'},
		"22023 COPY null representation cannot use newline or carriage return": {Null: text("a\nb")},
		"22023 COPY delimiter cannot be \"a\"":                                 {Delimiter: 'a'},
		"22023 COPY delimiter and quote must be different":                     {Format: wire.CopyCSV, Delimiter: '"'},
		"0A000 COPY delimiter must not appear in the NULL specification":       {Delimiter: '|', Null: text("a|")},
		"0A000 CSV quote character must not appear in the NULL specification":  {Format: wire.CopyCSV, Null: text(`"`)},
	} {
		_, err := wire.NewCopyReader(strings.NewReader(""), "t", nil, o)
		var e *wire.Error
		if !errors.As(err, &e) || e.Code+" "+e.Message != want {
			t.Errorf("%+v: %v", o, err)
		}
		if _, err := wire.CopyTo(nil, nil, o); err == nil {
			t.Errorf("%+v: CopyTo takes them", o)
		}
	}
}

// TestCopyReaderLimit: a row has a longest length, whatever a client claims.
func TestCopyReaderLimit(t *testing.T) {
	t.Parallel()
	huge := "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x7f\xff\xff\xff"
	for format, in := range map[wire.CopyFormat]io.Reader{
		wire.CopyText: zerosOf('a'), wire.CopyCSV: io.MultiReader(strings.NewReader(`"`), zerosOf('\n')), wire.CopyBinary: strings.NewReader(huge),
	} {
		r, err := wire.NewCopyReader(in, "t", []string{"a"}, wire.CopyOptions{Format: format, MaxRow: 100_000})
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.Read()
		wantError(t, err, "ERROR", "54000")
		if _, again := r.Read(); again != err {
			t.Errorf("it goes on after an error: %v", again)
		}
	}
}

// zerosOf is an endless reader of one byte.
type zerosOf byte

func (z zerosOf) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(z)
	}
	return len(b), nil
}

// TestCopyReaderAllocatesNothing for each row.
func TestCopyReaderAllocatesNothing(t *testing.T) { // not parallel: it counts allocations
	for _, o := range []wire.CopyOptions{{}, {Format: wire.CopyCSV}} {
		line := "1\t\\N\tthree\\n\n"
		if o.Format == wire.CopyCSV {
			line = "1,,\"three\"\n"
		}
		r, err := wire.NewCopyReader(strings.NewReader(strings.Repeat(line, 30_000)), "t", []string{"a", "b", "c"}, o)
		if err != nil {
			t.Fatal(err)
		}
		read := func() {
			if _, err := r.Read(); err != nil {
				t.Fatal(err)
			}
		}
		for range 8000 {
			read()
		}
		if n := testing.AllocsPerRun(10_000, read); n > 0 {
			t.Errorf("%v allocations for each row", n)
		}
	}
}
