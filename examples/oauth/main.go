// Command oauth lets in those who bring a bearer token. A token here is a text
// that the program has signed itself, where another server would ask the issuer.
package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"strings"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:5434", "address to listen on")
	secret := flag.String("secret", "not a secret", "what tokens are signed with")
	issue := flag.String("issue", "", "print a token for `name` and end")
	flag.Parse()
	signer := signer{[]byte(*secret)}
	if *issue != "" {
		fmt.Println(signer.token(*issue))
		return
	}
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	log.Print("listening on ", l.Addr())
	server := &wire.Server{
		Handler: wire.ParseFunc(whoami),
		Auth: &wire.OAuth{
			Issuer:   "https://issuer.example",
			Scope:    "openid sql",
			Validate: signer.validate,
			Roles:    func(name, role string) bool { return name == role },
		},
	}
	log.Fatal(server.Serve(l))
}

// signer makes and checks tokens: the name, and what only the owner of the secret
// can make of it.
type signer struct{ secret []byte }

func (s signer) token(name string) string {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte(name))
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(name)) + "." + encode(mac.Sum(nil))
}

// validate returns whose token it is. As whom he may log in is for Roles to say.
func (s signer) validate(_ context.Context, token, _ string) (string, error) {
	encoded, _, _ := strings.Cut(token, ".")
	name, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return "", err
	}
	if !hmac.Equal([]byte(token), []byte(s.token(string(name)))) {
		return "", errors.New("the signature is wrong")
	}
	return string(name), nil
}

// whoami answers every query with who asks, and how that was proved.
func whoami(_ context.Context, c *wire.Conn, _ wire.Query) ([]wire.Statement, error) {
	id := c.Identity()
	columns := []wire.Column{wire.Col("role", oid.Text), wire.Col("method", oid.Text)}
	return []wire.Statement{wire.Table(columns, []any{id.Role, id.Method})}, nil
}
