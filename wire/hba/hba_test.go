package hba_test

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/hba"
)

// describe writes down what was read of a rule.
func describe(r wire.Rule) string {
	match := ""
	if r.Match != nil {
		match = " and more"
	}
	return fmt.Sprintf("%s %q %q %v%s %T", r.Transport, r.Databases, r.Users, r.Networks, match, r.Auth)
}

func TestParse(t *testing.T) {
	t.Parallel()
	c := hba.Config{Source: wire.Users{}, OAuth: &wire.OAuth{}, IdentMaps: map[string]wire.IdentMap{"m": func(string, string) bool { return true }}}
	for line, want := range map[string]string{
		"":                                      "",
		"   # nothing":                          "",
		"local all all trust":                   `local [] [] [] wire.trust`,
		"local\tall\tall\treject # and no more": `local [] [] [] wire.reject`,
		"host all all all md5":                  `host [] [] [] wire.md5Auth`,
		"hostssl a,b u1, u2 10.0.0.0/8 scram-sha-256":              `hostssl ["a" "b"] ["u1" "u2"] [10.0.0.0/8] wire.scramAuth`,
		"hostnossl a,all u 10.1.2.3/8 password":                    `hostnossl [] ["u"] [10.0.0.0/8] wire.PasswordFunc`,
		"host all all 10.1.2.3 255.255.240.0 trust":                `host [] [] [10.1.0.0/20] wire.trust`,
		"host all all 0.0.0.0 0.0.0.0 trust":                       `host [] [] [0.0.0.0/0] wire.trust`,
		"host all all ::1/128 trust":                               `host [] [] [::1/128] wire.trust`,
		"host all all fe80:: ffff:: trust":                         `host [] [] [fe80::/16] wire.trust`,
		"host sameuser all samehost trust":                         `host [] [] [] and more wire.trust`,
		"host replication all samenet trust":                       `host [] [] [] and more wire.trust`,
		"host a\x01b all all trust":                                `host ["a\x01b"] [] [] wire.trust`,
		`host "all","same""user" "" all trust`:                     `host ["all" "same\"user"] [""] [] wire.trust`,
		`host a" b"c "#" all trust`:                                `host ["a bc"] ["#"] [] wire.trust`,
		"hostnogssenc all all all trust":                           `host [] [] [] wire.trust`,
		"hostssl all all all cert map=m":                           `hostssl [] [] [] wire.certificateAuth`,
		"hostssl all all all trust clientcert=verify-ca":           `hostssl [] [] [] wire.bothAuth`,
		"hostssl all all all scram-sha-256 clientcert=verify-full": `hostssl [] [] [] wire.bothAuth`,
		"host all all all oauth":                                   `host [] [] [] *wire.OAuth`,
		"host \\\nall all \\\nall trust":                           `host [] [] [] wire.trust`,
		"local all all peer":                                       `local [] [] [] wire.peerAuth`,
		"local all all peer map=m":                                 `local [] [] [] wire.peerAuth`,
		`host "@file" all all trust`:                               `host ["@file"] [] [] wire.trust`,
	} {
		rules, err := hba.Parse(strings.NewReader(line), c)
		got := ""
		for _, r := range rules {
			got += describe(r)
		}
		if err != nil || got != want {
			t.Errorf("%q: %s, %v, want %s", line, got, err, want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"all":                         `line 1: invalid connection type "all"`,
		"\n#\nhost":                   "line 3: the line ends before a database",
		"host \\\n\\\nall\nx":         "line 1: the line ends before a user",
		"host all all":                "line 1: the line ends before an address",
		"host all all all":            "line 1: the line ends before a method",
		"host all all 10.0.0.1 trust": `line 1: invalid mask "trust" of the address 10.0.0.1`,
		"host all all 10.0.0.1":       "line 1: the line ends before a mask",
		"host all all 10.0.0.1 255.0.255.0 trust":     "line 1: the mask 255.0.255.0 has gaps",
		"host all all 10.0.0.1 ffff:: trust":          `line 1: invalid mask "ffff::" of the address 10.0.0.1`,
		"host all all 10.0.0.0/33 trust":              `line 1: invalid address "10.0.0.0/33"`,
		"host all all fe80::1%eth0 ffff:: trust":      "host names are not supported",
		"host all all example.com trust":              "host names are not supported",
		"host all all all,samenet trust":              "line 1: the address: there may be one only",
		"host all all all md5":                        "line 1: md5: there are no users with passwords",
		"host all all all oauth":                      "line 1: oauth is not configured",
		"host all all all ldap ldapserver=x":          "line 1: the method ldap is not supported",
		"host all all all scram":                      `line 1: invalid authentication method "scram"`,
		"host all all all cert":                       "line 1: cert is for hostssl only",
		"hostssl all all all cert map=m":              `line 1: there is no map "m"`,
		"host all all all trust clientcert=verify-ca": "line 1: clientcert is for hostssl only",
		"hostssl all all all trust clientcert=1":      `line 1: invalid value for clientcert: "1"`,
		"host all all all trust option":               `line 1: the option "option" is not NAME=VALUE`,
		"host all all all trust a=1 a=2":              "line 1: the option a stands there twice",
		"host all all all trust map=m":                "line 1: the option map is not one of trust here",
		"host @file all all trust":                    "line 1: @file: other files are not read",
		"host all @file all trust":                    "line 1: @file: other files are not read",
		"include other.conf":                          "line 1: include: other files are not read",
		"host all +group all trust":                   "line 1: +group: there are no groups of roles",
		"host samerole all all trust":                 "line 1: samerole: there are no groups of roles",
		"host all all all peer":                       "line 1: peer is for local only",
		"local all all peer map=m":                    `line 1: there is no map "m"`,
		`host @"a file" all all trust`:                "line 1: @a file: other files are not read",
		`host "/^a" all all trust`:                    "line 1: /^a: regular expressions are not supported",
		"host /^a all all trust":                      "line 1: /^a: regular expressions are not supported",
		"hostgssenc all all all trust":                "line 1: GSSAPI encryption is not supported",
		`host "all all all trust`:                     "line 1: a quote is not closed",
		"host ,all all all trust":                     "line 1: a comma where a word should be",
	} {
		rules, err := hba.Parse(strings.NewReader(line), hba.Config{})
		if err == nil || !strings.Contains(err.Error(), want) || rules != nil {
			t.Errorf("%q: %v, want %s", line, err, want)
		}
	}
}

// TestMatch: the conditions that only a connection can show.
func TestMatch(t *testing.T) {
	t.Parallel()
	rules, err := hba.Parse(strings.NewReader(`
		local    sameuser     all          trust
		host     replication  all all      trust
		host     sameuser,x   all samehost trust
	`), hba.Config{})
	if err != nil {
		t.Fatal(err)
	}
	s := &wire.Server{Auth: rules, Handler: wire.ParseFunc(nil)}
	for _, test := range []struct {
		from           net.Addr
		user, database string
		in             bool
	}{
		{&net.UnixAddr{Net: "unix"}, "a", "a", true},
		{&net.UnixAddr{Net: "unix"}, "a", "b", false},
		{&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, "a", "a", true},
		{&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, "a", "x", true},
		{&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, "a", "b", false},
		{&net.TCPAddr{IP: net.IPv4(192, 0, 2, 1)}, "a", "a", false}, // of no machine: RFC 5737
	} {
		ours, theirs := net.Pipe()
		go s.ServeConn(addrConn{theirs, test.from})
		ours.SetDeadline(time.Now().Add(30 * time.Second))
		c, err := client.New(t.Context(), ours, client.Config{User: test.user, Database: test.database})
		if (err == nil) != test.in {
			t.Errorf("%v %s %s: %v", test.from, test.user, test.database, err)
		}
		if err == nil {
			c.Close()
		}
	}
}

type addrConn struct {
	net.Conn
	remote net.Addr
}

func (c addrConn) RemoteAddr() net.Addr { return c.remote }

func FuzzParse(f *testing.F) {
	f.Add("local all all trust\nhost a,b \"u\"\"\" 10.0.0.1 255.0.0.0 md5 # x")
	f.Add("hostssl all all ::1/128 cert map=m clientcert=verify-full \\\n x=y")
	c := hba.Config{Source: wire.Users{}, IdentMaps: map[string]wire.IdentMap{"m": nil}}
	f.Fuzz(func(t *testing.T, text string) {
		rules, err := hba.Parse(strings.NewReader(text), c)
		if err != nil {
			return
		}
		for _, r := range rules {
			if r.Auth == nil || r.Transport == wire.AnyTransport {
				t.Errorf("%q: a rule for everybody, or for nobody: %+v", text, r)
			}
			for _, n := range r.Networks {
				if n != n.Masked() || n == (netip.Prefix{}) {
					t.Errorf("%q: the network %v", text, n)
				}
			}
		}
	})
}
