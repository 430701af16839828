package wire

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"strconv"
	"strings"
)

// SCRAM asks for a password by SCRAM-SHA-256, in which the server learns nothing
// that would let it, or one who has stolen the verifiers, log in elsewhere. On
// encrypted connections it offers SCRAM-SHA-256-PLUS first, which ends at the
// holder of the certificate: nobody in between can pass it on
// (PostgreSQL documentation, 55.3 SASL Authentication; RFC 5802, 5929, 7677).
//
// A user who does not exist, or has another kind of verifier, goes through the
// same exchange, and fails at its end.
func SCRAM(source AuthSource) Authenticator { return scramAuth{source} }

type scramAuth struct{ source AuthSource }

func (a scramAuth) Authenticate(ctx context.Context, x *Exchange) (Identity, error) {
	verifier, err := a.source.Verifier(ctx, x.Startup().User)
	if err != nil {
		return Identity{}, err
	}
	return scramLogin(x, verifier)
}

func scramLogin(x *Exchange, stored string) (Identity, error) {
	s := scramServer{nonce: rand.Text(), endPoint: x.conn.endPoint}
	v, known := parseVerifier(stored)
	mock := x.conn.server.mockVerifier(x.Startup().User)
	if !known {
		v = mock
	}
	mechanisms := []string{scramSHA256}
	if s.endPoint != nil {
		mechanisms = []string{scramPlus, scramSHA256}
	}
	mechanism, first, err := x.sasl(mechanisms, maxSCRAMMessage)
	if err != nil {
		return Identity{}, err
	}
	s.plus = mechanism == scramPlus
	if first == nil { // the client waits to be asked
		if first, err = x.ask(authSASLContinue, nil, maxSCRAMMessage); err != nil {
			return Identity{}, err
		}
	}
	challenge, err := s.first(string(first), &v)
	if err != nil {
		return Identity{}, err
	}
	final, err := x.ask(authSASLContinue, []byte(challenge), maxSCRAMMessage)
	if err != nil {
		return Identity{}, err
	}
	proof, message, err := s.final(string(final))
	if err != nil {
		return Identity{}, err
	}
	if !v.proves(proof, message) || !known {
		return Identity{}, x.WrongPassword()
	}
	signature := hmacSum(v.serverKey[:], message)
	x.tell(authSASLFinal, []byte("v="+base64.StdEncoding.EncodeToString(signature)))
	return Identity{Role: x.Startup().User, Method: strings.ToLower(mechanism)}, nil
}

const (
	scramSHA256 = "SCRAM-SHA-256"
	scramPlus   = "SCRAM-SHA-256-PLUS"
	endPoint    = "tls-server-end-point"
)

// The errors of clients that do not keep to SCRAM, in PostgreSQL's words.
func errScram(detail string) error {
	return &Error{Code: "08P01", Message: "malformed SCRAM message", Detail: detail}
}

// scramServer is the server's side of one exchange.
type scramServer struct {
	nonce    string // our part of it
	endPoint []byte // what the client's channel has to end at; nil if PLUS was not offered
	plus     bool   // it was, and taken

	gs2Header   string // of the client's first message: how it binds the channel
	clientFirst string // without it
	challenge   string
	bothNonces  string
}

// first takes the client-first-message and returns the server-first-message.
func (s *scramServer) first(message string, v *scramVerifier) (challenge string, err error) {
	flag, rest, ok := strings.Cut(message, ",")
	if !ok {
		return "", errScram("The message has no channel-binding flag.")
	}
	if err := s.checkFlag(flag); err != nil {
		return "", err
	}
	authzid, bare, ok := strings.Cut(rest, ",")
	switch {
	case !ok:
		return "", errScram("The message is too short.")
	case strings.HasPrefix(authzid, "a="):
		return "", &Error{Code: "0A000", Message: "client uses authorization identity, but it is not supported"}
	case authzid != "":
		return "", errScram("Unexpected attribute before the user name.")
	case strings.HasPrefix(bare, "m="):
		return "", &Error{Code: "0A000", Message: "client requires an unsupported SCRAM extension"}
	}
	// The user name of the start-up message counts; this one is not looked at.
	name, rest, _ := strings.Cut(bare, ",")
	nonce, _, _ := strings.Cut(rest, ",") // what follows are extensions, to be ignored
	nonce, ok = strings.CutPrefix(nonce, "r=")
	if !strings.HasPrefix(name, "n=") || !ok || !isNonce(nonce) {
		return "", errScram("The message has no user name or no nonce.")
	}
	s.gs2Header = message[:len(message)-len(bare)]
	s.clientFirst = bare
	s.bothNonces = nonce + s.nonce
	s.challenge = "r=" + s.bothNonces + ",s=" + base64.StdEncoding.EncodeToString(v.salt) + ",i=" + strconv.Itoa(v.iterations)
	return s.challenge, nil
}

