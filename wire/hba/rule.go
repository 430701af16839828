package hba

import (
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/csvsql/csvsql/wire"
)

// rule reads the fields of one line:
//
//	local    DATABASE USER METHOD [OPTIONS]
//	host...  DATABASE USER ADDRESS METHOD [OPTIONS]
//	host...  DATABASE USER IP-ADDRESS IP-MASK METHOD [OPTIONS]
func (p *rulesParser) rule(fields []field) (r wire.Rule, err error) {
	kind, err := fields[0].single("the type of the connection")
	if err != nil {
		return r, err
	}
	if r.Transport, err = transport(kind.text); err != nil {
		return r, err
	}
	rest := parser{fields: fields[1:]}
	databases := rest.take("a database")
	users := rest.take("a user")
	var m matcher
	if r.Transport != wire.LocalSocket {
		r.Networks = rest.address(&m)
	}
	method := rest.take("a method")
	if rest.err != nil {
		return r, rest.err
	}
	if databases, err = p.expand(databases); err != nil {
		return r, err
	}
	if users, err = p.expand(users); err != nil {
		return r, err
	}
	m.never = len(databases) == 0 || len(users) == 0 // of files that are empty
	if r.Databases, err = m.databases(databases); err != nil {
		return r, err
	}
	if r.Users, err = m.users(users); err != nil {
		return r, err
	}
	r.Match = m.match()
	r.Auth, err = p.config.method(r.Transport, method, rest.fields)
	return r, err
}

func transport(kind string) (wire.Transport, error) {
	switch kind {
	case "local", "host", "hostssl", "hostnossl":
		return wire.Transport(kind), nil
	case "hostnogssenc": // there is no other
		return wire.Network, nil
	case "hostgssenc":
		return "", fmt.Errorf("GSSAPI encryption is not supported")
	}
	return "", fmt.Errorf("invalid connection type %q", kind)
}

// parser takes fields from the front. Its error stays.
type parser struct {
	fields []field
	err    error
}

func (p *parser) take(what string) field {
	if p.err != nil {
		return nil
	}
	if len(p.fields) == 0 {
		p.err = fmt.Errorf("the line ends before %s", what)
		return nil
	}
	f := p.fields[0]
	p.fields = p.fields[1:]
	return f
}

// address takes an address, and its mask if that stands beside it.
func (p *parser) address(m *matcher) []netip.Prefix {
	f := p.take("an address")
	if p.err != nil {
		return nil
	}
	w, err := f.single("the address")
	if err != nil {
		p.err = err
		return nil
	}
	if !w.quoted {
		switch w.text {
		case "all":
			return nil
		case "samehost":
			m.sameHost = true
			return nil
		case "samenet":
			m.sameNet = true
			return nil
		}
	}
	var prefix netip.Prefix
	if strings.Contains(w.text, "/") {
		prefix, p.err = cidr(w.text)
	} else {
		prefix, p.err = p.masked(w.text)
	}
	return []netip.Prefix{prefix}
}

func cidr(text string) (netip.Prefix, error) {
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return prefix, fmt.Errorf("invalid address %q: %w", text, err)
	}
	return prefix.Masked(), nil
}

// masked takes the mask of an address.
func (p *parser) masked(address string) (netip.Prefix, error) {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Zone() != "" {
		return netip.Prefix{}, fmt.Errorf("%q is no IP address, and host names are not supported", address)
	}
	f := p.take("a mask")
	if p.err != nil {
		return netip.Prefix{}, p.err
	}
	w, err := f.single("the mask")
	if err != nil {
		return netip.Prefix{}, err
	}
	mask, err := netip.ParseAddr(w.text)
	if err != nil || mask.BitLen() != ip.BitLen() {
		return netip.Prefix{}, fmt.Errorf("invalid mask %q of the address %s", w.text, ip)
	}
	ones, size := net.IPMask(mask.AsSlice()).Size()
	if size == 0 {
		return netip.Prefix{}, fmt.Errorf("the mask %s has gaps", mask)
	}
	return ip.Prefix(ones)
}
