package wire_test

import (
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/csvsql/csvsql/wire"
)

// users has one user for each kind of verifier; the password is their name.
func users(t *testing.T) wire.Users {
	t.Helper()
	scram, err := wire.Verifier("scram", 0)
	if err != nil {
		t.Fatal(err)
	}
	return wire.Users{
		"scram":  scram,
		"md5":    md5Verifier("md5", "md5"),
		"broken": "SCRAM-SHA-256$4096:c2FsdA==$AAAA:AAAA",
	}
}

// login by pgx. url has no scheme and no address.
func pgxLogin(t *testing.T, addr, user, password, query string, change ...func(*pgconn.Config)) error {
	t.Helper()
	cfg, err := pgconn.ParseConfig("postgres://" + user + ":" + password + "@" + addr + "/db?" + query)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range change {
		f(cfg)
	}
	c, err := pgconn.ConnectConfig(t.Context(), cfg)
	if err != nil {
		return err
	}
	defer c.Close(context.Background())
	return c.Exec(t.Context(), "select 1 as a").Close()
}

func code(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code + " " + e.Message
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	source := users(t)
	wrong := func(user string) string { return `28P01 password authentication failed for user "` + user + `"` }
	for method, auth := range map[string]wire.Authenticator{
		"scram": wire.SCRAM(source), "md5": wire.MD5(source), "password": wire.Password(source),
	} {
		addr := serve(t, &wire.Server{Auth: auth})
		for _, test := range []struct{ user, password, want string }{
			{"scram", "scram", ""},
			{"scram", "wrong", wrong("scram")},
			{"md5", "md5", ""},
			{"md5", "wrong", wrong("md5")},
			{"nobody", "nobody", wrong("nobody")},
			{"broken", "broken", wrong("broken")},
		} {
			want := test.want
			if method == "scram" && test.user == "md5" {
				want = wrong("md5") // there is no way from one to the other
			}
			t.Run(method+"/"+test.user+"/"+test.password, func(t *testing.T) {
				t.Parallel()
				if got := code(pgxLogin(t, addr, test.user, test.password, "sslmode=disable")); got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			})
		}
	}
}

// TestSecretsOnNetworks: neither a password nor a token is asked for where others
// could read it.
func TestSecretsOnNetworks(t *testing.T) {
	t.Parallel()
	far := &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1)}
	for name, auth := range map[string]wire.Authenticator{
		"password": wire.Password(wire.Users{}), "token": &wire.OAuth{},
	} {
		want := fmt.Sprintf(`E FATAL 28000 "a %s is accepted on encrypted connections only" closed`, name)
		if got := exchange(t, pipe(t, &wire.Server{Handler: &fake{}, Auth: auth}, far), login()); got != want {
			t.Error(got)
		}
	}
}

// TestLoginOverTLS is pgx and psql against every way to log in with TLS.
func TestLoginOverTLS(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	source := users(t)
	rules := wire.Rules{
		{Users: []string{"cert"}, Auth: wire.Certificate(nil)},
		{Users: []string{"mapped"}, Auth: wire.Certificate(func(name, role string) bool { return name == "cert" && role == "mapped" })},
		{Transport: wire.NetworkTLS, Auth: wire.SCRAM(source)},
	}
	addr := serve(t, &wire.Server{TLSConfig: a.server(t), Auth: rules})
	cert, key := a.issue(t, "cert")
	otherCert, otherKey := a.issue(t, "other")
	verify := "sslmode=verify-full&sslrootcert=" + a.root()
	psql, _ := exec.LookPath("psql")
	for _, test := range []struct {
		name, user, password, query string
		code                        string // of the error
		psqlToo                     bool
	}{
		{"scram plus", "scram", "scram", verify + "&channel_binding=require", "", true},
		{"scram without plus", "scram", "scram", verify + "&channel_binding=disable", "", true},
		{"wrong password", "scram", "wrong", verify + "&channel_binding=require", "password authentication failed for user", true},
		{"unknown user", "nobody", "wrong", verify + "&channel_binding=require", "password authentication failed for user", true},
		{"direct", "scram", "scram", verify + "&sslnegotiation=direct&channel_binding=require", "", false},
		{"no TLS", "scram", "scram", "sslmode=disable", `no pg_hba.conf entry for host "127.0.0.1", user "scram", database "db", no encryption`, true},
		{"certificate", "cert", "", verify + "&sslcert=" + cert + "&sslkey=" + key, "", true},
		{"mapped certificate", "mapped", "", verify + "&sslcert=" + cert + "&sslkey=" + key, "", true},
		{"certificate of another", "cert", "", verify + "&sslcert=" + otherCert + "&sslkey=" + otherKey, `certificate authentication failed for user "cert"`, true},
		{"no certificate", "cert", "", verify, "connection requires a valid client certificate", true},
	} {
		check := func(t *testing.T, got string) {
			if test.code == "" && got != "" || !strings.Contains(got, test.code) {
				t.Errorf("got %q, want %q", got, test.code)
			}
		}
		t.Run("pgx/"+test.name, func(t *testing.T) {
			t.Parallel()
			check(t, code(pgxLogin(t, addr, test.user, test.password, test.query)))
		})
		t.Run("psql/"+test.name, func(t *testing.T) {
			t.Parallel()
			if psql == "" || !test.psqlToo {
				t.Skip("no psql, or not by psql of every version")
			}
			_, port, _ := net.SplitHostPort(addr)
			url := fmt.Sprintf("postgres://%s@localhost:%s/db?%s&hostaddr=127.0.0.1", test.user, port, test.query)
			cmd := exec.CommandContext(t.Context(), psql, "-XAtc", "select 1 as a", url)
			cmd.Env = []string{"PGPASSWORD=" + test.password, "HOME=" + filepath.Dir(a.root())}
			out, err := cmd.CombinedOutput()
			if err == nil {
				out = nil
			}
			check(t, string(out))
		})
	}
}

