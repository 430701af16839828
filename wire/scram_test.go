package wire

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
)

// The exchange of RFC 7677, 3.
const (
	rfcPassword = "pencil"
	rfcSalt     = "W22ZaJ0SNY7soEsUEjb6gQ=="
	rfcFirst    = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
	rfcNonce    = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
	rfcFinal    = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
	rfcSigned   = "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
)

func rfcVerifier(t testing.TB) scramVerifier {
	salt, err := base64.StdEncoding.DecodeString(rfcSalt)
	if err != nil {
		t.Fatal(err)
	}
	v := scramVerifier{iterations: 4096, salt: salt}
	v.storedKey, v.serverKey = scramKeys(rfcPassword, salt, 4096)
	return v
}

func TestSCRAMOfTheRFC(t *testing.T) {
	t.Parallel()
	v := rfcVerifier(t)
	s := scramServer{nonce: rfcNonce}
	challenge, err := s.first(rfcFirst, &v)
	if want := "r=rOprNGfwEbeRWgbNEkqO" + rfcNonce + ",s=" + rfcSalt + ",i=4096"; challenge != want || err != nil {
		t.Fatalf("%q, %v", challenge, err)
	}
	proof, signed, err := s.final(rfcFinal)
	if err != nil || !v.proves(proof, signed) {
		t.Fatalf("not proved: %v", err)
	}
	if got := base64.StdEncoding.EncodeToString(hmacSum(v.serverKey[:], signed)); got != rfcSigned {
		t.Errorf("the server's signature is %s", got)
	}
	for i := range proof {
		proof[i] ^= 1
		if v.proves(proof, signed) {
			t.Errorf("a proof with another byte %d", i)
		}
		proof[i] ^= 1
	}
}

// TestSCRAMFirst: how the client says that it binds the channel, and the rest of
// its first message. An empty want is no error.
func TestSCRAMFirst(t *testing.T) {
	t.Parallel()
	const bind = "p=tls-server-end-point"
	for _, test := range []struct {
		tls, plus     bool
		message, want string
	}{
		{false, false, "n,,n=,r=abc", ""},
		{false, false, "y,,n=,r=abc", ""}, // it could, and we did not offer
		{true, false, "n,,n=,r=abc", ""},  // it cannot
		{true, true, bind + ",,n=,r=abc", ""},
		{false, false, "n,,n=user,r=abc,x=later extension", ""},

		{true, false, "y,,n=,r=abc", "28000"}, // a downgrade
		{true, true, "y,,n=,r=abc", "08P01"},
		{true, true, "n,,n=,r=abc", "08P01"},
		{true, false, bind + ",,n=,r=abc", "08P01"},
		{false, false, bind + ",,n=,r=abc", "08P01"},
		{true, true, "p=tls-unique,,n=,r=abc", "08P01"},
		{true, true, "p=,,n=,r=abc", "08P01"},
		{false, false, "x,,n=,r=abc", "08P01"},
		{false, false, "", "08P01"},
		{false, false, "n", "08P01"},
		{false, false, "n,", "08P01"},
		{false, false, "n,,", "08P01"},
		{false, false, "n,,n=", "08P01"},
		{false, false, "n,,r=abc,n=", "08P01"},
		{false, false, "n,,n=,r=", "08P01"},
		{false, false, "n,,n=,r=a\x01c", "08P01"},
		{false, false, "n,,n=,r=é", "08P01"},
		{false, false, "n,b,n=,r=abc", "08P01"},
		{false, false, "n,a=other,n=,r=abc", "0A000"},
		{false, false, "n,,m=ext,n=,r=abc", "0A000"},
	} {
		s := scramServer{nonce: "def", plus: test.plus}
		if test.tls {
			s.endPoint = []byte("hash")
		}
		v := rfcVerifier(t)
		_, err := s.first(test.message, &v)
		if got := sqlstateOf(err); got != test.want {
			t.Errorf("tls %v, plus %v, %q: %q, want %q", test.tls, test.plus, test.message, got, test.want)
		}
	}
}

