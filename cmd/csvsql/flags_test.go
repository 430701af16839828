package main

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSize(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]size{
		"1": 1, "64MB": 64 << 20, "2GB": 2 << 30, "2 GiB": 2 << 30, "1.5g": 3 << 29, "512kB": 512 << 10, "1TB": 1 << 40, " 8m ": 8 << 20, "10b": 10,
		"": 0, "MB": 0, "0": 0, "-1MB": 0, "1XB": 0, "1e30GB": 0, "NaN": 0, "Inf": 0, "64MBMB": 0, "0.1": 0, "9223372036854775807": 0, "1 2MB": 0,
	} {
		var got size
		err := got.UnmarshalText([]byte(text))
		if got != want || (err == nil) != (want != 0) {
			t.Errorf("%q: %d, %v, want %d", text, got, err, want)
		}
	}
}

func TestListenRefuses(t *testing.T) {
	t.Parallel()
	std := streams{io.Discard, io.Discard}
	for _, where := range []string{":5433", "0.0.0.0:0", "[::]:0", "192.0.2.1:0", "localhost", "127.0.0.1", "/no/such/directory/socket", "127.0.0.1:0:0"} {
		l, err := listen(where, "be dangerous", std)
		if err == nil {
			t.Errorf("%s: listens on %s", where, l.Addr())
			l.Close()
			continue
		}
		if !errors.As(err, new(usageError)) {
			t.Errorf("%s: %v is no mistake of usage", where, err)
		}
	}
}

func TestListenBusyPort(t *testing.T) {
	t.Parallel()
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	l, err := listen(busy.Addr().String(), "be dangerous", streams{io.Discard, io.Discard})
	if err == nil {
		l.Close()
		t.Fatal("listens twice")
	}
	if errors.As(err, new(usageError)) || !strings.Contains(err.Error(), "in use") {
		t.Error(err)
	}
}

func TestListenSocket(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "s") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	std := streams{io.Discard, io.Discard}
	l, err := listen(dir+"/", "", std)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, ".s.PGSQL.5433")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	want := "postgres://user@/csvsql?host=" + dir + "&port=5433"
	if got := connectionURI(l.Addr(), &access{}); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if other, err := listen(path, "", std); err == nil {
		other.Close()
		t.Error("listens twice")
	}

	// The socket of a process that was killed is there, and nobody listens.
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	l.Close()
	if l, err = listen(path, "", std); err != nil {
		t.Fatal(err)
	}
	l.Close()
}

func TestConnectionURI(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		addr net.Addr
		want string
	}{
		{&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 5433}, "postgres://user@127.0.0.1:5433/csvsql"},
		{&net.TCPAddr{IP: net.IPv6loopback, Port: 5434}, "postgres://user@[::1]:5434/csvsql"},
		{&net.UnixAddr{Net: "unix", Name: "/tmp/a b+c/.s.PGSQL.1"}, "postgres://user@/csvsql?host=/tmp/a%20b%2Bc&port=1"},
	} {
		if got := connectionURI(c.addr, &access{}); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0 rows", 1: "1 row ", 999: "999 rows", 5366: "5,366 rows", 1234567: "1,234,567 rows"} {
		if got := count(n, "row"); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
