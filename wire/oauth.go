package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
)

// OAuth lets in those who have a bearer token of an OAuth server
// (PostgreSQL 18 documentation, 20.15 OAuth Authorization/Authentication;
// RFC 7628). The token goes over connections that are encrypted, or do not leave
// the machine, only.
type OAuth struct {
	// Issuer is the URL of the server that gives tokens, and Scope what they have to
	// be good for: separated by spaces. Clients that come without a token are told.
	Issuer, Scope string

	// Validate says whether a token is good, and whose it is: whom the OAuth server
	// knows him as. An error means that it is not, and is not told. That he may log
	// in as role is Roles' business.
	Validate func(ctx context.Context, token, role string) (name string, err error)

	// Roles says as whom he may log in.
	Roles IdentMap
}

const oauthBearer = "OAUTHBEARER"

// Authenticate implements Authenticator.
func (o *OAuth) Authenticate(ctx context.Context, x *Exchange) (Identity, error) {
	if err := x.checkProtected("token"); err != nil {
		return Identity{}, err
	}
	_, first, err := x.sasl([]string{oauthBearer}, maxAuthMessage)
	if err != nil {
		return Identity{}, err
	}
	if first == nil { // the client waits to be asked
		if first, err = x.ask(authSASLContinue, nil, maxAuthMessage); err != nil {
			return Identity{}, err
		}
	}
	token, err := bearerToken(first)
	if err != nil {
		return Identity{}, err
	}
	role := x.Startup().User
	if token != "" {
		name, err := o.Validate(ctx, token, role)
		if err != nil {
			x.conn.server.log().Info("wire: token refused", "error", err, "user", role)
		} else if o.Roles.allows(name, role) {
			return Identity{Role: role, Method: "oauth", Name: name}, nil
		}
	}
	return Identity{}, o.refuse(x)
}

// refuse tells the client where to get a token, waits for it to have understood
// (RFC 7628, 3.2.3), and returns the error that ends the connection.
func (o *OAuth) refuse(x *Exchange) error {
	status, err := json.Marshal(struct {
		Status string `json:"status"`
		Config string `json:"openid-configuration"`
		Scope  string `json:"scope"`
	}{"invalid_token", strings.TrimSuffix(o.Issuer, "/") + "/.well-known/openid-configuration", o.Scope})
	if err != nil {
		return err
	}
	answer, err := x.ask(authSASLContinue, status, maxAuthMessage)
	if err != nil {
		return err
	}
	if !bytes.Equal(answer, []byte{kvSeparator}) {
		return errOAuth("The client did not send a kvsep response.")
	}
	return Errorf("28000", "OAuth bearer authentication failed for user \"%s\"", x.Startup().User)
}

// kvSeparator stands behind each key and value (RFC 7628, 3.1).
const kvSeparator = 1

func errOAuth(detail string) error {
	return &Error{Code: "08P01", Message: "malformed OAUTHBEARER message", Detail: detail}
}

// bearerToken takes the token out of the client's first message, empty if it has
// none that could be one, because it has come for instructions:
//
//	n,,^Aauth=Bearer TOKEN^A^A
func bearerToken(message []byte) (string, error) {
	header, pairs, ok := strings.Cut(string(message), "\x01")
	switch {
	case !ok:
		return "", errOAuth("The message has no separator.")
	case strings.HasPrefix(header, "p="):
		return "", errOAuth("The server does not support channel binding for OAuth, but the client message includes channel binding data.")
	case header != "n,," && header != "y,,":
		return "", errOAuth("The message begins with no GS2 header, or with an authorization identity.")
	}
	pairs, ok = strings.CutSuffix(pairs, "\x01")
	if !ok {
		return "", errOAuth("The message does not end with a separator.")
	}
	var auth string
	seen := false
	for pair := range strings.SplitSeq(strings.TrimSuffix(pairs, "\x01"), "\x01") {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return "", errOAuth("The message has a pair without a key.")
		}
		if key != "auth" {
			continue // none other is defined, and they are to be ignored
		}
		if seen {
			return "", errOAuth("The message has several auth values.")
		}
		auth, seen = value, true
	}
	if !seen {
		return "", errOAuth("The message has no auth value.")
	}
	scheme, token, _ := strings.Cut(auth, " ")
	token = strings.TrimLeft(token, " ")
	if !strings.EqualFold(scheme, "Bearer") || !isToken(token) {
		return "", nil // to be refused as any other that is not good
	}
	return token, nil
}

// isToken: RFC 6750, 2.1.
func isToken(s string) bool {
	s = strings.TrimRight(s, "=")
	for i := range len(s) {
		switch b := s[i]; {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9', strings.IndexByte("-._~+/", b) >= 0:
		default:
			return false
		}
	}
	return s != ""
}