// TestIdentity: who has logged in, and how.
func TestIdentity(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	ids := make(chan wire.Identity, 1)
	addr := serve(t, &wire.Server{
		TLSConfig: a.server(t),
		Auth:      wire.RequireCertificate(wire.SCRAM(users(t))),
		Handler: openFunc(func(c *wire.Conn) error {
			ids <- c.Identity()
			return errors.New("that is all")
		}),
	})
	cert, key := a.issue(t, "ada")
	for binding, method := range map[string]string{"require": "scram-sha-256-plus", "disable": "scram-sha-256"} {
		pgxLogin(t, addr, "scram", "scram", "sslmode=verify-ca&sslrootcert="+a.root()+"&sslcert="+cert+"&sslkey="+key+"&channel_binding="+binding)
		if id := <-ids; id != (wire.Identity{Role: "scram", Method: method}) {
			t.Errorf("channel_binding=%s: %+v", binding, id)
		}
	}
}

func TestOAuth(t *testing.T) {
	t.Parallel()
	addr := serve(t, &wire.Server{Auth: &wire.OAuth{
		Issuer: "https://issuer.example/",
		Scope:  "db",
		Validate: func(_ context.Context, token, role string) (string, error) {
			if token != "good" {
				return "", errors.New("bad token")
			}
			return "ada", nil
		},
	}})
	for _, test := range []struct{ user, token, want string }{
		{"ada", "good", ""},
		{"eve", "good", "invalid_token"},
		{"ada", "bad", "invalid_token"},
		{"ada", "", "invalid_token"},
		{"ada", "b d", "invalid_token"},
	} {
		err := pgxLogin(t, addr, test.user, "", "sslmode=disable", func(c *pgconn.Config) {
			c.OAuthTokenProvider = func(context.Context) (string, error) { return test.token, nil }
		})
		if got := fmt.Sprint(err); err == nil && test.want != "" || err != nil && (test.want == "" || !strings.Contains(got, test.want)) {
			t.Errorf("%s, %q: %v", test.user, test.token, err)
		}
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	refuse := func(text string) wire.Authenticator {
		return authFunc(func(*wire.Exchange) error { return wire.Errorf("28000", "%s", text) })
	}
	rules := wire.Rules{
		{Transport: wire.LocalSocket, Auth: refuse("local")},
		{Transport: wire.NetworkTLS, Auth: refuse("encrypted")},
		{Networks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fe80::/16")}, Auth: refuse("intranet")},
		{Databases: []string{"a", "b"}, Users: []string{"u"}, Auth: refuse("both")},
		{Databases: []string{"a"}, Auth: refuse("first of two")},
		{Databases: []string{"a"}, Auth: wire.Trust()},
		{Transport: wire.Network, Users: []string{"v"}, Match: func(x *wire.Exchange) bool { return x.Startup().Database == "v" }, Auth: refuse("match")},
	}
	at := func(ip string) net.Addr { return &net.TCPAddr{IP: net.ParseIP(ip)} }
	for _, test := range []struct {
		from           net.Addr
		user, database string
		want           string
	}{
		{&net.UnixAddr{Net: "unix"}, "u", "a", "local"},
		{nil, "u", "a", "local"},
		{at("10.1.2.3"), "u", "a", "intranet"},
		{at("::ffff:10.1.2.3"), "u", "a", "intranet"},
		{&net.TCPAddr{IP: net.ParseIP("fe80::1"), Zone: "eth0"}, "u", "a", "intranet"},
		{at("11.1.2.3"), "u", "b", "both"},
		{at("11.1.2.3"), "v", "a", "first of two"},
		{at("11.1.2.3"), "v", "v", "match"},
		{at("11.1.2.3"), "v", "b", `no pg_hba.conf entry for host \"11.1.2.3\", user \"v\", database \"b\", no encryption`},
	} {
		nc := pipe(t, &wire.Server{Handler: &fake{}, Auth: rules}, test.from)
		got := exchange(t, nc, packet(version3, "user", test.user, "database", test.database, ""))
		if want := `E FATAL 28000 "` + test.want + `" closed`; got != want {
			t.Errorf("%v %s %s: %s, want %s", test.from, test.user, test.database, got, want)
		}
	}
	a := newAuthority(t)
	addr := serve(t, &wire.Server{Auth: rules, TLSConfig: a.server(t)})
	if got := exchange(t, encrypt(t, dial(t, addr), a.client()), login()); got != `E FATAL 28000 "encrypted" closed` {
		t.Error(got)
	}
}

// md5Verifier is what PostgreSQL stores for a password with password_encryption md5.
func md5Verifier(user, password string) string {
	return fmt.Sprintf("md5%x", md5.Sum([]byte(password+user)))
}