// checkFlag checks what the client says of channel binding (RFC 5802, 6).
func (s *scramServer) checkFlag(flag string) error {
	switch {
	case flag == "n" && !s.plus:
		return nil
	case flag == "y" && !s.plus:
		// It thinks that we do not offer it. If we did, someone has changed our offer.
		if s.endPoint != nil {
			return &Error{Code: "28000", Message: "SCRAM channel binding negotiation error",
				Detail: "The client supports SCRAM channel binding but thinks the server does not.  However, this server does support channel binding."}
		}
		return nil
	case strings.HasPrefix(flag, "p=") && s.plus:
		if flag != "p="+endPoint {
			return &Error{Code: "08P01", Message: "unsupported SCRAM channel-binding type"}
		}
		return nil
	case s.plus:
		return errScram("The client selected SCRAM-SHA-256-PLUS, but the SCRAM message does not include channel binding data.")
	case strings.HasPrefix(flag, "p="):
		return errScram("The client selected SCRAM-SHA-256 without channel binding, but the SCRAM message includes channel binding data.")
	}
	return errScram("Unexpected channel-binding flag.")
}

// final takes the client-final-message. It returns the client's proof and what
// both sides sign.
func (s *scramServer) final(message string) (proof []byte, signed string, err error) {
	at := strings.LastIndex(message, ",p=")
	if at < 0 {
		return nil, "", errScram("The message has no proof.")
	}
	withoutProof := message[:at]
	b64 := base64.StdEncoding.Strict()
	if proof, err = b64.DecodeString(message[at+3:]); err != nil || len(proof) != sha256.Size {
		return nil, "", errScram("The proof is malformed.")
	}
	binding, rest, _ := strings.Cut(withoutProof, ",")
	nonce, _, _ := strings.Cut(rest, ",") // what follows are extensions, to be ignored
	binding, ok := strings.CutPrefix(binding, "c=")
	channel, err := b64.DecodeString(binding)
	if !ok || err != nil {
		return nil, "", errScram("The channel binding is malformed.")
	}
	want := []byte(s.gs2Header)
	if s.plus {
		want = append(want, s.endPoint...)
	}
	if !bytes.Equal(channel, want) {
		return nil, "", &Error{Code: "28000", Message: "SCRAM channel binding check failed"}
	}
	if nonce, ok = strings.CutPrefix(nonce, "r="); !ok || nonce != s.bothNonces {
		return nil, "", &Error{Code: "08P01", Message: "invalid SCRAM response", Detail: "Nonce does not match."}
	}
	return proof, s.clientFirst + "," + s.challenge + "," + withoutProof, nil
}

// proves says whether the client's proof shows that it knows the key (RFC 5802, 3).
func (v *scramVerifier) proves(proof []byte, signed string) bool {
	key := hmacSum(v.storedKey[:], signed)
	subtle.XORBytes(key, key, proof)
	stored := sha256.Sum256(key)
	return subtle.ConstantTimeCompare(stored[:], v.storedKey[:]) == 1
}

// isNonce says whether s is printable ASCII, without commas, and not empty.
func isNonce(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' || s[i] == ',' {
			return false
		}
	}
	return s != ""
}

// endPointHash is EndPointHash of the certificate that a server has shown.
func endPointHash(cert *tls.Certificate) []byte {
	if cert == nil || len(cert.Certificate) == 0 {
		return nil
	}
	if cert.Leaf != nil {
		return EndPointHash(cert.Leaf)
	}
	leaf, err := x509.ParseCertificate(cert.Certificate[0])
	if err != nil {
		return nil
	}
	return EndPointHash(leaf)
}

// EndPointHash is the channel binding of a server's certificate,
// tls-server-end-point: its hash, by the algorithm that it is signed with (RFC
// 5929, 4). Where that is not defined, as for Ed25519, it is nil, and there is no
// channel binding.
func EndPointHash(server *x509.Certificate) []byte {
	hash := signatureHash(server.SignatureAlgorithm)
	if !hash.Available() {
		return nil
	}
	h := hash.New()
	h.Write(server.Raw)
	return h.Sum(nil)
}

// signatureHash is the hash of a signature. MD5 and SHA-1 are replaced by SHA-256.
func signatureHash(a x509.SignatureAlgorithm) crypto.Hash {
	switch a {
	case x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1,
		x509.SHA256WithRSA, x509.DSAWithSHA256, x509.ECDSAWithSHA256, x509.SHA256WithRSAPSS:
		return crypto.SHA256
	case x509.SHA384WithRSA, x509.ECDSAWithSHA384, x509.SHA384WithRSAPSS:
		return crypto.SHA384
	case x509.SHA512WithRSA, x509.ECDSAWithSHA512, x509.SHA512WithRSAPSS:
		return crypto.SHA512
	}
	return 0
}
