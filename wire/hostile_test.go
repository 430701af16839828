package wire_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

// TestHostileMessages: what a client that has logged in may send to do harm. Each
// gets its answer, costs no more memory than it has bytes, and is nothing to the
// session beside it.
func TestHostileMessages(t *testing.T) { // not parallel: it measures memory
	addr := serve(t, &wire.Server{})
	neighbor := connect(t, addr)
	const (
		sync     = "S\x00\x00\x00\x04"
		noText   = `E ERROR 22021 "invalid byte sequence for encoding \"UTF8\": 0xff"`
		short    = `E ERROR 08P01 "insufficient data left in message"`
		ready    = " ZI"
		hangUp   = "closed"
		tooLong  = `E FATAL 54000 "message is too long" closed`
		noFormat = `E ERROR 08P01 "invalid message format"`
	)
	execute := func(limit int32) []byte {
		return append(letters("P", "\x00"+fiveRows+"\x00\x00\x00", "B", "\x00\x00\x00\x00\x00\x00\x00\x00",
			"E", "\x00"+string(binary.BigEndian.AppendUint32(nil, uint32(limit)))), sync...)
	}
	types := func(claimed, given int) []byte {
		body := binary.BigEndian.AppendUint16([]byte("\x00select 1 as a\x00"), uint16(claimed))
		return append(letters("P", string(append(body, make([]byte, 4*given)...))), sync...)
	}
	all := `1 2 D D D D D C["SELECT 5"]` + ready
	for _, test := range []struct {
		name string
		sent []byte
		want string
	}{
		{"Execute of 2^31-1 rows", execute(math.MaxInt32), all},
		{"Execute of -1 rows", execute(-1), all},
		{"Execute of -2^31 rows", execute(math.MinInt32), all},
		{"Parse with 65535 types", types(math.MaxUint16, math.MaxUint16), "1" + ready},
		{"Parse with more types than it counts", types(0, 65536), noFormat + ready},
		{"Parse that counts 65535 types and has one", types(math.MaxUint16, 1), short + ready},
		{"Bind that counts 65535 parameters", append(letters("P", "\x00select 1 as a\x00\x00\x00", "B", "\x00\x00\x00\x00\xff\xff"), sync...), "1 " + short + ready},
		{"Bind that counts 65535 formats", append(letters("P", "\x00select 1 as a\x00\x00\x00", "B", "\x00\x00\xff\xff"), sync...), "1 " + short + ready},
		{"a value of 2^31-1 bytes", append(letters("P", "\x00select $1 as a\x00\x00\x00", "B", "\x00\x00\x00\x00\x00\x01\x7f\xff\xff\xff"), sync...), "1 " + short + ready},
		{"a value of -2 bytes", append(letters("P", "\x00select $1 as a\x00\x00\x00", "B", "\x00\x00\x00\x00\x00\x01\xff\xff\xff\xfe"), sync...), "1 " + short + ready},
		{"a NUL in a value", append(letters("P", "\x00select $1 as a\x00\x00\x00", "B", "\x00\x00\x00\x00\x00\x01\x00\x00\x00\x03a\x00b\x00\x00"), sync...),
			`1 E ERROR 22021 "invalid byte sequence for encoding \"UTF8\": 0x00"` + ready},
		{"a NUL in a query", letters("Q", "select 1 as a\x00; panic\x00"), noFormat + ready},
		{"a NUL in a name", append(letters("P", "a\x00b\x00select 1 as a\x00\x00\x00"), sync...), short + ready},
		{"a NUL in the name of a portal", append(letters("D", "Pa\x00b\x00"), sync...), noFormat + ready},
		{"a statement's name that is not UTF-8", append(letters("P", "\xff\x00select 1 as a\x00\x00\x00"), sync...), noText + ready},
		{"a portal's name that is not UTF-8", append(letters("E", "\xff\x00\x00\x00\x00\x00"), sync...), noText + ready},
		{"an error that is not read up to Sync", append(bytes.Repeat(letters("B", "none\x00none\x00"), 10_000), sync...),
			short + ready},
		{"Describe of a kind that there is not", append(letters("D", "X\x00"), sync...), `E ERROR 08P01 "invalid DESCRIBE message subtype 88"` + ready},
		{"Close without a name", append(letters("C", ""), sync...), `E ERROR 08P01 "no data left in message"` + ready},
		{"Close of what there is not", append(letters("C", "Snone\x00", "C", "Pnone\x00"), sync...), "3 3" + ready},
		{"Flush with a body", append(letters("H", "x"), sync...), noFormat + ready},
		{"CopyFail without a COPY", append(letters("f", "no\x00", "c", "", "d", "x"), sync...), "ZI"},
		{"FunctionCall that counts 65535 arguments", letters("F", "\x00\x00\x00\x01\xff\xff"), `E ERROR 0A000 "function calls are not supported"` + ready},
		{"brackets nested 100,000 deep", letters("Q", strings.Repeat("(", 100_000)+"\x00"),
			`E ERROR 54001 "statement too complex: brackets are nested too deep"` + ready},
		{"comments nested 100,000 deep", letters("Q", strings.Repeat("/*", 100_000)+"\x00"),
			`E ERROR 54001 "statement too complex: comments are nested too deep"` + ready},
		{"Sync that claims a megabyte", []byte("S\x00\x10\x00\x00"), tooLong},
		{"Query that claims 1 GiB-1", []byte("Q\x3f\xff\xff\xff"), tooLong},
		{"a password", letters("p", "x\x00"), `E FATAL 08P01 "invalid frontend message type 112" closed`},
		{"a start-up packet", login(), `E FATAL 08P01 "invalid frontend message type 0" closed`},
		{"a request for encryption", packet(sslRequest), `E FATAL 08P01 "invalid frontend message type 0" closed`},
		{"a handshake", []byte{0x16, 3, 1, 0, 5}, `E FATAL 08P01 "invalid frontend message type 22" closed`},
		{"an answer of a server", letters("Z", "I"), `E FATAL 08P01 "invalid frontend message type 90" closed`},
	} {
		t.Run(test.name, func(t *testing.T) {
			nc := loggedIn(t, addr)
			got, used := measured(func() string { return exchange(t, nc, test.sent) })
			if got != test.want {
				t.Errorf("got\n%.300s\nwant\n%s", got, test.want)
			}
			checkMemory(t, used, len(test.sent))
			checkGood(t, neighbor)
		})
	}
	for _, letter := range "QPBDECFHSXdcf" {
		for _, length := range []uint32{0, 3, math.MaxInt32, 1 << 31, math.MaxUint32} {
			sent := binary.BigEndian.AppendUint32([]byte{byte(letter)}, length)
			nc := loggedIn(t, addr)
			got, used := measured(func() string { return exchange(t, nc, sent) })
			if got != hangUp {
				t.Errorf("%c of length %d: %s", letter, length, got)
			}
			checkMemory(t, used, len(sent))
		}
	}
	checkGood(t, neighbor)
}

