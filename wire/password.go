package wire

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"strings"
)

// Password asks for the password in clear text and checks it against the
// verifiers of the source. It asks on encrypted connections, and those that do not
// leave the machine, only. Use it for clients that know nothing better.
func Password(source AuthSource) Authenticator {
	return PasswordFunc(func(ctx context.Context, x *Exchange, password string) error {
		user := x.Startup().User
		verifier, err := source.Verifier(ctx, user)
		if err != nil {
			return err
		}
		if !checkPassword(verifier, user, password, x.conn.server.mockVerifier(user)) {
			return x.WrongPassword()
		}
		return nil
	})
}

// PasswordFunc asks for the password in clear text, as Password does, and has it
// checked by the function: by LDAP, say. An error refuses the client; Exchange.WrongPassword
// is the one for a wrong password.
type PasswordFunc func(ctx context.Context, x *Exchange, password string) error

// Authenticate implements Authenticator.
func (check PasswordFunc) Authenticate(ctx context.Context, x *Exchange) (Identity, error) {
	if err := x.checkProtected("password"); err != nil {
		return Identity{}, err
	}
	password, err := x.Password()
	if err != nil {
		return Identity{}, err
	}
	if err := check(ctx, x, password); err != nil {
		return Identity{}, err
	}
	return Identity{Role: x.Startup().User, Method: "password"}, nil
}

// MD5 is for clients that do not know SCRAM. Users who have an md5 verifier are
// asked for a hash of it; whoever gets hold of the verifier can log in with it. All
// others, also those who do not exist, are asked by SCRAM
// (PostgreSQL documentation, 21.5 Password Authentication).
func MD5(source AuthSource) Authenticator { return md5Auth{source} }

type md5Auth struct{ source AuthSource }

func (a md5Auth) Authenticate(ctx context.Context, x *Exchange) (Identity, error) {
	verifier, err := a.source.Verifier(ctx, x.Startup().User)
	if err != nil {
		return Identity{}, err
	}
	if !isMD5(verifier) {
		return scramLogin(x, verifier)
	}
	var salt [4]byte
	rand.Read(salt[:]) // never fails
	body, err := x.ask(authMD5, salt[:], maxAuthMessage)
	if err != nil {
		return Identity{}, err
	}
	d := decoder{body: body}
	answer := d.string()
	if err := d.end(); err != nil {
		return Identity{}, err
	}
	want := "md5" + md5Hex(strings.ToLower(verifier[len("md5"):]), string(salt[:]))
	if subtle.ConstantTimeCompare([]byte(answer), []byte(want)) != 1 {
		return Identity{}, x.WrongPassword()
	}
	return Identity{Role: x.Startup().User, Method: "md5"}, nil
}
