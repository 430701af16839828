package wire_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"log"
	"net"
	"net/netip"

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
			{Transport: wire.NetworkTLS, Auth: wire.SCRAM(source)},
		},
		TLSConfig: &tls.Config{GetCertificate: loader.GetCertificate},
	}
	log.Fatal(server.ListenAndServe())
}
