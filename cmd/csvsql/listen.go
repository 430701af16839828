package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Where csvsql listens unless it is told. 5432 is left to PostgreSQL.
const (
	defaultHost = "127.0.0.1"
	defaultPort = 5433
	triedPorts  = 20 // in a row, if they are taken
)

// socketName is the name that libpq and the drivers want a Unix socket to have in
// its directory (PostgreSQL documentation, 34.1.2 Parameter Key Words, host).
const socketName = ".s.PGSQL."

// listen opens the listener that --listen asks for, and says which port it took
// if the default one is not free. danger is why other machines must not reach it;
// empty if they may.
func listen(where, danger string, std streams) (net.Listener, error) {
	switch {
	case where == "":
		return listenDefault(std)
	case strings.ContainsAny(where, `/\`):
		return listenSocket(where)
	default:
		return listenTCP(where, danger)
	}
}

func listenDefault(std streams) (net.Listener, error) {
	for port := defaultPort; ; port++ {
		l, err := net.Listen("tcp", net.JoinHostPort(defaultHost, strconv.Itoa(port)))
		switch {
		case err == nil && port != defaultPort:
			fmt.Fprintf(std.err, "csvsql: port %d is taken, listening on %d\n", defaultPort, port)
			return l, nil
		case err == nil:
			return l, nil
		case !errors.Is(err, syscall.EADDRINUSE):
			return nil, err
		case port == defaultPort+triedPorts:
			return nil, fmt.Errorf("the ports %d to %d are all taken; choose one with --listen HOST:PORT", defaultPort, port)
		}
	}
}

func listenTCP(where, danger string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(where)
	if err != nil {
		return nil, usageErrorf("--listen %s: it is HOST:PORT or the path of a socket", where)
	}
	if danger != "" {
		if err := checkLoopback(where, host, port, danger); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen("tcp", where)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use by another program; choose another port with --listen, or leave --listen out to get a free one", where)
	}
	return l, err
}

// danger says what is wrong with letting other machines reach the server, if
// anything is, and if that has not been asked for.
func (f *accessFlags) danger() string {
	switch {
	case f.InsecureListen:
		return ""
	case !f.asks():
		return "let in anyone on the network, for nobody has to say who he is:\n" +
			"        use --auth scram and --users FILE, with --tls-auto"
	case !f.encrypts():
		return "send data over the network for anyone to read:\n" +
			"        use --tls-auto, or --tls-cert and --tls-key"
	}
	return ""
}

// checkLoopback refuses addresses that other machines can reach.
func checkLoopback(where, host, port, danger string) error {
	ips := []net.IP{net.IPv4zero} // an empty host is every interface
	if host != "" {
		var err error
		if ips, err = net.LookupIP(host); err != nil {
			return usageErrorf("--listen %s: %w", where, err)
		}
	}
	for _, ip := range ips {
		if !ip.IsLoopback() {
			return usageErrorf("--listen %s would %s.\n"+
				"        Or listen on 127.0.0.1:%s and connect from elsewhere through SSH:\n"+
				"        ssh -L %s:127.0.0.1:%s THIS-MACHINE\n"+
				"        Or say --insecure-listen if that is what you want", where, danger, port, port, port)
		}
	}
	return nil
}

// listenSocket listens on a Unix socket, given by its directory or by its path.
// Only the user may connect to it.
func listenSocket(where string) (net.Listener, error) {
	path, err := filepath.Abs(where)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, socketName+strconv.Itoa(defaultPort))
	}
	if _, ok := socketPort(path); !ok {
		return nil, usageErrorf("--listen %s: clients find a socket only if it is named %s%d, or another port; give its directory", where, socketName, defaultPort)
	}
	l, err := net.Listen("unix", path)
	if errors.Is(err, syscall.EADDRINUSE) {
		if c, err := net.Dial("unix", path); err == nil {
			c.Close()
			return nil, fmt.Errorf("%s is in use by another program", path)
		}
		// The process that made it was killed.
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		l, err = net.Listen("unix", path)
	}
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

func socketPort(path string) (string, bool) {
	port, ok := strings.CutPrefix(filepath.Base(path), socketName)
	_, err := strconv.ParseUint(port, 10, 16)
	return port, ok && err == nil
}

// hostOf is the host in --listen, empty if there is none.
func hostOf(where string) string {
	host, _, err := net.SplitHostPort(where)
	if err != nil || strings.ContainsAny(where, `/\`) {
		return ""
	}
	return host
}

// connectionURI is what a client on this machine connects to
// (PostgreSQL documentation, 34.1.1.2 Connection URIs).
func connectionURI(addr net.Addr, a *access) string {
	u := url.URL{Scheme: "postgres", User: url.User(a.user()), Host: addr.String(), Path: "/csvsql"}
	if addr.Network() == "unix" {
		port, _ := socketPort(addr.String())
		u.Host = ""
		u.RawQuery = "host=" + escape(filepath.Dir(addr.String())) + "&port=" + port
		return u.String()
	}
	if tcp, ok := addr.(*net.TCPAddr); ok && (tcp.IP.IsUnspecified() || a.root != "" && tcp.IP.IsLoopback()) {
		u.Host = net.JoinHostPort("localhost", strconv.Itoa(tcp.Port)) // a name that certificates have
	}
	switch {
	case a.root != "":
		u.RawQuery = "sslmode=verify-full&sslrootcert=" + escape(a.root)
		if a.scram {
			u.RawQuery += "&channel_binding=require"
		}
	case a.RequireTLS:
		u.RawQuery = "sslmode=require"
	}
	return u.String()
}

// escape is url.QueryEscape as libpq reads it: to libpq a plus is a plus, and a
// slash reads better as it is.
func escape(s string) string {
	return strings.NewReplacer("+", "%20", "%2F", "/").Replace(url.QueryEscape(s))
}
