package wire_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

// message is a message of a letter.
func message(letter byte, body string) []byte {
	n := len(body) + 4
	return append([]byte{letter, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}, body...)
}

// TestBeforeLogin: what a client sends before it has proved who it is reaches
// nothing but the authentication, however it is sent.
func TestBeforeLogin(t *testing.T) {
	t.Parallel()
	query := message('Q', "panic in parse\x00")
	const ask, wrong = "R00000003 ", `E FATAL 28P01 "password authentication failed for user \"u\"" closed`
	addr := serve(t, &wire.Server{Auth: wire.Password(wire.Users{})})
	for _, test := range []struct {
		name, trace string
		sent        [][]byte
	}{
		{"a query in place of the password", ask + `E FATAL 08P01 "expected password response, got message type 81" closed`, [][]byte{query}},
		{"a query behind a wrong password", ask + wrong, [][]byte{append(message('p', "x\x00"), query...)}},
		{"two passwords", ask + wrong, [][]byte{append(message('p', "x\x00"), message('p', "y\x00")...)}},
		{"an empty password", ask + `E FATAL 28P01 "empty password returned by client" closed`, [][]byte{message('p', "\x00")}},
		{"no password", ask + `E FATAL 08P01 "invalid string in message" closed`, [][]byte{message('p', "")}},
		{"a password without an end", ask + `E FATAL 08P01 "invalid string in message" closed`, [][]byte{message('p', "x")}},
		{"a password with something behind it", ask + `E FATAL 08P01 "invalid message format" closed`, [][]byte{message('p', "x\x00y\x00")}},
		{"a password that claims a gigabyte", ask + `E FATAL 08P01 "invalid password packet size" closed`, [][]byte{[]byte("p\x40\x00\x00\x00")}},
		{"a password of negative length", ask + `E FATAL 08P01 "invalid password packet size" closed`, [][]byte{[]byte("p\xff\xff\xff\xff")}},
		{"a length that is none", ask + `E FATAL 08P01 "invalid password packet size" closed`, [][]byte{[]byte("p\x00\x00\x00\x03")}},
		{"Terminate", ask + "closed", [][]byte{message('X', "")}},
		{"byte by byte", ask + wrong, slices.Collect(slices.Chunk(message('p', "x\x00"), 1))},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := exchange(t, dial(t, addr), append([][]byte{login()}, test.sent...)...); got != test.trace {
				t.Errorf("got\n%s\nwant\n%s", got, test.trace)
			}
		})
	}
}

// TestSASLMessages: the same for the messages around SCRAM.
func TestSASLMessages(t *testing.T) {
	t.Parallel()
	addr := serve(t, &wire.Server{Auth: wire.SCRAM(wire.Users{})})
	offer := fmt.Sprintf("R0000000a%x ", "SCRAM-SHA-256\x00\x00")
	initial := func(mechanism, first string) []byte {
		return message('p', mechanism+"\x00\x00\x00\x00"+string(rune(len(first)))+first)
	}
	for _, test := range []struct {
		name, trace string
		sent        []byte
	}{
		{"PLUS without TLS", `E FATAL 08P01 "client selected an invalid SASL authentication mechanism" closed`, initial("SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,n=,r=a")},
		{"another mechanism", `E FATAL 08P01 "client selected an invalid SASL authentication mechanism" closed`, initial("PLAIN", "x")},
		{"a mechanism of nothing", `E FATAL 08P01 "client selected an invalid SASL authentication mechanism" closed`, initial("", "x")},
		{"no mechanism", `E FATAL 08P01 "invalid string in message" closed`, message('p', "")},
		{"a length beyond the message", `E FATAL 08P01 "insufficient data left in message" closed`, message('p', "SCRAM-SHA-256\x00\x7f\xff\xff\xff")},
		{"bytes behind the message", `E FATAL 08P01 "invalid message format" closed`, message('p', "SCRAM-SHA-256\x00\x00\x00\x00\x00x")},
		{"malformed", `E FATAL 08P01 "malformed SCRAM message" closed`, initial("SCRAM-SHA-256", "x")},
		{"long", `E FATAL 08P01 "invalid password packet size" closed`, initial("SCRAM-SHA-256", strings.Repeat("x", 1100))},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := exchange(t, dial(t, addr), login(), test.sent); got != offer+test.trace {
				t.Errorf("got\n%s\nwant\n%s", got, offer+test.trace)
			}
		})
	}

	// PLUS comes first, and only with TLS.
	a := newAuthority(t)
	addr = serve(t, &wire.Server{Auth: wire.SCRAM(wire.Users{}), TLSConfig: a.server(t)})
	want := fmt.Sprintf("R0000000a%x closed", "SCRAM-SHA-256-PLUS\x00SCRAM-SHA-256\x00\x00")
	if got := exchange(t, encrypt(t, dial(t, addr), a.client()), login(), message('X', "")); got != want {
		t.Errorf("with TLS: %s", got)
	}
	// Who says that it could bind the channel, and that we do not offer to, has got
	// another offer than ours.
	nc := encrypt(t, dial(t, addr), a.client())
	got := exchange(t, nc, login(), initial("SCRAM-SHA-256", "y,,n=,r=abc"))
	if !strings.HasSuffix(got, `E FATAL 28000 "SCRAM channel binding negotiation error" closed`) {
		t.Errorf("a downgrade: %s", got)
	}
}

