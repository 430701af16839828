package wire

import (
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/pbkdf2"
)

// AuthSource knows the users' verifiers: what a server keeps in order to check a
// password without knowing it. Any goroutine may call it.
type AuthSource interface {
	// Verifier returns the verifier of a user in PostgreSQL's own form
	// (PostgreSQL documentation, 53.8 pg_authid):
	//
	//	SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>
	//	md5<hash of password and user>
	//
	// For a user who does not exist, or may not log in by password, it is empty: no
	// error, and as soon as for another.
	Verifier(ctx context.Context, user string) (string, error)
}

// Users is an AuthSource that never changes: the verifiers, by user.
type Users map[string]string

// Verifier implements AuthSource.
func (u Users) Verifier(_ context.Context, user string) (string, error) { return u[user], nil }

const (
	// DefaultIterations is how often PBKDF2 hashes a password in PostgreSQL
	// (scram_iterations), and in the exchange with a user who does not exist: who
	// takes another number for Verifier shows who does.
	DefaultIterations = 4096

	// A verifier is trusted to cost no more than this.
	maxIterations = 10_000_000

	saltLength  = 16
	scramPrefix = "SCRAM-SHA-256"
)

// Verifier makes the SCRAM-SHA-256 verifier of a password, with a random salt.
// iterations is how often it is hashed, 0 stands for DefaultIterations.
//
// It is an error if the password is empty, or if it has characters that clients
// may normalise in ways that this package cannot (see PreparePassword).
func Verifier(password string, iterations int) (string, error) {
	if iterations == 0 {
		iterations = DefaultIterations
	}
	if iterations < 1 || iterations > maxIterations {
		return "", fmt.Errorf("wire: %d iterations: it is 1 to %d", iterations, maxIterations)
	}
	if password == "" {
		return "", fmt.Errorf("wire: the password is empty")
	}
	prepared, err := PreparePassword(password)
	if err != nil {
		return "", err
	}
	v := scramVerifier{iterations: iterations, salt: make([]byte, saltLength)}
	rand.Read(v.salt) // never fails
	v.storedKey, v.serverKey = scramKeys(prepared, v.salt, iterations)
	return v.String(), nil
}

// scramVerifier is a verifier, decoded (RFC 5803).
type scramVerifier struct {
	iterations           int
	salt                 []byte
	storedKey, serverKey [sha256.Size]byte
}

func (v *scramVerifier) String() string {
	b64 := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("%s$%d:%s$%s:%s", scramPrefix, v.iterations, b64(v.salt), b64(v.storedKey[:]), b64(v.serverKey[:]))
}

// parseVerifier decodes a SCRAM-SHA-256 verifier; ok is false if it is none.
func parseVerifier(s string) (v scramVerifier, ok bool) {
	s, ok = strings.CutPrefix(s, scramPrefix+"$")
	params, keys, ok2 := strings.Cut(s, "$")
	iterations, salt, ok3 := strings.Cut(params, ":")
	stored, server, ok4 := strings.Cut(keys, ":")
	if !ok || !ok2 || !ok3 || !ok4 {
		return v, false
	}
	var err error
	if v.iterations, err = strconv.Atoi(iterations); err != nil || v.iterations < 1 || v.iterations > maxIterations {
		return v, false
	}
	b64 := base64.StdEncoding.Strict()
	if v.salt, err = b64.DecodeString(salt); err != nil || len(v.salt) == 0 {
		return v, false
	}
	for _, key := range []struct {
		to   *[sha256.Size]byte
		text string
	}{{&v.storedKey, stored}, {&v.serverKey, server}} {
		b, err := b64.DecodeString(key.text)
		if err != nil || len(b) != sha256.Size {
			return v, false
		}
		copy(key.to[:], b)
	}
	return v, true
}

// scramKeys computes the two keys of a verifier (RFC 5802, 3).
func scramKeys(password string, salt []byte, iterations int) (stored, server [sha256.Size]byte) {
	salted := pbkdf2.Key([]byte(password), salt, iterations, sha256.Size, sha256.New)
	stored = sha256.Sum256(hmacSum(salted, "Client Key"))
	return stored, [sha256.Size]byte(hmacSum(salted, "Server Key"))
}

func hmacSum(key []byte, message string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(message))
	return h.Sum(nil)
}

// mockVerifier is the verifier of a user who has none. Nobody knows a password
// for it, and it always has the same salt, as that of a user does.
func (s *Server) mockVerifier(user string) scramVerifier {
	s.mockOnce.Do(func() {
		if s.mock = s.MockSecret; s.mock == nil {
			s.mock = make([]byte, 32)
			rand.Read(s.mock)
		}
	})
	v := scramVerifier{iterations: DefaultIterations, salt: hmacSum(s.mock, user)[:saltLength]}
	rand.Read(v.storedKey[:])
	rand.Read(v.serverKey[:])
	return v
}

// isMD5 says whether a verifier is md5 and 32 hexadecimal digits.
func isMD5(verifier string) bool {
	digits, ok := strings.CutPrefix(verifier, "md5")
	_, err := hex.DecodeString(digits)
	return ok && err == nil && len(digits) == 2*md5.Size
}

func md5Hex(parts ...string) string {
	sum := md5.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

// checkPassword says whether the password is the one of the verifier. mock stands
// in for a verifier that cannot be used, so that it takes as long.
func checkPassword(verifier, user, password string, mock scramVerifier) bool {
	if isMD5(verifier) {
		return subtle.ConstantTimeCompare([]byte(strings.ToLower(verifier)), []byte("md5"+md5Hex(password, user))) == 1
	}
	v, known := parseVerifier(verifier)
	if !known {
		v = mock
	}
	prepared, err := PreparePassword(password)
	if err != nil {
		prepared = password
	}
	stored, _ := scramKeys(prepared, v.salt, v.iterations)
	return subtle.ConstantTimeCompare(stored[:], v.storedKey[:]) == 1 && known
}
