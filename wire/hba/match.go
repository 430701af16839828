package hba

import (
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/csvsql/csvsql/wire"
)

// matcher are the conditions of a rule that its other fields cannot say.
type matcher struct {
	never             bool // for nobody, or for replication only, which there is none of
	sameUser          bool // the database has the name of the user, or one of names
	names             []string
	sameHost, sameNet bool
}

// databases reads the field of databases.
func (m *matcher) databases(f field) ([]string, error) {
	var names []string
	all, replication := false, false
	for _, w := range f {
		switch {
		case w.quoted && !strings.HasPrefix(w.text, "/"):
			names = append(names, w.text)
		case w.text == "all":
			all = true
		case w.text == "sameuser":
			m.sameUser = true
		case w.text == "replication":
			replication = true
		case w.text == "samerole", w.text == "samegroup":
			return nil, fmt.Errorf("%s: there are no groups of roles", w.text)
		default:
			if err := checkName(w.text); err != nil {
				return nil, err
			}
			names = append(names, w.text)
		}
	}
	switch {
	case all:
		m.sameUser = false
		return nil, nil
	case m.sameUser:
		m.names = names
		return nil, nil
	case len(names) == 0 && replication:
		m.never = true
	}
	return names, nil
}

// users reads the field of users.
func (m *matcher) users(f field) ([]string, error) {
	var names []string
	all := false
	for _, w := range f {
		switch {
		case w.quoted && !strings.HasPrefix(w.text, "/"):
			names = append(names, w.text)
		case w.text == "all":
			all = true
		case strings.HasPrefix(w.text, "+"):
			return nil, fmt.Errorf("%s: there are no groups of roles", w.text)
		default:
			if err := checkName(w.text); err != nil {
				return nil, err
			}
			names = append(names, w.text)
		}
	}
	if all {
		return nil, nil
	}
	return names, nil
}

// checkName refuses a regular expression, which one is also in quotes.
func checkName(name string) error {
	if strings.HasPrefix(name, "/") {
		return fmt.Errorf("%s: regular expressions are not supported", name)
	}
	return nil
}

// match returns the conditions as one, nil if there are none.
func (m *matcher) match() func(x *wire.Exchange) bool {
	if !m.never && !m.sameUser && !m.sameHost && !m.sameNet {
		return nil
	}
	return func(x *wire.Exchange) bool {
		return !m.never && m.sameUserFits(x.Startup()) && m.sameNetFits(x.RemoteAddr())
	}
}

func (m *matcher) sameUserFits(s wire.Startup) bool {
	if !m.sameUser || s.Database == s.User {
		return true
	}
	for _, name := range m.names {
		if name == s.Database {
			return true
		}
	}
	return false
}

// sameNetFits says whether the client has an address of this machine, or one of
// a network that it is directly connected to.
func (m *matcher) sameNetFits(addr net.Addr) bool {
	if !m.sameHost && !m.sameNet {
		return true
	}
	ip, ok := wire.AddrIP(addr)
	if !ok {
		return false
	}
	interfaces, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	for _, a := range interfaces {
		own, err := netip.ParsePrefix(a.String())
		if err != nil {
			continue
		}
		if own.Addr() == ip || m.sameNet && own.Contains(ip) {
			return true
		}
	}
	return false
}