// TestUnknownUser: the exchange with a user who does not exist looks like any
// other, and is the same each time.
func TestUnknownUser(t *testing.T) {
	t.Parallel()
	addr := serve(t, &wire.Server{Auth: wire.SCRAM(users(t))})
	first := "n,,n=,r=abcdefgh"
	initial := message('p', "SCRAM-SHA-256\x00\x00\x00\x00"+string(rune(len(first)))+first)
	challenge := func(user string) (salt string, length int) {
		nc := dial(t, addr)
		got := exchange(t, nc, packet(version3, "user", user, ""), initial, message('X', ""))
		var text []byte
		if _, err := fmt.Sscanf(strings.Fields(got)[1], "R0000000b%x", &text); err != nil {
			t.Fatalf("%s: %v", got, err)
		}
		parts := strings.Split(string(text), ",")
		return parts[1], len(text)
	}
	salt, length := challenge("nobody")
	again, _ := challenge("nobody")
	other, _ := challenge("nobody else")
	if salt != again || salt == other {
		t.Errorf("the salts are %s, then %s, and for another %s", salt, again, other)
	}
	if _, known := challenge("scram"); known != length {
		t.Errorf("the challenge has %d bytes, that of a user who exists %d", length, known)
	}
}

// TestSlowLogin: the time limit holds for everything up to the login.
func TestSlowLogin(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	s := &wire.Server{StartupTimeout: 50 * time.Millisecond, TLSConfig: a.server(t), Auth: wire.SCRAM(wire.Users{})}
	addr := serve(t, s)
	for name, sent := range map[string][]byte{
		"nothing": nil, "half a packet": {0, 0}, "a request for TLS": packet(sslRequest), "half a handshake": {0x16, 3, 1, 1, 0},
	} {
		if got := exchange(t, dial(t, addr), sent); !strings.HasSuffix(got, "closed") && !strings.HasSuffix(got, "cut off") {
			t.Errorf("%s: %s", name, got)
		}
	}
	expectLoginTimeout(t, wire.SCRAM(wire.Users{}))
}

// TestAuthenticatorTimeout: an Authenticator that waits for something else is told.
func TestAuthenticatorTimeout(t *testing.T) {
	t.Parallel()
	expectLoginTimeout(t, waiting{})
}

// expectLoginTimeout expects that a client who does not go on after its login is
// told so. The limit becomes longer until a busy machine reads the login within it.
func expectLoginTimeout(t *testing.T, auth wire.Authenticator) {
	t.Helper()
	const told = `E FATAL 57014 "canceling authentication due to timeout" closed`
	var got string
	for limit := 50 * time.Millisecond; limit < 10*time.Second; limit *= 3 {
		addr := serve(t, &wire.Server{StartupTimeout: limit, Auth: auth})
		if got = exchange(t, dial(t, addr), login()); strings.HasSuffix(got, told) {
			return
		}
	}
	t.Errorf("the answer to a login that is not finished: %s", got)
}

type waiting struct{}

func (waiting) Authenticate(ctx context.Context, _ *wire.Exchange) (wire.Identity, error) {
	<-ctx.Done()
	return wire.Identity{}, ctx.Err()
}

// TestMaxFailures: who guesses is no longer listened to; others are.
func TestMaxFailures(t *testing.T) {
	t.Parallel()
	s := &wire.Server{Handler: &fake{}, Auth: wire.SCRAM(users(t)), MaxFailures: 3}
	from := func(ip, password string) error {
		c, err := client.New(t.Context(), pipe(t, s, &net.TCPAddr{IP: net.ParseIP(ip)}), client.Config{User: "scram", Password: password})
		if err != nil {
			return err
		}
		return c.Close()
	}
	for range 3 {
		wantError(t, from("10.0.0.1", "wrong"), "FATAL", "28P01")
	}
	wantError(t, from("10.0.0.1", "scram"), "FATAL", "53300")
	wantError(t, from("::ffff:10.0.0.1", "scram"), "FATAL", "53300")
	if err := from("10.0.0.2", "scram"); err != nil {
		t.Errorf("the neighbour: %v", err)
	}
	for i := range 3 { // one machine, as many addresses as it likes
		wantError(t, from(fmt.Sprintf("2001:db8::%d", i), "wrong"), "FATAL", "28P01")
	}
	wantError(t, from("2001:db8::ffff", "scram"), "FATAL", "53300")
	if err := from("2001:db8:0:1::1", "scram"); err != nil {
		t.Errorf("the next network: %v", err)
	}
}

