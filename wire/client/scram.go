package client

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/wire"
)

const (
	scramMechanism     = "SCRAM-SHA-256"
	scramPlusMechanism = "SCRAM-SHA-256-PLUS"
	// A server could keep the client busy for ever by its iteration count.
	maxIterations = 10_000_000
)

// scram is the client's side of one SCRAM-SHA-256 exchange (RFC 5802, RFC 7677;
// PostgreSQL documentation, 55.3.1). The user name in it is empty: PostgreSQL
// takes the one of the start-up message.
type scram struct {
	password  string
	nonce     string
	endPoint  []byte // of the channel; nil without encryption
	gs2Header string // says how the exchange is bound to it
	signature []byte // which the server must show
	done      bool
}

func newScram(password string, endPoint []byte) *scram {
	if prepared, err := wire.PreparePassword(password); err == nil {
		password = prepared
	}
	return &scram{password: password, nonce: rand.Text(), endPoint: endPoint}
}

// choose takes the best mechanism of those that are offered.
func (s *scram) choose(offered []string) (string, error) {
	switch {
	case s.endPoint != nil && slices.Contains(offered, scramPlusMechanism):
		s.gs2Header = "p=tls-server-end-point,,"
		return scramPlusMechanism, nil
	case !slices.Contains(offered, scramMechanism):
		return "", errors.New("client: the server offers no SASL mechanism but ones this client does not have")
	case s.endPoint != nil:
		// We could, and believe that the server cannot. If it can, someone has changed
		// its offer, and by this it will know.
		s.gs2Header, s.endPoint = "y,,", nil
	default:
		s.gs2Header = "n,,"
	}
	return scramMechanism, nil
}

func (s *scram) firstBare() string { return "n=,r=" + s.nonce }

// first is the client-first-message.
func (s *scram) first() string { return s.gs2Header + s.firstBare() }

// next takes the server-first-message and returns the client-final-message.
func (s *scram) next(server string) (string, error) {
	nonce, salt, iterations, err := parseServerFirst(server)
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(nonce, s.nonce) || len(nonce) == len(s.nonce) {
		return "", errors.New("client: SCRAM: the server's nonce does not continue ours")
	}
	salted, err := pbkdf2.Key(sha256.New, s.password, salt, iterations, sha256.Size)
	if err != nil {
		return "", fmt.Errorf("client: SCRAM: %w", err)
	}
	clientKey := hmacSum(salted, "Client Key")
	storedKey := sha256.Sum256(clientKey)
	withoutProof := "c=" + base64.StdEncoding.EncodeToString(append([]byte(s.gs2Header), s.endPoint...)) + ",r=" + nonce
	message := s.firstBare() + "," + server + "," + withoutProof
	proof := hmacSum(storedKey[:], message)
	for i := range proof {
		proof[i] ^= clientKey[i]
	}
	s.signature = hmacSum(hmacSum(salted, "Server Key"), message)
	return withoutProof + ",p=" + base64.StdEncoding.EncodeToString(proof), nil
}

// final checks the server-final-message: only one who has the password's
// verifier can have signed it.
func (s *scram) final(server string) error {
	v, ok := strings.CutPrefix(server, "v=")
	if !ok {
		return fmt.Errorf("client: SCRAM: the server says %q", server)
	}
	got, err := base64.StdEncoding.DecodeString(v)
	if err != nil || s.signature == nil || !hmac.Equal(got, s.signature) {
		return errors.New("client: SCRAM: the server's signature is wrong")
	}
	s.done = true
	return nil
}

func parseServerFirst(m string) (nonce string, salt []byte, iterations int, err error) {
	parts := strings.Split(m, ",")
	malformed := fmt.Errorf("client: SCRAM: malformed server-first-message")
	if len(parts) < 3 || !strings.HasPrefix(parts[0], "r=") ||
		!strings.HasPrefix(parts[1], "s=") || !strings.HasPrefix(parts[2], "i=") {
		return "", nil, 0, malformed
	}
	if salt, err = base64.StdEncoding.DecodeString(parts[1][2:]); err != nil {
		return "", nil, 0, malformed
	}
	iterations, err = strconv.Atoi(parts[2][2:])
	if err != nil || iterations < 1 || iterations > maxIterations {
		return "", nil, 0, malformed
	}
	return parts[0][2:], salt, iterations, nil
}

func hmacSum(key []byte, message string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(message))
	return h.Sum(nil)
}
