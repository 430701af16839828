package client_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/oid"
)

// waiting is a server whose statements run until they are cancelled.
func waiting() *wire.Server {
	return &wire.Server{Handler: wire.ParseFunc(
		func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) {
			return []wire.Statement{wire.Do(func(ctx context.Context) (wire.Result, error) {
				<-ctx.Done()
				return nil, context.Cause(ctx)
			})}, nil
		})}
}

// checkCancel runs a statement that only a cancel request ends.
func checkCancel(t *testing.T, c *client.Conn) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := c.Query(ctx, "wait")
	cancel()
	err := r.Close()
	var e *wire.Error
	if !errors.As(err, &e) || e.Code != "57014" {
		t.Errorf("%v", err)
	}
}

// TestPipe cancels over connections in memory, for which Redial is needed.
func TestPipe(t *testing.T) {
	t.Parallel()
	srv := waiting()
	defer srv.Close()
	connect := func(context.Context) (net.Conn, error) {
		near, far := net.Pipe()
		go srv.ServeConn(far)
		return near, nil
	}
	nc, _ := connect(t.Context())
	c, err := client.New(t.Context(), nc, client.Config{User: "u", Redial: connect})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	checkCancel(t, c)
}

func TestUnixSocket(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("an absolute path does not begin with a slash")
	}
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	srv := waiting()
	go srv.Serve(l)
	defer srv.Close()
	c, err := client.Dial(t.Context(), path, client.Config{User: "u"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	checkCancel(t, c)
}

// TestTLS dials servers that encrypt, that refuse to, and that slip bytes in
// before the handshake.
func TestTLS(t *testing.T) {
	t.Parallel()
	cert, pool := certificate(t)
	table := wire.Table([]wire.Column{wire.Col("a", oid.Int4)}, []any{1})
	srv := &wire.Server{Handler: wire.ParseFunc(
		func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) {
			return []wire.Statement{table}, nil
		})}
	defer srv.Close()
	addr := answerSSLRequest(t, "S", func(nc net.Conn) {
		srv.ServeConn(tls.Server(nc, &tls.Config{Certificates: []tls.Certificate{cert}}))
	})
	c, err := client.Dial(t.Context(), addr, client.Config{User: "u", TLS: &tls.Config{RootCAs: pool}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if tag, err := c.Exec(t.Context(), "select"); tag != "SELECT 1" || err != nil {
		t.Error(tag, err)
	}

	_, err = client.Dial(t.Context(), addr, client.Config{User: "u", TLS: &tls.Config{}})
	var unknown x509.UnknownAuthorityError
	if !errors.As(err, &unknown) {
		t.Errorf("a certificate nobody vouches for: %v", err)
	}

	refuses := answerSSLRequest(t, "N", func(nc net.Conn) { nc.Close() })
	if _, err := client.Dial(t.Context(), refuses, client.Config{User: "u", TLS: &tls.Config{RootCAs: pool}}); err == nil ||
		!strings.Contains(err.Error(), "does not support") {
		t.Errorf("a server without TLS: %v", err)
	}

	slips := answerSSLRequest(t, "SR\x00\x00\x00\x08\x00\x00\x00\x00", func(nc net.Conn) { nc.Close() })
	if _, err := client.Dial(t.Context(), slips, client.Config{User: "u", TLS: &tls.Config{RootCAs: pool}}); err == nil {
		t.Error("bytes before the handshake were taken for the server's")
	}
}

// answerSSLRequest listens, answers the SSLRequest of each client, and hands the
// connection on.
func answerSSLRequest(t *testing.T, answer string, then func(net.Conn)) (addr string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				var request [8]byte
				if _, err := io.ReadFull(nc, request[:]); err != nil {
					nc.Close()
					return
				}
				io.WriteString(nc, answer)
				then(nc)
			}()
		}
	}()
	return l.Addr().String()
}

func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		NotAfter:              time.Now().Add(time.Hour),
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// TestDialGivesUp ends a login that is not answered with its context.
func TestDialGivesUp(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		nc, err := l.Accept()
		if err == nil {
			cancel() // the client is waiting now
			defer nc.Close()
			io.Copy(io.Discard, nc)
		}
	}()
	if _, err := client.Dial(ctx, l.Addr().String(), client.Config{User: "u"}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
