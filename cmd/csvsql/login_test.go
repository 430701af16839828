package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/csvsql/csvsql/internal/users"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

// secured is a csvsql that asks for passwords and encrypts, and whose certificate,
// and those of clients, ca.crt in dir has signed.
type secured struct {
	addr, dir string
}

// startSecured starts csvsql with the user ann, whose password is secret, and the
// certificate localhost.crt.
func startSecured(t *testing.T, args ...string) secured {
	t.Helper()
	s := secured{dir: t.TempDir()}
	if err := certify(s.dir, "localhost"); err != nil {
		t.Fatal(err)
	}
	verifier, err := wire.Verifier("secret", 0)
	if err != nil {
		t.Fatal(err)
	}
	list := &users.List{Users: []users.User{{Name: "ann", Verifier: verifier}}}
	if err := users.Write(filepath.Join(s.dir, "users"), list); err != nil {
		t.Fatal(err)
	}
	p := &served{}
	args = append([]string{"--tls-cert=localhost.crt", "--tls-key=localhost.key", "--tls-ca=ca.crt"}, args...)
	if err := p.start(s.dir, []string{"TMPDIR=" + t.TempDir()}, args...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	uri, err := url.Parse(p.uri)
	if err != nil {
		t.Fatal(err)
	}
	s.addr = "127.0.0.1:" + uri.Port()
	return s
}

func (s secured) file(name string) string { return filepath.Join(s.dir, name) }

// url is where user finds it, as localhost, the name in its certificate.
func (s secured) url(user, query string) string {
	_, port, _ := net.SplitHostPort(s.addr)
	return "postgres://" + user + "@localhost:" + port + "/csvsql?" + query
}

// pgx logs in and asks something.
func (s secured) pgx(t *testing.T, user, password, query string) error {
	t.Helper()
	config, err := pgconn.ParseConfig(s.url(user, query))
	if err != nil {
		t.Fatal(err)
	}
	config.Password = password
	config.LookupFunc = func(context.Context, string) ([]string, error) { return []string{"127.0.0.1"}, nil }
	c, err := pgconn.ConnectConfig(t.Context(), config)
	if err != nil {
		return err
	}
	defer c.Close(context.Background())
	return c.Exec(t.Context(), "SELECT 1").Close()
}

// psql does the same with psql.
func (s secured) psql(t *testing.T, user, password, query string) error {
	t.Helper()
	path, err := exec.LookPath("psql")
	if err != nil {
		t.Skip("no psql on this machine")
	}
	cmd := exec.CommandContext(t.Context(), path, "-XAtc", "SELECT 1", s.url(user, query+"&hostaddr=127.0.0.1"))
	cmd.Env = append(os.Environ(), "PGPASSWORD="+password, "HOME="+s.dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// TestLogins is psql and pgx against the command, with every way to log in that
// encrypts.
func TestLogins(t *testing.T) {
	t.Parallel()
	byPassword := startSecured(t, "--users=users", "--require-tls")
	byCertificate := startSecured(t, "--auth=cert")
	verify := func(s secured) string { return "sslmode=verify-full&sslrootcert=" + s.file("ca.crt") }
	certificate := verify(byCertificate) + "&sslcert=" + byCertificate.file("localhost.crt") + "&sslkey=" + byCertificate.file("localhost.key")
	for _, test := range []struct {
		name                  string
		server                secured
		user, password, query string
		want                  string // in the error
		pgxOnly               bool
	}{
		{"bound to the channel", byPassword, "ann", "secret", verify(byPassword) + "&channel_binding=require", "", false},
		{"direct TLS", byPassword, "ann", "secret", verify(byPassword) + "&channel_binding=require&sslnegotiation=direct", "", true},
		{"protocol 3.2", byPassword, "ann", "secret", verify(byPassword) + "&max_protocol_version=3.2", "", true},
		{"wrong password", byPassword, "ann", "wrong", verify(byPassword) + "&channel_binding=require", `password authentication failed for user "ann"`, false},
		{"unknown user", byPassword, "eve", "wrong", verify(byPassword) + "&channel_binding=require", `password authentication failed for user "eve"`, false},
		{"plain text", byPassword, "ann", "secret", "sslmode=disable", "this server accepts encrypted connections only", false},
		{"another authority", byPassword, "ann", "secret", verify(byCertificate), "failed", false},
		{"certificate", byCertificate, "localhost", "", certificate, "", false},
		{"certificate of another", byCertificate, "ann", "", certificate, `certificate authentication failed for user "ann"`, false},
		{"no certificate", byCertificate, "localhost", "", verify(byCertificate), "connection requires a valid client certificate", false},
	} {
		check := func(t *testing.T, err error) {
			if got := fmt.Sprint(err); err == nil && test.want != "" || err != nil && (test.want == "" || !strings.Contains(got, test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		}
		t.Run(test.name+"/pgx", func(t *testing.T) {
			t.Parallel()
			check(t, test.server.pgx(t, test.user, test.password, test.query))
		})
		t.Run(test.name+"/psql", func(t *testing.T) {
			t.Parallel()
			if test.pgxOnly {
				t.Skip("not by psql of every version")
			}
			check(t, test.server.psql(t, test.user, test.password, test.query))
		})
	}
}

// TestRefusalsLookAlike: a wrong password and a user who does not exist differ in
// nothing that goes over the wire but the name: neither in the error nor in the
// messages, their sizes and turns. (make bench BENCH='-run logins' compares times.)
func TestRefusalsLookAlike(t *testing.T) {
	t.Parallel()
	s := startSecured(t, "--users=users")
	refusal := func(user string) (refused wire.Error, traffic string) {
		nc, err := net.Dial("tcp", s.addr)
		if err != nil {
			t.Fatal(err)
		}
		var log trafficLog
		_, err = client.New(t.Context(), &loggedConn{Conn: nc, log: &log}, client.Config{User: user, Password: "wrong"})
		var e *wire.Error
		if !errors.As(err, &e) || e.Code != "28P01" {
			t.Fatalf("%s: %v", user, err)
		}
		refused = *e
		refused.Message = strings.ReplaceAll(refused.Message, user, "NAME")
		return refused, log.String()
	}
	known, knownTraffic := refusal("ann")
	unknown, unknownTraffic := refusal("eve")
	if known != unknown {
		t.Errorf("a user who exists: %+v\nanother: %+v", known, unknown)
	}
	if knownTraffic != unknownTraffic || strings.Count(knownTraffic, ">") < 3 {
		t.Errorf("a user who exists:%s\nanother:%s", knownTraffic, unknownTraffic)
	}
}

// trafficLog has the bytes of each turn, as in " >41 <23".
type trafficLog struct {
	turns []string
	bytes int
	way   string
}

func (l *trafficLog) add(way string, n int) {
	if way != l.way {
		l.end()
		l.way = way
	}
	l.bytes += n
}

func (l *trafficLog) end() {
	if l.bytes > 0 {
		l.turns = append(l.turns, fmt.Sprintf(" %s%d", l.way, l.bytes))
	}
	l.bytes = 0
}

func (l *trafficLog) String() string {
	l.end()
	return strings.Join(l.turns, "")
}

// loggedConn belongs to a client that reads and writes in turns.
type loggedConn struct {
	net.Conn
	log *trafficLog
}

func (c *loggedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.log.add("<", n)
	return n, err
}

func (c *loggedConn) Write(b []byte) (int, error) {
	c.log.add(">", len(b))
	return c.Conn.Write(b)
}

// TestLongCancelKeys: a client of protocol 3.2 gets 32 bytes to cancel with, over
// TLS, and cancels with them.
func TestLongCancelKeys(t *testing.T) {
	t.Parallel()
	s := startSecured(t, "--users=users", "--require-tls")
	pem, err := os.ReadFile(s.file("ca.crt"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	c, err := client.Dial(t.Context(), s.addr, client.Config{
		User: "ann", Password: "secret", Database: "csvsql", Minor: 2,
		TLS: &tls.Config{RootCAs: roots, ServerName: "localhost"},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, secret := c.Key(); len(secret) != 32 {
		t.Errorf("own client: a secret of %d bytes", len(secret))
	}
	const endless = "SELECT sum(a.range * b.range) FROM range(100000000) a, range(100000000) b"
	canceled := make(chan error, 1)
	go func() {
		_, err := c.Exec(t.Context(), endless)
		canceled <- err
	}()
	err = cancelUntil(t, canceled, func() error { return c.Cancel(t.Context()) })
	var e *wire.Error
	if !errors.As(err, &e) || e.Code != "57014" {
		t.Errorf("own client: %v", err)
	}

	config, err := pgconn.ParseConfig(s.url("ann", "sslmode=verify-full&sslrootcert="+s.file("ca.crt")+"&max_protocol_version=3.2"))
	if err != nil {
		t.Fatal(err)
	}
	config.Password = "secret"
	p, err := pgconn.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close(context.Background())
	if n := len(p.SecretKey()); n != 32 {
		t.Errorf("pgx: a secret of %d bytes", n)
	}
	go func() { canceled <- p.Exec(t.Context(), endless).Close() }()
	err = cancelUntil(t, canceled, func() error { return p.CancelRequest(t.Context()) })
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.Code != "57014" {
		t.Errorf("pgx: %v", err)
	}
}

// cancelUntil cancels again and again until the statement has ended, for a request
// that comes before the statement is lost.
func cancelUntil(t *testing.T, ended <-chan error, cancel func() error) error {
	for {
		if err := cancel(); err != nil {
			t.Error(err)
		}
		select {
		case err := <-ended:
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}