func TestSCRAMFinal(t *testing.T) {
	t.Parallel()
	b64 := base64.StdEncoding.EncodeToString
	proof := ",p=" + b64(make([]byte, 32))
	const header = "p=tls-server-end-point,,"
	for _, test := range []struct {
		plus          bool
		message, want string
	}{
		{false, "c=biws,r=abcdef" + proof, ""},
		{false, "c=biws,r=abcdef,x=extension" + proof, ""},
		{true, "c=" + b64([]byte(header+"hash")) + ",r=abcdef" + proof, ""},
		{true, "c=" + b64([]byte(header+"other")) + ",r=abcdef" + proof, "28000"}, // another certificate: someone is in between
		{true, "c=biws,r=abcdef" + proof, "28000"},
		{false, "c=eSws,r=abcdef" + proof, "28000"}, // y,, after n,,
		{false, "c=biws,r=abcde" + proof, "08P01"},
		{false, "c=biws,r=abc" + proof, "08P01"}, // the client's nonce alone
		{false, "c=biws" + proof, "08P01"},
		{false, "r=abcdef,c=biws" + proof, "08P01"},
		{false, "c=?,r=abcdef" + proof, "08P01"},
		{false, "c=biws,r=abcdef", "08P01"},
		{false, "c=biws,r=abcdef,p=", "08P01"},
		{false, "c=biws,r=abcdef,p=AAAA", "08P01"},
		{false, "", "08P01"},
	} {
		s := scramServer{nonce: "def", plus: test.plus, endPoint: []byte("hash")}
		first := "n,,n=,r=abc"
		if test.plus {
			first = header + "n=,r=abc"
		}
		v := rfcVerifier(t)
		if _, err := s.first(first, &v); err != nil {
			t.Fatal(err)
		}
		_, _, err := s.final(test.message)
		if got := sqlstateOf(err); got != test.want {
			t.Errorf("plus %v, %q: %q, want %q", test.plus, test.message, got, test.want)
		}
	}
}

func sqlstateOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func TestParseVerifier(t *testing.T) {
	t.Parallel()
	v := rfcVerifier(t)
	text := v.String()
	if got, ok := parseVerifier(text); !ok || got.String() != text {
		t.Errorf("%s: %s, %v", text, got.String(), ok)
	}
	made, err := Verifier("pencil", 0)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := Verifier("pencil", 0)
	if v, ok := parseVerifier(made); !ok || v.iterations != DefaultIterations || len(v.salt) != saltLength || made == again {
		t.Errorf("%s, %s", made, again)
	}
	for _, bad := range []string{
		"", "md5", "SCRAM-SHA-256", "SCRAM-SHA-1" + text[len("SCRAM-SHA-256"):],
		strings.Replace(text, "4096", "0", 1), strings.Replace(text, "4096", "-1", 1), strings.Replace(text, "4096", "99999999999", 1),
		strings.Replace(text, rfcSalt, "", 1), strings.Replace(text, rfcSalt, "?", 1),
		strings.Replace(text, "=:", ":", 1), text + "=", text[:len(text)-4],
	} {
		if _, ok := parseVerifier(bad); ok {
			t.Errorf("%q is one", bad)
		}
	}
	if _, err := Verifier("", 0); err == nil {
		t.Error("an empty password")
	}
	if _, err := Verifier("x", maxIterations+1); err == nil {
		t.Error("too many iterations")
	}
}

// TestMockVerifier: the same salt for a user each time, another for each user, and
// nothing that could be guessed without the secret.
func TestMockVerifier(t *testing.T) {
	t.Parallel()
	salt := func(s *Server, user string) string { return string(s.mockVerifier(user).salt) }
	a, b, c := &Server{}, &Server{}, &Server{MockSecret: []byte("secret")}
	if first := salt(a, "x"); salt(a, "x") != first {
		t.Error("the salt is another each time")
	}
	if salt(a, "x") == salt(a, "y") || salt(a, "x") == salt(b, "x") {
		t.Error("the salts are not those of one server and one user")
	}
	if salt(c, "x") != salt(&Server{MockSecret: []byte("secret")}, "x") {
		t.Error("the salt is another after a restart")
	}
	if v := a.mockVerifier("x"); len(v.salt) != saltLength || v.iterations != DefaultIterations {
		t.Errorf("%+v", v)
	}
}

