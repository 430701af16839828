// Command secure lets clients in over TLS only, with a password that is bound to
// the server's certificate (SCRAM-SHA-256-PLUS): nobody in between can pass the
// login on, not even with a certificate that the client would trust.
package main

import (
	"context"
	"crypto/tls"
	"flag"
	"log"
	"net"
	"path/filepath"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:5434", "address to listen on")
	dir := flag.String("dir", "examples/secure/certificate", "`folder` of server.crt and server.key, made if it is not there")
	flag.Parse()
	certFile, keyFile := filepath.Join(*dir, "server.crt"), filepath.Join(*dir, "server.key")
	if err := makeCertificate(certFile, keyFile); err != nil {
		log.Fatal(err)
	}
	// The files are read again when they change, as those of a CA do every few weeks.
	certificate, err := wire.LoadCertificate(certFile, keyFile, nil)
	if err != nil {
		log.Fatal(err)
	}
	verifier, err := wire.Verifier("countess", wire.DefaultIterations)
	if err != nil {
		log.Fatal(err)
	}
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	log.Print("listening on ", l.Addr())
	server := &wire.Server{
		Handler:    wire.ParseFunc(whoami),
		TLSConfig:  &tls.Config{GetCertificate: certificate.GetCertificate},
		RequireTLS: true,
		Auth:       wire.SCRAM(wire.Users{"ada": verifier}),
	}
	log.Fatal(server.Serve(l))
}

// whoami answers every query with who asks, how that was proved, and what the
// connection is encrypted with.
func whoami(_ context.Context, c *wire.Conn, _ wire.Query) ([]wire.Statement, error) {
	columns := []wire.Column{wire.Col("role", oid.Text), wire.Col("method", oid.Text), wire.Col("tls", oid.Text)}
	row := []any{c.Identity().Role, c.Identity().Method, tls.VersionName(c.TLS().Version)}
	return []wire.Statement{wire.Table(columns, row)}, nil
}
