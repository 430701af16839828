package wire_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/csvsql/csvsql/wire"
)

// packet is a packet of the start-up: its length, a code and strings.
func packet(code uint32, strs ...string) []byte {
	body := binary.BigEndian.AppendUint32(nil, code)
	for _, s := range strs {
		body = append(append(body, s...), 0)
	}
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(body)+4)), body...)
}

const (
	sslRequest = 80877103
	gssRequest = 80877104
	version3   = 3 << 16
)

// login is the packet of a client that asks for nothing special.
func login(params ...string) []byte {
	return packet(version3, append(append([]string{"user", "u"}, params...), "")...)
}

// exchange sends what a client says in its first moments, and returns a trace of
// what comes until the server closes, or has sent ReadyForQuery: the letter of
// each message, with what matters of it.
func exchange(t *testing.T, nc net.Conn, packets ...[]byte) string {
	t.Helper()
	nc.SetDeadline(time.Now().Add(30 * time.Second))
	go func() {
		for _, p := range packets {
			nc.Write(p)
		}
	}()
	return trace(nc)
}

func trace(r io.Reader) string {
	var out []string
	for {
		var head [5]byte
		if _, err := io.ReadFull(r, head[:1]); err != nil {
			return strings.Join(append(out, "closed"), " ")
		}
		if head[0] == 'N' && len(out) == 0 || head[0] == 'N' && out[len(out)-1] == "N" {
			out = append(out, "N") // no encryption: a letter without a message
			continue
		}
		if _, err := io.ReadFull(r, head[1:]); err != nil {
			return strings.Join(append(out, "cut off"), " ")
		}
		body := make([]byte, binary.BigEndian.Uint32(head[1:])-4)
		if _, err := io.ReadFull(r, body); err != nil {
			return strings.Join(append(out, "cut off"), " ")
		}
		word := string(head[0])
		switch head[0] {
		case 'E':
			fields := map[byte]string{}
			for _, f := range strings.Split(string(body), "\x00") {
				if f != "" {
					fields[f[0]] = f[1:]
				}
			}
			word += fmt.Sprintf(" %s %s %q", fields['S'], fields['C'], fields['M'])
		case 'R', 'v':
			word += fmt.Sprintf("%x", body)
		case 'K':
			word += fmt.Sprint(len(body))
		case 'S', 'C':
			word += fmt.Sprintf("%q", strings.Split(strings.TrimSuffix(string(body), "\x00"), "\x00"))
		case 'Z':
			return strings.Join(append(out, word+string(body)), " ")
		}
		out = append(out, word)
	}
}

// dial opens a connection without logging in.
func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	return nc
}

const (
	status = `S["application_name" ""] S["client_encoding" "UTF8"] S["DateStyle" "ISO, MDY"] ` +
		`S["default_transaction_read_only" "off"] S["in_hot_standby" "off"] S["integer_datetimes" "on"] ` +
		`S["IntervalStyle" "postgres"] S["is_superuser" "off"] S["server_encoding" "UTF8"] S["server_version" "15.0"] ` +
		`S["session_authorization" "u"] S["standard_conforming_strings" "on"] S["TimeZone" "UTC"]`
	welcome   = "R00000000 " + status + " K8 ZI"
	welcome32 = "R00000000 " + status + " K36 ZI"
)