func TestPreparePassword(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]string{
		"pencil":     "pencil",
		"":           "",
		"a\u00a0b":   "a b",
		"a\u00adb":   "ab",
		"\u00ad":     "\u00ad", // nothing would be left
		"Grüße":      "Grüße",
		"пароль":     "пароль",
		"κωδικός":    "κωδικός",
		"密码":         "密码",
		"パスワード":      "パスワード",
		"비밀번호":       "비밀번호",
		"🔑\u00a0ﬁ":   "🔑\u00a0ﬁ",
		"a\tb\u00a0": "a\tb\u00a0", // control characters: as it is
		"a\xffb":     "a\xffb",
	} {
		if got, err := PreparePassword(password); got != want || err != nil {
			t.Errorf("%+q: %+q, %v", password, got, err)
		}
	}
	for _, password := range []string{"ﬁ", "Ａ", "e\u0301", "½", "①", "\u212b", "ª", "ĳ", "\u1e9b\u0323"} {
		if got, err := PreparePassword(password); err == nil {
			t.Errorf("%+q: %+q", password, got)
		}
	}
}

func TestSignatureHash(t *testing.T) {
	t.Parallel()
	for a, size := range map[x509.SignatureAlgorithm]int{
		x509.SHA1WithRSA: 32, x509.ECDSAWithSHA256: 32, x509.SHA384WithRSA: 48, x509.SHA512WithRSAPSS: 64, x509.PureEd25519: 0,
	} {
		if got := len(EndPointHash(&x509.Certificate{SignatureAlgorithm: a})); got != size {
			t.Errorf("%v: %d bytes, want %d", a, got, size)
		}
	}
}

// FuzzSCRAM: whatever the client sends, the server neither panics nor lets in one
// who does not know the password.
func FuzzSCRAM(f *testing.F) {
	f.Add(rfcFirst, rfcFinal, false)
	f.Add("p=tls-server-end-point,,n=,r=abc", "c=cD10bHMtc2VydmVyLWVuZC1wb2ludCwsaGFzaA==,r=abc%,p=AAAA", true)
	f.Add("y,a=b,m=c", ",p=", true)
	v := rfcVerifier(f)
	v.storedKey[0] ^= 1 // nobody knows it
	f.Fuzz(func(t *testing.T, first, final string, tls bool) {
		s := scramServer{nonce: rfcNonce, plus: tls}
		if tls {
			s.endPoint = []byte("hash")
		}
		if _, err := s.first(first, &v); err != nil {
			if sqlstateOf(err) == "" {
				t.Errorf("%q: %v has no SQLSTATE", first, err)
			}
			return
		}
		proof, signed, err := s.final(final)
		if err == nil && v.proves(proof, signed) {
			t.Errorf("%q and %q log in", first, final)
		}
	})
}

func FuzzParseVerifier(f *testing.F) {
	v := rfcVerifier(f)
	f.Add(v.String())
	f.Add("SCRAM-SHA-256$1:AA==$:")
	f.Fuzz(func(t *testing.T, text string) {
		v, ok := parseVerifier(text)
		if !ok {
			return
		}
		if again, ok := parseVerifier(v.String()); !ok || again.String() != v.String() {
			t.Errorf("%q is %q", text, v.String())
		}
	})
}

func FuzzBearerToken(f *testing.F) {
	f.Add("n,,\x01auth=Bearer abc.def\x01\x01")
	f.Add("n,,\x01auth=\x01host=x\x01\x01")
	f.Add("p=,,\x01\x01")
	f.Fuzz(func(t *testing.T, message string) {
		token, err := bearerToken([]byte(message))
		if err == nil && token != "" && (!isToken(token) || !strings.Contains(message, token)) {
			t.Errorf("%q has the token %q", message, token)
		}
	})
}

func TestBearerToken(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]string{
		"n,,\x01auth=Bearer abc\x01\x01":                       "abc",
		"y,,\x01host=h\x01auth=bearer  a.b-c_d~e+f/==\x01\x01": "a.b-c_d~e+f/==",
		"n,,\x01auth=\x01\x01":                                 "",
		"n,,\x01auth=Basic abc\x01\x01":                        "",
		"n,,\x01auth=Bearer a b\x01\x01":                       "",
		"n,,\x01auth=Bearer\x01\x01":                           "",
		"":                                                     "08P01",
		"n,,":                                                  "08P01",
		"n,,\x01auth=Bearer abc":                               "08P01",
		"n,,\x01\x01":                                          "08P01",
		"n,,\x01host=h\x01\x01":                                "08P01",
		"n,,\x01auth=Bearer a\x01auth=Bearer b\x01\x01":     "08P01",
		"n,a=x,\x01auth=Bearer a\x01\x01":                   "08P01",
		"p=tls-server-end-point,,\x01auth=Bearer a\x01\x01": "08P01",
	} {
		got, err := bearerToken([]byte(message))
		if err != nil {
			got = sqlstateOf(err)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", message, got, want)
		}
	}
}