// TestUnknownMessages: a letter that no client has ends the connection, whatever
// follows it.
func TestUnknownMessages(t *testing.T) {
	t.Parallel()
	addr := serve(t, &wire.Server{})
	neighbor := connect(t, addr)
	for letter := range 256 {
		if strings.ContainsRune("QPBDECFHSXdcf", rune(letter)) {
			continue
		}
		want := fmt.Sprintf(`E FATAL 08P01 "invalid frontend message type %d" closed`, letter)
		if got := exchange(t, loggedIn(t, addr), []byte{byte(letter), 0, 0, 0, 4}); got != want {
			t.Errorf("%#x: %s", letter, got)
		}
	}
	checkGood(t, neighbor)
}

// TestHostilePackets: the same for what anyone may send who can reach the port.
func TestHostilePackets(t *testing.T) { // not parallel: it measures memory
	addr := serve(t, &wire.Server{})
	neighbor := connect(t, addr)
	fill := func(total int) []byte { // a start-up packet of so many bytes
		return login("a", strings.Repeat("x", total-len(login("a", ""))))
	}
	for _, test := range []struct {
		name string
		sent []byte
		want string
	}{
		{"a packet of 10,000 bytes", fill(10_000), welcome},
		{"a packet of 10,001 bytes", fill(10_001), "closed"},
		{"a packet that claims 2^31-1 bytes", []byte{0x7f, 0xff, 0xff, 0xff, 0, 3, 0, 0}, "closed"},
		{"a packet of 2,000 parameters", login(strings.Split(strings.Repeat("a,b,", 2000)+"c,d", ",")...), welcome},
		{"a packet without a version", []byte{0, 0, 0, 4}, "closed"},
		{"a packet of length 0", []byte{0, 0, 0, 0}, "closed"},
		{"a query before the start-up", query("select 1 as a"), "closed"},
		{"a password before the start-up", letters("p", "x\x00"), "closed"},
		{"Terminate before the start-up", letters("X", ""), "closed"},
		{"TLS where there is none", []byte{0x16, 3, 1, 0, 5, 1, 0, 0, 1, 3}, "closed"},
		{"the secret of a cancel request, 300 bytes", append([]byte{0, 0, 1, 0x38, 4, 0xd2, 0x16, 0x2e, 0, 0, 0, 1}, make([]byte, 300)...), "closed"},
	} {
		nc := dial(t, addr)
		got, used := measured(func() string { return exchange(t, nc, test.sent) })
		if got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.name, got, test.want)
		}
		checkMemory(t, used, len(test.sent))
	}
	checkGood(t, neighbor)
}

