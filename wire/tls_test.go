package wire_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

// authority makes certificates for a test.
type authority struct {
	dir  string // of its files
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{dir: t.TempDir()}
	a.cert, a.key = a.sign(t, "root", &x509.Certificate{
		Subject: pkix.Name{CommonName: "root"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	})
	return a
}

// issue makes the certificate of name and returns the paths of it and its key.
func (a *authority) issue(t *testing.T, name string) (certFile, keyFile string) {
	t.Helper()
	a.sign(t, name, &x509.Certificate{
		Subject:     pkix.Name{CommonName: name},
		DNSNames:    []string{name},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	})
	return filepath.Join(a.dir, name+".crt"), filepath.Join(a.dir, name+".key")
}

func (a *authority) sign(t *testing.T, name string, template *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for suffix, block := range map[string]*pem.Block{".crt": {Type: "CERTIFICATE", Bytes: der}, ".key": {Type: "PRIVATE KEY", Bytes: keyDER}} {
		if err := os.WriteFile(filepath.Join(a.dir, name+suffix), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

func (a *authority) root() string { return filepath.Join(a.dir, "root.crt") }

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// server is the configuration of a server called localhost, which looks at the
// certificates of clients.
func (a *authority) server(t *testing.T) *tls.Config {
	t.Helper()
	cert, err := tls.LoadX509KeyPair(a.issue(t, "localhost"))
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}, ClientCAs: a.pool(), ClientAuth: tls.VerifyClientCertIfGiven}
}

// client is the configuration of a client without a certificate.
func (a *authority) client() *tls.Config {
	return &tls.Config{RootCAs: a.pool(), ServerName: "localhost"}
}

// encrypt asks for TLS and makes the handshake.
func encrypt(t *testing.T, nc net.Conn, cfg *tls.Config) *tls.Conn {
	t.Helper()
	if _, err := nc.Write(packet(sslRequest)); err != nil {
		t.Fatal(err)
	}
	var answer [1]byte
	if _, err := io.ReadFull(nc, answer[:]); err != nil || answer[0] != 'S' {
		t.Fatalf("%q, %v", answer, err)
	}
	secure := tls.Client(nc, cfg)
	if err := secure.Handshake(); err != nil {
		t.Fatal(err)
	}
	return secure
}

func TestTLS(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	addr := serve(t, &wire.Server{TLSConfig: a.server(t)})

	t.Run("after a request", func(t *testing.T) {
		t.Parallel()
		if got := exchange(t, encrypt(t, dial(t, addr), a.client()), login()); got != welcome {
			t.Error(got)
		}
	})
	t.Run("after one for GSSAPI", func(t *testing.T) {
		t.Parallel()
		nc := dial(t, addr)
		if _, err := nc.Write(packet(gssRequest)); err != nil {
			t.Fatal(err)
		}
		var answer [1]byte
		if _, err := io.ReadFull(nc, answer[:]); err != nil || answer[0] != 'N' {
			t.Fatalf("%q, %v", answer, err)
		}
		if got := exchange(t, encrypt(t, nc, a.client()), login()); got != welcome {
			t.Error(got)
		}
	})
	t.Run("without", func(t *testing.T) {
		t.Parallel()
		if got := exchange(t, dial(t, addr), login()); got != welcome {
			t.Error(got)
		}
	})
	t.Run("plaintext behind the request", func(t *testing.T) {
		t.Parallel()
		want := `E FATAL 08P01 "received unencrypted data after SSL request" closed`
		if got := exchange(t, dial(t, addr), append(packet(sslRequest), login()...)); got != want {
			t.Error(got)
		}
	})
	t.Run("plaintext in place of a handshake", func(t *testing.T) {
		t.Parallel()
		nc := dial(t, addr)
		if _, err := nc.Write(packet(sslRequest)); err != nil {
			t.Fatal(err)
		}
		var answer [1]byte
		if _, err := io.ReadFull(nc, answer[:]); err != nil {
			t.Fatal(err)
		}
		nc.Write(login())
		rest, _ := io.ReadAll(nc)
		if bytes.IndexByte(rest, 'R') >= 0 {
			t.Errorf("%q", rest)
		}
	})
	t.Run("a request inside", func(t *testing.T) {
		t.Parallel()
		for _, code := range []uint32{sslRequest, gssRequest} {
			want := fmt.Sprintf(`E FATAL 0A000 "unsupported frontend protocol 1234.%d: server supports 3.0 to 3.2" closed`, code&0xffff)
			if got := exchange(t, encrypt(t, dial(t, addr), a.client()), packet(code)); got != want {
				t.Error(got)
			}
		}
	})
	t.Run("old versions", func(t *testing.T) {
		t.Parallel()
		nc := dial(t, addr)
		nc.Write(packet(sslRequest))
		io.ReadFull(nc, make([]byte, 1))
		cfg := a.client()
		cfg.MinVersion, cfg.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
		if err := tls.Client(nc, cfg).Handshake(); err == nil {
			t.Error("TLS 1.1")
		}
	})
	t.Run("another protocol", func(t *testing.T) {
		t.Parallel()
		nc := dial(t, addr)
		nc.Write(packet(sslRequest))
		io.ReadFull(nc, make([]byte, 1))
		cfg := a.client()
		cfg.NextProtos = []string{"http/1.1"}
		if err := tls.Client(nc, cfg).Handshake(); err == nil {
			t.Error("it talks to a browser")
		}
	})
}

func TestDirectTLS(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	addr := serve(t, &wire.Server{TLSConfig: a.server(t)})
	for _, test := range []struct {
		protocols []string
		ok        bool
	}{{[]string{"postgresql"}, true}, {[]string{"h2", "postgresql"}, true}, {nil, false}, {[]string{"h2"}, false}} {
		cfg := a.client()
		cfg.NextProtos = test.protocols
		secure := tls.Client(dial(t, addr), cfg)
		if err := secure.Handshake(); (err == nil) != test.ok {
			t.Errorf("%q: %v", test.protocols, err)
		} else if test.ok {
			if got := exchange(t, secure, login()); got != welcome {
				t.Errorf("%q: %s", test.protocols, got)
			}
		}
	}
	if got := exchange(t, dial(t, serve(t, &wire.Server{})), []byte{0x16, 3, 1, 0, 5}); got != "closed" {
		t.Errorf("a server without TLS: %s", got)
	}
}

func TestRequireTLS(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	s := &wire.Server{TLSConfig: a.server(t), RequireTLS: true}
	addr := serve(t, s)
	want := `E FATAL 28000 "this server accepts encrypted connections only" closed`
	if got := exchange(t, dial(t, addr), login()); got != want {
		t.Error(got)
	}
	if got := exchange(t, encrypt(t, dial(t, addr), a.client()), login()); got != welcome {
		t.Error(got)
	}
	if got := exchange(t, pipe(t, &wire.Server{Handler: &fake{}, TLSConfig: s.TLSConfig, RequireTLS: true}, nil), packet(sslRequest), login()); got != "N "+welcome {
		t.Errorf("in memory: %s", got)
	}
}

// TestConnTLS: what a handler sees of it.
func TestConnTLS(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	states := make(chan *tls.ConnectionState, 1)
	addr := serve(t, &wire.Server{TLSConfig: a.server(t), Handler: openFunc(func(c *wire.Conn) error {
		states <- c.TLS()
		return nil
	})})
	exchange(t, dial(t, addr), login())
	if state := <-states; state != nil {
		t.Errorf("without: %+v", state)
	}
	cfg := a.client()
	cert, err := tls.LoadX509KeyPair(a.issue(t, "ada"))
	if err != nil {
		t.Fatal(err)
	}
	cfg.Certificates = []tls.Certificate{cert}
	exchange(t, encrypt(t, dial(t, addr), cfg), login())
	state := <-states
	if state == nil || state.ServerName != "localhost" || state.PeerCertificates[0].Subject.CommonName != "ada" {
		t.Errorf("%+v", state)
	}
}

// TestConfigForClient: a server may choose by the name that the client asks for.
func TestConfigForClient(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	other, err := tls.LoadX509KeyPair(a.issue(t, "other"))
	if err != nil {
		t.Fatal(err)
	}
	cfg := a.server(t)
	cfg.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if hello.ServerName == "other" {
			return &tls.Config{Certificates: []tls.Certificate{other}}, nil
		}
		return nil, nil
	}
	addr := serve(t, &wire.Server{TLSConfig: cfg})
	for _, name := range []string{"localhost", "other"} {
		cfg := a.client()
		cfg.ServerName = name
		secure := encrypt(t, dial(t, addr), cfg)
		if got := secure.ConnectionState().PeerCertificates[0].Subject.CommonName; got != name {
			t.Errorf("%s: the certificate is that of %s", name, got)
		}
	}
}

// TestCertificateLoader: files that change are the next client's certificate.
func TestCertificateLoader(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	certFile, keyFile := a.issue(t, "localhost")
	loader, err := wire.LoadCertificate(certFile, keyFile, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s := &wire.Server{TLSConfig: &tls.Config{GetCertificate: loader.GetCertificate}}
	addr := serve(t, s)
	serial := func() *big.Int {
		return encrypt(t, dial(t, addr), a.client()).ConnectionState().PeerCertificates[0].SerialNumber
	}
	c, err := client.Dial(t.Context(), addr, client.Config{User: "u", TLS: a.client()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	first := serial()

	touch := func(file string, seconds int) { // whatever the clock of the file system can tell apart
		when := time.Now().Add(time.Duration(seconds) * time.Second)
		if err := os.Chtimes(file, when, when); err != nil {
			t.Fatal(err)
		}
	}
	a.issue(t, "localhost")
	touch(certFile, 1)
	second := serial()
	if second.Cmp(first) == 0 {
		t.Error("the old one, after the files have changed")
	}
	if err := os.WriteFile(certFile, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	touch(certFile, 2)
	if serial().Cmp(second) != 0 {
		t.Error("another one, after they became unusable")
	}
	a.issue(t, "localhost")
	touch(certFile, 3)
	if serial().Cmp(second) == 0 {
		t.Error("the old one, after they were usable again")
	}
	if tag, err := c.Exec(t.Context(), "select 1 as a"); tag != "SELECT 1" {
		t.Errorf("the session from before: %s, %v", tag, err)
	}
	if _, err := wire.LoadCertificate(certFile, certFile+"?", nil); err == nil {
		t.Error("a key that is not there")
	}
}

// TestAuthorityLoader: the authorities of a file that changes are those of the next
// client.
func TestAuthorityLoader(t *testing.T) {
	t.Parallel()
	a, other := newAuthority(t), newAuthority(t)
	read := func(file string) []byte {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	file := filepath.Join(t.TempDir(), "ca.crt")
	writes := 0
	write := func(text []byte) {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		writes++ // whatever the clock of the file system can tell apart
		when := time.Now().Add(time.Duration(writes) * time.Second)
		if err := os.Chtimes(file, when, when); err != nil {
			t.Fatal(err)
		}
	}
	write(read(a.root()))
	authorities, err := wire.LoadAuthorities(file, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	addr := serve(t, &wire.Server{TLSConfig: authorities.Verify(a.server(t)), Auth: wire.Certificate(nil)})
	login := func(by *authority) error {
		cert, key := by.issue(t, "ada")
		return pgxLogin(t, addr, "ada", "", "sslmode=verify-ca&sslrootcert="+a.root()+"&sslcert="+cert+"&sslkey="+key)
	}
	check := func(when string, ours, theirs bool) {
		t.Helper()
		if err := login(a); (err == nil) != ours {
			t.Errorf("%s: the first: %v", when, err)
		}
		if err := login(other); (err == nil) != theirs {
			t.Errorf("%s: the other: %v", when, err)
		}
	}
	check("at first", true, false)
	write(read(other.root()))
	check("after a change", false, true)
	write([]byte("no certificate"))
	check("what cannot be used", false, true)
	write(append(read(a.root()), read(other.root())...))
	check("both", true, true)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	check("gone", true, true)
	if _, err := wire.LoadAuthorities(file, nil); err == nil {
		t.Error("a file that is not there")
	}
}

// TestCancelBlockedWriteTLS: half a record has been sent, and what follows must
// still be readable.
func TestCancelBlockedWriteTLS(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	f := &fake{started: make(chan struct{})}
	s := &wire.Server{Handler: f, TLSConfig: a.server(t)}
	addr := serve(t, s)
	c, err := client.Dial(t.Context(), addr, client.Config{User: "u", TLS: a.client()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for range 3 {
		start(t, f, c, "endless")
		for f.results.Load() == 0 {
			time.Sleep(time.Millisecond)
		}
		only(t, s).Cancel(nil)
		for f.results.Load() != 0 { // nothing has been read
			time.Sleep(time.Millisecond)
		}
		r := c.Results(t.Context())
		for r.NextResult() {
			for r.NextRow() {
			}
		}
		wantError(t, r.Close(), "ERROR", "57014")
	}
}
