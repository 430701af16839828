package wire_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"net"
	"net/netip"
	"time"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

// A server that asks for a password. The verifier is what is stored of it.
func ExampleSCRAM() {
	verifier, err := wire.Verifier("difference engine", wire.DefaultIterations)
	if err != nil {
		log.Fatal(err)
	}
	server := &wire.Server{
		Handler: wire.ParseFunc(func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) { return nil, nil }),
		Auth:    wire.SCRAM(wire.Users{"ada": verifier}),
	}
	for _, password := range []string{"analytical engine", "difference engine"} {
		ours, theirs := net.Pipe()
		go server.ServeConn(theirs)
		c, err := client.New(context.Background(), ours, client.Config{User: "ada", Password: password})
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println("welcome")
		c.Close()
	}
	// Output:
	// password authentication failed for user "ada"
	// welcome
}

// Who is on this machine is trusted; everybody else needs a password and an
// encrypted connection. The certificate may change while the server runs.
func ExampleRules() {
	source := wire.Users{"ada": "SCRAM-SHA-256$4096:..."}
	loader, err := wire.LoadCertificate("server.crt", "server.key", nil)
	if err != nil {
		log.Fatal(err)
	}
	server := &wire.Server{
		Addr: ":5432",
		Auth: wire.Rules{
			{Transport: wire.LocalSocket, Auth: wire.Trust()},
			{Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Auth: wire.Trust()},
			{Users: []string{"old_report"}, Auth: wire.MD5(source)}, // a client that knows nothing better
			{Users: []string{"older_report"}, Auth: wire.Password(source)},
			{Users: []string{"admin"}, Auth: wire.RequireCertificateOf(wire.SCRAM(source))},
			{Databases: []string{"intern"}, Auth: wire.RequireCertificate(wire.SCRAM(source))},
			{Transport: wire.NetworkTLS, Auth: wire.SCRAM(source)},
			{Auth: wire.Reject()},
		},
		TLSConfig: &tls.Config{GetCertificate: loader.GetCertificate},
	}
	log.Fatal(server.ListenAndServe())
}

// Users who have a certificate that a company's authority has signed. The name in it
// is an address; who has one may log in as the part before the @.
func ExampleCertificate() {
	own, err := wire.LoadCertificate("server.crt", "server.key", nil)
	if err != nil {
		log.Fatal(err)
	}
	authorities, err := wire.LoadAuthorities("company.crt", nil)
	if err != nil {
		log.Fatal(err)
	}
	var roles wire.IdentMap = func(name, role string) bool { return name == role+"@company.example" }
	server := &wire.Server{
		Addr:      ":5432",
		Auth:      wire.Certificate(roles),
		TLSConfig: authorities.Verify(&tls.Config{GetCertificate: own.GetCertificate}),
	}
	log.Fatal(server.ListenAndServe())
}

// The users of the operating system, over a Unix socket.
func ExamplePeer() {
	server := &wire.Server{Addr: "/run/myserver/.s.PGSQL.5432", Auth: wire.Peer(nil)}
	log.Fatal(server.ListenAndServe())
}

// Tokens of an OAuth server, which a function of yours checks.
func ExampleOAuth() {
	server := &wire.Server{Auth: &wire.OAuth{
		Issuer: "https://login.example",
		Scope:  "openid",
		Validate: func(_ context.Context, token, _ string) (name string, err error) {
			if token != "a good one" {
				return "", errors.New("it is not one of ours")
			}
			return "ada", nil
		},
	}}
	log.Fatal(server.ListenAndServe())
}

// Passwords that another system checks.
func ExamplePasswordFunc() {
	auth := wire.PasswordFunc(func(_ context.Context, x *wire.Exchange, password string) error {
		if x.Startup().User == "ada" && password == "countess" { // ask LDAP here
			return nil
		}
		return x.WrongPassword()
	})
	s := &wire.Server{Auth: auth, Handler: wire.ParseFunc(one)}
	for _, password := range []string{"duchess", "countess"} {
		c, err := client.New(context.Background(), inMemory(s), client.Config{User: "ada", Password: password})
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println("welcome")
		c.Close()
	}
	// Output:
	// password authentication failed for user "ada"
	// welcome
}

// weekdays is an Authenticator that asks another one, on some days only.
type weekdays struct {
	today time.Weekday
	next  wire.Authenticator
}

func (a weekdays) Authenticate(ctx context.Context, x *wire.Exchange) (wire.Identity, error) {
	if a.today == time.Sunday {
		return wire.Identity{}, wire.Errorf("28000", "%s, it is Sunday", x.Startup().User)
	}
	return a.next.Authenticate(ctx, x)
}

func ExampleAuthenticator() {
	for _, today := range []time.Weekday{time.Sunday, time.Monday} {
		s := &wire.Server{Auth: weekdays{today, wire.Trust()}, Handler: wire.ParseFunc(one)}
		c, err := client.New(context.Background(), inMemory(s), client.Config{User: "ada"})
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println("welcome")
		c.Close()
	}
	// Output:
	// ada, it is Sunday
	// welcome
}

func ExamplePreparePassword() {
	fmt.Println(wire.PreparePassword("ma\u00adny\u00a0words")) // a soft hyphen, another space
	// Output: many words <nil>
}

func ExampleAddrIP() {
	ip, ok := wire.AddrIP(&net.TCPAddr{IP: net.ParseIP("::ffff:192.0.2.1"), Port: 5432})
	fmt.Println(ip, ok)
	// Output: 192.0.2.1 true
}