// TestSlowLoris: bytes that come one by one do not move the deadline of the
// start-up, nor does one before a message move that of an idle client.
func TestSlowLoris(t *testing.T) {
	t.Parallel()
	trickle := func(nc net.Conn, b []byte) { // until the server has closed
		for i := 0; ; i++ {
			if _, err := nc.Write(b[i%len(b) : i%len(b)+1]); err != nil {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}
	addr := serve(t, &wire.Server{StartupTimeout: 50 * time.Millisecond})
	nc := dial(t, addr)
	nc.Write([]byte{0, 0, 0x27, 0x10, 0, 3, 0, 0}) // 10,000 bytes would take ten seconds
	trickle(nc, []byte("x"))

	addr = serve(t, &wire.Server{Timeouts: wire.Timeouts{Idle: 50 * time.Millisecond}})
	nc = loggedIn(t, addr)
	trickle(nc, append([]byte("Q\x01\x00\x00\x00"), bytes.Repeat([]byte(" "), 1000)...))
}

// TestCancelFlood: cancel requests take nobody's place, whatever their keys.
func TestCancelFlood(t *testing.T) {
	t.Parallel()
	s := &wire.Server{MaxConns: 1}
	addr := serve(t, s)
	c := connect(t, addr)
	pid, _ := c.Key()
	for i := range 500 {
		request := []byte{0, 0, 0, 16, 4, 0xd2, 0x16, 0x2e, 0, 0, 0, byte(pid), byte(i), byte(i >> 8), 0, 0}
		if got := exchange(t, dial(t, addr), request); got != "closed" {
			t.Fatal(got)
		}
	}
	checkGood(t, c)
	if st := s.Stats(); st.Conns != 1 || st.Accepted != 501 {
		t.Errorf("%+v", st)
	}
}

// TestUnreadAnswers: a client that asks and asks, and never reads, is held by the
// socket: the server keeps neither its questions nor its answers.
func TestUnreadAnswers(t *testing.T) { // not parallel: it measures memory
	s := &wire.Server{WriteTimeout: 200 * time.Millisecond}
	addr := serve(t, s)
	neighbor := connect(t, addr)
	nc := loggedIn(t, addr)
	ask := bytes.Repeat(query("generate 10000"), 1000)
	_, used := measured(func() string {
		for { // until it is thrown out
			if _, err := nc.Write(ask); err != nil {
				return ""
			}
		}
	})
	if used > 16<<20 {
		t.Errorf("%d bytes were allocated", used)
	}
	checkGood(t, neighbor)
}

// loggedIn returns a connection that has got its first ReadyForQuery.
func loggedIn(t *testing.T, addr string) net.Conn {
	t.Helper()
	nc := dial(t, addr)
	if got := exchange(t, nc, login()); got != welcome {
		t.Fatal(got)
	}
	return nc
}

// checkGood asks something of a session.
func checkGood(t *testing.T, c *client.Conn) {
	t.Helper()
	if tag, err := c.Exec(t.Context(), "select 1 as a"); tag != "SELECT 1" {
		t.Errorf("the session beside it: %q, %v", tag, err)
	}
}

// measured returns what f says and the bytes that were allocated meanwhile, by
// the client's end as well.
func measured(f func() string) (said string, used uint64) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	said = f()
	runtime.ReadMemStats(&after)
	return said, after.TotalAlloc - before.TotalAlloc
}

// checkMemory holds what was allocated for a message to its size: a count in it is
// nothing to go by. The slack is for buffers and for the test itself.
func checkMemory(t *testing.T, used uint64, sent int) {
	t.Helper()
	if most := uint64(2<<20 + 40*sent); used > most {
		t.Errorf("%d bytes were sent and %d allocated", sent, used)
	}
}
