package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/csvsql/csvsql/wire/client"
)

// message is a message of the protocol, whatever its body is.
func message(letter byte, body string) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{letter}, uint32(4+len(body))), body...)
}

// TestHostileClients: what the clients of package wire's TestHostileMessages do, to
// the command: each gets its answer, and the session beside it and the memory of
// the process do not notice.
func TestHostileClients(t *testing.T) {
	t.Parallel()
	s := &served{}
	if err := s.start(t.TempDir(), []string{"TMPDIR=" + t.TempDir()}, "--memory=256MB"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	addr := s.addr()
	neighbor := loginAs(t, addr)
	good := func() {
		t.Helper()
		if tag, err := neighbor.Exec(t.Context(), "SELECT 1"); tag != "SELECT 1" {
			t.Fatalf("the session beside it: %q, %v", tag, err)
		}
	}
	good()
	before := peakMemory(s.cmd.Process.Pid)

	// Those who never finish their first packet stay until the end.
	for range 200 {
		nc, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		nc.Write([]byte{0, 0, 0x27, 0x10, 0, 3, 0, 0, 'u'})
	}
	for _, sent := range []string{
		"GET / HTTP/1.1\r\n\r\n", "\x7f\xff\xff\xff\x00\x03\x00\x00", "Q\x00\x00\x00\x0eSELECT 1\x00",
		"\x00\x00\x00\x10\x04\xd2\x16\x2e\x00\x00\x00\x01wron", "\x16\x03\x01\x00\x05",
	} {
		nc, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		nc.SetDeadline(time.Now().Add(time.Minute))
		nc.Write([]byte(sent))
		if got, _ := io.ReadAll(nc); len(got) > 0 {
			t.Errorf("%q was answered %q", sent, got)
		}
		nc.Close()
		good()
	}

	sync := message('S', "")
	parse := func(sql string, types int) []byte {
		body := binary.BigEndian.AppendUint16([]byte("\x00"+sql+"\x00"), uint16(types))
		return message('P', string(append(body, make([]byte, 4*types)...)))
	}
	execute := func(limit uint32) []byte {
		return append(message('B', "\x00\x00\x00\x00\x00\x00\x00\x00"),
			message('E', "\x00"+string(binary.BigEndian.AppendUint32(nil, limit)))...)
	}
	for _, test := range []struct {
		name, want string
		sent       [][]byte
	}{
		{"Execute of 2^31-1 rows", "12DDDCZ", [][]byte{parse("SELECT * FROM range(3)", 0), execute(math.MaxInt32), sync}},
		{"Execute of -1 rows", "12DDDCZ", [][]byte{parse("SELECT * FROM range(3)", 0), execute(math.MaxUint32), sync}},
		{"types of 65,535 parameters that there are not", "E(42P18)Z", [][]byte{parse("SELECT 1", math.MaxUint16), sync}},
		{"more parameters than a Bind may have", "E(42P02)Z", [][]byte{parse("SELECT $65536", 0), sync}},
		{"a value of 2^31-1 bytes", "1E(08P01)Z", [][]byte{parse("SELECT $1::text", 0), message('B', "\x00\x00\x00\x00\x00\x01\x7f\xff\xff\xff"), sync}},
		{"a Bind without its parameter", "1E(08P01)Z", [][]byte{parse("SELECT $1::text", 0), execute(0), sync}},
		{"a NUL in a query", "E(08P01)Z", [][]byte{message('Q', "SELECT 1\x00; SELECT 2\x00")}},
		{"not UTF-8", "E(22021)Z", [][]byte{message('Q', "SELECT '\xff'\x00")}},
		{"CopyData outside COPY", "TDCZ", [][]byte{message('d', "x"), message('c', ""), message('Q', "SELECT 1\x00")}},
		{"a FunctionCall", "E(0A000)Z", [][]byte{message('F', "\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00")}},
		{"100,000 empty statements", "IZ", [][]byte{message('Q', strings.Repeat(";", 100_000)+"\x00")}},
		{"100,000 brackets", "E(54001)Z", [][]byte{message('Q', "SELECT "+strings.Repeat("(", 100_000)+"\x00")}},
		{"100,000 comments in each other", "E(54001)Z", [][]byte{message('Q', strings.Repeat("/*", 100_000)+"\x00")}},
		{"a message that claims a gigabyte", "E(54000)", [][]byte{[]byte("Q\x3f\xff\xff\xff")}},
		{"a length that is none", "", [][]byte{[]byte("Q\x00\x00\x00\x03")}},
		{"an unknown message", "E(08P01)", [][]byte{message('y', "")}},
		{"a second start-up packet", "E(08P01)", [][]byte{[]byte("\x00\x00\x00\x10\x00\x03\x00\x00user\x00u\x00\x00")}},
	} {
		c := loginAs(t, addr)
		go c.NetConn().Write(bytes.Join(test.sent, nil)) // a server that has closed leaves the rest
		if got := answers(t, c); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
		c.Close()
		good()
	}
	if after := peakMemory(s.cmd.Process.Pid); after > before+200<<20 {
		t.Errorf("the process has grown from %d MB to %d MB", before>>20, after>>20)
	}
}

// TestBeforeLogin: what comes without a password, or behind a wrong one, does
// nothing.
func TestBeforeLogin(t *testing.T) {
	t.Parallel()
	s := startSecured(t, "--users=users")
	login := []byte("\x00\x00\x00\x12\x00\x03\x00\x00user\x00ann\x00\x00")
	drop := message('Q', "CREATE TABLE broken_in AS SELECT 1\x00")
	first := "n,,n=,r=abcdefgh"
	initial := message('p', "SCRAM-SHA-256\x00\x00\x00\x00"+string(rune(len(first)))+first)
	for name, sent := range map[string][]byte{
		"in place of the password": drop,
		"in the midst of SCRAM":    append(initial, drop...),
		"behind a wrong answer":    bytes.Join([][]byte{initial, message('p', "c=biws,r=x,p=AAAA"), drop}, nil),
		"behind a mechanism that is not on offer": append(
			message('p', "SCRAM-SHA-256-PLUS\x00\xff\xff\xff\xff"), drop...),
	} {
		nc, err := net.Dial("tcp", s.addr)
		if err != nil {
			t.Fatal(err)
		}
		nc.SetDeadline(time.Now().Add(time.Minute))
		nc.Write(append(login, sent...))
		if got, _ := io.ReadAll(nc); bytes.Contains(got, []byte("Z\x00\x00\x00\x05")) || !bytes.Contains(got, []byte("SFATAL\x00")) {
			t.Errorf("%s: %q", name, got)
		}
		nc.Close()
	}
	c, err := client.Dial(t.Context(), s.addr, client.Config{User: "ann", Password: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Exec(t.Context(), "SELECT * FROM broken_in"); err == nil {
		t.Error("somebody has run a statement without a login")
	}
}

func (s *served) addr() string {
	return regexp.MustCompile(`@([^/]+)/`).FindStringSubmatch(s.uri)[1]
}

func loginAs(t *testing.T, addr string) *client.Conn {
	t.Helper()
	c, err := client.Dial(t.Context(), addr, client.Config{User: "user", Database: "csvsql"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// answers is what comes up to ReadyForQuery or the end: letters, errors with their
// code.
func answers(t *testing.T, c *client.Conn) string {
	t.Helper()
	c.NetConn().SetDeadline(time.Now().Add(time.Minute))
	var b strings.Builder
	for {
		m, err := c.Receive()
		if err != nil {
			return b.String()
		}
		b.WriteByte(m.Type)
		if m.Type == 'E' {
			e, err := m.Error()
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "(%s)", e.Code)
		}
		if m.Type == 'Z' {
			return b.String()
		}
	}
}

// peakMemory is the most that a process has had in memory, in bytes; 0 where the
// system does not say.
func peakMemory(pid int) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	if m == nil {
		return 0
	}
	kB, _ := strconv.Atoi(string(m[1]))
	return kB << 10
}