// TestAskedForPassword: to hang up when asked for a password, as psql does in
// order to ask its user, is no failure.
func TestAskedForPassword(t *testing.T) {
	t.Parallel()
	s := &wire.Server{Auth: wire.SCRAM(users(t)), MaxFailures: 1}
	addr := serve(t, s)
	for range 3 {
		nc := dial(t, addr)
		nc.Write(login())
		io.ReadFull(nc, make([]byte, 10))
		nc.Close()
	}
	if err := pgxLogin(t, addr, "scram", "scram", "sslmode=disable"); err != nil {
		t.Error(err)
	}
}

func TestFailureDelay(t *testing.T) {
	t.Parallel()
	const delay = 50 * time.Millisecond
	addr := serve(t, &wire.Server{Auth: wire.Reject(), FailureDelay: delay})
	began := time.Now()
	exchange(t, dial(t, addr), login())
	if took := time.Since(began); took < delay {
		t.Errorf("refused after %v", took)
	}
	// The server does not wait for it to end.
	s := &wire.Server{Handler: &fake{}, Auth: wire.Reject(), FailureDelay: time.Hour, StartupTimeout: time.Hour}
	nc := pipe(t, s, nil)
	if _, err := nc.Write(login()); err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, nc)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestMaxConnsPerIP(t *testing.T) {
	t.Parallel()
	s := &wire.Server{Handler: &fake{}, MaxConnsPerIP: 1, Auth: wire.Trust()}
	open := func(ip string) (*client.Conn, error) {
		return client.New(t.Context(), pipe(t, s, &net.TCPAddr{IP: net.ParseIP(ip)}), client.Config{User: "u"})
	}
	first, err := open("10.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	_, err = open("10.0.0.1")
	wantError(t, err, "FATAL", "53300")
	other, err := open("10.0.0.2")
	if err != nil {
		t.Errorf("another address: %v", err)
	} else {
		other.Close()
	}
	first.Close()
	for { // until the server has seen it
		if first, err = open("10.0.0.1"); err == nil {
			break
		}
		wantError(t, err, "FATAL", "53300")
	}
	first.Close()
}

// TestCancelKeys: 32 bytes for clients of 3.2, 4 for others; no other key does
// anything, and guessing ends soon.
func TestCancelKeys(t *testing.T) {
	t.Parallel()
	for minor, length := range map[int]int{0: 4, 2: 32, 9999: 32} {
		f := &fake{started: make(chan struct{})}
		s := &wire.Server{Handler: f, MaxFailures: 3}
		addr := serve(t, s)
		c, err := client.Dial(t.Context(), addr, client.Config{User: "u", Minor: minor})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		pid, secret := c.Key()
		if len(secret) != length || only(t, s).Startup().Minor != min(minor, 2) {
			t.Errorf("3.%d: a secret of %d bytes, 3.%d is spoken", minor, len(secret), only(t, s).Startup().Minor)
		}
		cancel := func(secret []byte) {
			request := []byte{0, 0, 0, byte(12 + len(secret)), 4, 0xd2, 0x16, 0x2e, 0, 0, 0, byte(pid)}
			exchange(t, dial(t, addr), append(request, secret...))
		}
		start(t, f, c, "wait")
		cancel(nil)
		cancel(append([]byte{secret[0] ^ 1}, secret[1:]...))
		if !only(t, s).Activity().Running {
			t.Error("a wrong key has canceled")
		}
		cancel(secret)
		r := c.Results(t.Context())
		for r.NextResult() {
		}
		wantError(t, r.Close(), "ERROR", "57014")

		start(t, f, c, "wait")
		cancel(secret[:len(secret)-1]) // the third
		cancel(secret)                 // ignored
		if !only(t, s).Activity().Running {
			t.Error("who has guessed too often is still listened to")
		}
		only(t, s).Cancel(nil)
		r = c.Results(t.Context())
		for r.NextResult() {
		}
		wantError(t, r.Close(), "ERROR", "57014")
	}
}

// TestCancelByPgx: the same by another's client.
func TestCancelByPgx(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	f := &fake{started: make(chan struct{}, 1)}
	addr := serve(t, &wire.Server{Handler: f, TLSConfig: a.server(t)})
	for _, query := range []string{"sslmode=disable", "sslmode=disable&max_protocol_version=3.2", "sslmode=verify-full&sslrootcert=" + a.root() + "&max_protocol_version=latest"} {
		c, err := pgconn.Connect(t.Context(), "postgres://u@"+addr+"/db?"+query)
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error)
		go func() { done <- c.Exec(t.Context(), "wait").Close() }()
		<-f.started
		if err := c.CancelRequest(t.Context()); err != nil {
			t.Error(err)
		}
		if got := code(<-done); !strings.HasPrefix(got, "57014") {
			t.Errorf("%s: %s", query, got)
		}
		c.Close(t.Context())
	}
}
