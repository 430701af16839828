package wire

import (
	"context"
	"crypto/tls"
)

// IdentMap says whether who has proved to be name may log in as role
// (PostgreSQL documentation, 21.2 User Name Maps). Nil stands for: as the role of
// the same name.
type IdentMap func(name, role string) bool

func (m IdentMap) allows(name, role string) bool {
	if m == nil {
		return name == role && name != ""
	}
	return m(name, role)
}

// Certificate lets in those who have a certificate that Server.TLSConfig verifies
// (ClientCAs, and ClientAuth tls.VerifyClientCertIfGiven). Its common name is
// whom it was made for; roles says as whom he may log in
// (PostgreSQL documentation, 21.12 Certificate Authentication).
func Certificate(roles IdentMap) Authenticator { return certificateAuth{roles} }

type certificateAuth struct{ roles IdentMap }

func (a certificateAuth) Authenticate(_ context.Context, x *Exchange) (Identity, error) {
	name, err := commonName(x.TLS())
	if err != nil {
		return Identity{}, err
	}
	role := x.Startup().User
	if !a.roles.allows(name, role) {
		return Identity{}, Errorf("28000", "certificate authentication failed for user \"%s\"", role)
	}
	return Identity{Role: role, Method: "cert", Name: name}, nil
}

// RequireCertificate asks for a certificate, as Certificate does, and then for
// what next asks for. The certificate may be anyone's.
func RequireCertificate(next Authenticator) Authenticator {
	return bothAuth{next, func(string, string) bool { return true }}
}

// RequireCertificateOf is RequireCertificate for a certificate whose common name
// is that of the role.
func RequireCertificateOf(next Authenticator) Authenticator { return bothAuth{next, nil} }

type bothAuth struct {
	next  Authenticator
	roles IdentMap
}

func (a bothAuth) Authenticate(ctx context.Context, x *Exchange) (Identity, error) {
	if _, err := (certificateAuth{a.roles}).Authenticate(ctx, x); err != nil {
		return Identity{}, err
	}
	return a.next.Authenticate(ctx, x)
}

// commonName is whom the verified certificate of the client was made for.
func commonName(state *tls.ConnectionState) (string, error) {
	if state == nil || len(state.VerifiedChains) == 0 {
		return "", Errorf("28000", "connection requires a valid client certificate")
	}
	return state.PeerCertificates[0].Subject.CommonName, nil
}
