package wire

import (
	"context"
	"net"
	"net/netip"
	"slices"
)

// Rules chooses the Authenticator: the first rule that fits a connection decides,
// and if it refuses, no other is asked. Where none fits, the client is refused.
// These are the rules of pg_hba.conf (PostgreSQL documentation, 21.1), which
// package hba reads.
type Rules []Rule

// Rule says which connections it is for, and how they log in. Of the conditions,
// all have to hold.
type Rule struct {
	Transport Transport
	Databases []string               // one of these; none means any
	Users     []string               // one of these; none means any
	Networks  []netip.Prefix         // the client is in one of these; none means anywhere
	Match     func(x *Exchange) bool // what else has to hold; nil means nothing

	Auth Authenticator
}

// Transport is how a client has come.
type Transport string

// The transports of rules. Memory counts as a Unix socket.
const (
	AnyTransport     Transport = ""
	LocalSocket      Transport = "local"     // a Unix socket
	Network          Transport = "host"      // TCP
	NetworkTLS       Transport = "hostssl"   // encrypted TCP
	NetworkPlaintext Transport = "hostnossl" // TCP that is not
)

// Authenticate implements Authenticator.
func (rules Rules) Authenticate(ctx context.Context, x *Exchange) (Identity, error) {
	for i := range rules {
		if rules[i].fits(x) {
			return rules[i].Auth.Authenticate(ctx, x)
		}
	}
	s := x.Startup()
	host, encryption := "[local]", "no encryption"
	if ip, ok := AddrIP(x.RemoteAddr()); ok {
		host = ip.String()
	}
	if x.TLS() != nil {
		encryption = "SSL encryption"
	}
	return Identity{}, Errorf("28000", "no pg_hba.conf entry for host \"%s\", user \"%s\", database \"%s\", %s",
		host, s.User, s.Database, encryption)
}

func (r *Rule) fits(x *Exchange) bool {
	s := x.Startup()
	return r.Transport.fits(x) &&
		(len(r.Databases) == 0 || slices.Contains(r.Databases, s.Database)) &&
		(len(r.Users) == 0 || slices.Contains(r.Users, s.User)) &&
		(len(r.Networks) == 0 || inNetworks(r.Networks, x.RemoteAddr())) &&
		(r.Match == nil || r.Match(x))
}

func (t Transport) fits(x *Exchange) bool {
	network := onNetwork(x.RemoteAddr())
	switch t {
	case AnyTransport:
		return true
	case LocalSocket:
		return !network
	case Network:
		return network
	case NetworkTLS:
		return network && x.TLS() != nil
	case NetworkPlaintext:
		return network && x.TLS() == nil
	}
	return false
}

func inNetworks(networks []netip.Prefix, addr net.Addr) bool {
	ip, ok := AddrIP(addr)
	return ok && slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(ip) })
}

// AddrIP returns the IP address in a TCP address. An IPv4 address that came in an
// IPv6 one is an IPv4 address; zones are dropped.
func AddrIP(addr net.Addr) (netip.Addr, bool) {
	a, ok := addr.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}, false
	}
	ip := a.AddrPort().Addr().Unmap().WithZone("")
	return ip, ip.IsValid()
}