func TestStartup(t *testing.T) {
	t.Parallel()
	addr := serve(t, &wire.Server{})
	for _, test := range []struct {
		name  string
		sent  [][]byte
		trace string
	}{
		{"plain", [][]byte{login()}, welcome},
		{"byte by byte", slices.Collect(slices.Chunk(login(), 1)), welcome},
		{"database", [][]byte{login("database", "missing")}, `R00000000 E FATAL 3D000 "database \"missing\" does not exist" closed`},
		{"no user", [][]byte{packet(version3, "")}, `E FATAL 28000 "no PostgreSQL user name specified in startup packet" closed`},
		{"3.2", [][]byte{packet(version3+2, "user", "u", "")}, welcome32},
		{"3.1", [][]byte{packet(version3+1, "user", "u", "")}, welcome},
		{"3.0 with an option", [][]byte{packet(version3, "user", "u", "_pq_.a", "1", "")},
			"v0003000000000001" + fmt.Sprintf("%x", "_pq_.a\x00") + " " + welcome},
		{"3.9999", [][]byte{packet(version3+9999, "user", "u", "")}, "v0003000200000000 " + welcome32},
		{"3.9999 with options", [][]byte{packet(version3+9999, "user", "u", "_pq_.a", "1", "_pq_.b", "", "")},
			"v0003000200000002" + fmt.Sprintf("%x", "_pq_.a\x00_pq_.b\x00") + " " + welcome32},
		{"2.0", [][]byte{packet(2 << 16)}, "closed"},
		{"4.0", [][]byte{packet(4<<16, "user", "u", "")}, `E FATAL 0A000 "unsupported frontend protocol 4.0: server supports 3.0 to 3.2" closed`},
		{"no terminator", [][]byte{packet(version3, "user", "u")}, `E FATAL 08P01 "no data left in message" closed`},
		{"no string", [][]byte{append([]byte{0, 0, 0, 12, 0, 3, 0, 0}, "user"...)},
			`E FATAL 08P01 "invalid startup packet layout: expected terminator as last byte" closed`},
		{"bytes behind the terminator", [][]byte{packet(version3, "user", "u", "", "x")},
			`E FATAL 08P01 "invalid startup packet layout: expected terminator as last byte" closed`},
		{"not UTF-8", [][]byte{packet(version3, "user", "\xff", "")}, `E FATAL 22021 "invalid byte sequence for encoding \"UTF8\": 0xff" closed`},
		{"replication", [][]byte{login("replication", "true")}, `E FATAL 0A000 "replication is not supported" closed`},
		{"replication off", [][]byte{login("replication", "0")}, welcome},
		{"replication maybe", [][]byte{login("replication", "maybe")}, `E FATAL 22023 "invalid value for parameter \"replication\": \"maybe\"" closed`},
		{"bad options", [][]byte{login("options", "-x")}, `E FATAL 42601 "invalid command-line argument for server process: -x" closed`},
		{"application name", [][]byte{login("application_name", "psql")}, strings.Replace(welcome, `"application_name" ""`, `"application_name" "psql"`, 1)},
		{"SSL and more", [][]byte{append(packet(sslRequest), login()...)}, `E FATAL 08P01 "received unencrypted data after SSL request" closed`},
		{"GSS and more", [][]byte{append(packet(gssRequest), 0)}, `E FATAL 08P01 "received unencrypted data after GSSAPI encryption request" closed`},
		{"short", [][]byte{{0, 0, 0, 7}}, "closed"},
		{"long", [][]byte{{0, 0, 0x27, 0x11}}, "closed"},
		{"huge", [][]byte{{0xff, 0xff, 0xff, 0xff}}, "closed"},
		{"HTTP", [][]byte{[]byte("GET / HTTP/1.1\r\n\r\n")}, "closed"},
		{"cancel of nobody", [][]byte{packet(80877102, "\x00\x00\x00\x01abc")}, "closed"},
		{"cancel without a key", [][]byte{packet(80877102)}, "closed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := exchange(t, dial(t, addr), test.sent...); got != test.trace {
				t.Errorf("got\n%s\nwant\n%s", got, test.trace)
			}
		})
	}
}

// TestEncryptionRefused waits for each answer, as a client does.
func TestEncryptionRefused(t *testing.T) {
	t.Parallel()
	nc := dial(t, serve(t, &wire.Server{}))
	for _, code := range []uint32{gssRequest, sslRequest} {
		if _, err := nc.Write(packet(code)); err != nil {
			t.Fatal(err)
		}
		var answer [1]byte
		if _, err := io.ReadFull(nc, answer[:]); err != nil || answer[0] != 'N' {
			t.Fatalf("%q, %v", answer, err)
		}
	}
	// A second request of a kind is nothing that a client may send.
	want := `E FATAL 0A000 "unsupported frontend protocol 1234.5679: server supports 3.0 to 3.2" closed`
	if got := exchange(t, nc, packet(sslRequest)); got != want {
		t.Errorf("got %s", got)
	}
}

// TestStartupOptions shows what reaches the handler.
func TestStartupOptions(t *testing.T) {
	t.Parallel()
	var got wire.Startup
	addr := serve(t, &wire.Server{Handler: openFunc(func(c *wire.Conn) error {
		got = c.Startup()
		c.Report("TimeZone", "Europe/Berlin")
		return errors.New("not told")
	})})
	want := `R00000000 E FATAL XX000 "not told" closed`
	if got := exchange(t, dial(t, addr), login("DateStyle", "ISO", "options", `-c a=1  --b-c=x\ y -cd=`, "database", "db")); got != want {
		t.Errorf("got %s", got)
	}
	params := []wire.Param{{"DateStyle", "ISO"}, {"a", "1"}, {"b_c", "x y"}, {"d", ""}}
	if got.User != "u" || got.Database != "db" || !slices.Equal(got.Params, params) {
		t.Errorf("%+v", got)
	}
}

// openFunc is a Handler that opens no session.
type openFunc func(c *wire.Conn) error

func (f openFunc) Open(_ context.Context, c *wire.Conn) (wire.Session, error) { return nil, f(c) }

// TestParams: the server's own come first, in their order.
func TestParams(t *testing.T) {
	t.Parallel()
	addr := serve(t, &wire.Server{Params: []wire.Param{{"server_version", "16.4"}, {"mine", "1"}, {"TimeZone", "GMT"}}})
	got := exchange(t, dial(t, addr), login())
	if !strings.HasPrefix(got, `R00000000 S["server_version" "16.4"] S["mine" "1"] S["TimeZone" "GMT"] S["application_name" ""]`) ||
		strings.Count(got, "TimeZone") != 1 {
		t.Error(got)
	}
}

// TestAuthenticators: nothing but the Authenticator opens the way to a handler.
func TestAuthenticators(t *testing.T) {
	t.Parallel()
	query := []byte("Q\x00\x00\x00\x0bpanic\x00")
	for _, test := range []struct {
		name  string
		auth  wire.Authenticator
		trace string
	}{
		{"trust", wire.Trust(), welcome},
		{"reject", wire.Reject(), `E FATAL 28000 "connection rejected for user \"u\", database \"u\"" closed`},
		{"an error", authFunc(func(*wire.Exchange) error { return wire.Errorf("28P01", "wrong password") }),
			`E FATAL 28P01 "wrong password" closed`},
		{"another error", authFunc(func(*wire.Exchange) error { return errors.New("secret") }),
			`E FATAL 28000 "authentication failed for user \"u\"" closed`},
		{"a panic", authFunc(func(*wire.Exchange) error { panic("in authentication") }), `E FATAL XX000 "internal error" closed`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			addr := serve(t, &wire.Server{Auth: test.auth})
			if got := exchange(t, dial(t, addr), append(login(), query...)); got != test.trace {
				t.Errorf("got %s", got)
			}
		})
	}
}

type authFunc func(x *wire.Exchange) error

func (f authFunc) Authenticate(_ context.Context, x *wire.Exchange) (wire.Identity, error) {
	return wire.Identity{}, f(x)
}

// TestRemoteIsRefused: without an Authenticator only this machine is trusted.
func TestRemoteIsRefused(t *testing.T) {
	t.Parallel()
	for addr, trusted := range map[net.Addr]bool{
		&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}: true,
		&net.TCPAddr{IP: net.IPv6loopback}:       true,
		&net.TCPAddr{IP: net.IPv4(10, 0, 0, 1)}:  false,
		&net.UnixAddr{Name: "@", Net: "unix"}:    true,
		&net.UDPAddr{}:                           false,
	} {
		got := exchange(t, pipe(t, &wire.Server{Handler: &fake{}}, addr), login())
		if trusted != (got == welcome) || !trusted && !strings.HasPrefix(got, "E FATAL 28000") {
			t.Errorf("%v: %s", addr, got)
		}
	}
	if got := exchange(t, pipe(t, &wire.Server{Handler: &fake{}}, nil), login()); got != welcome {
		t.Errorf("in memory: %s", got)
	}
}

// pipe serves one end of a net.Pipe, that says it comes from remote, if remote is
// not nil, and returns the other.
func pipe(t *testing.T, s *wire.Server, remote net.Addr) net.Conn {
	t.Helper()
	a, b := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if remote == nil {
			s.ServeConn(b)
		} else {
			s.ServeConn(addrConn{b, remote})
		}
	}()
	t.Cleanup(func() {
		a.Close()
		<-done
	})
	return a
}

type addrConn struct {
	net.Conn
	remote net.Addr
}

func (c addrConn) RemoteAddr() net.Addr { return c.remote }

func TestStartupTimeout(t *testing.T) {
	t.Parallel()
	addr := serve(t, &wire.Server{StartupTimeout: time.Millisecond})
	nc := dial(t, addr)
	if got := exchange(t, nc, []byte{0, 0}); got != "closed" {
		t.Error(got)
	}
}

func TestMaxConns(t *testing.T) {
	t.Parallel()
	s := &wire.Server{MaxConns: 1}
	addr := serve(t, s)
	first := connect(t, addr)
	want := `E FATAL 53300 "sorry, too many clients already" closed`
	if got := exchange(t, dial(t, addr), login()); got != want {
		t.Errorf("got %s", got)
	}
	if err := first.Cancel(t.Context()); err != nil {
		t.Errorf("cancel requests do not count: %v", err)
	}
	if n := len(slices.Collect(s.Conns())); n != 1 {
		t.Errorf("%d connections", n)
	}
}
