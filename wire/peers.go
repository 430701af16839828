package wire

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

const (
	// failureWindow is the time in which MaxFailures are counted.
	failureWindow = time.Minute

	// maxPeers bounds the table of those who have failed.
	maxPeers = 10_000
)

// peers counts connections and failed logins of each address. An address is a
// /64 network in IPv6, of which one machine has as many addresses as it likes.
// Clients that are not on a network do not count. The zero value is ready.
type peers struct {
	mu       sync.Mutex
	conns    map[netip.Prefix]int // of admitted connections; none is 0
	failures map[netip.Prefix]failures
}

type failures struct {
	since time.Time // of the first
	count int
}

// peerOf is the address to count for; invalid if there is none.
func peerOf(addr net.Addr) netip.Prefix {
	ip, ok := AddrIP(addr)
	if !ok {
		return netip.Prefix{}
	}
	bits := 32
	if ip.Is6() {
		bits = 64
	}
	p, _ := ip.Prefix(bits)
	return p
}

// enter counts a connection, unless there are max of its address already; 0 is
// any number.
func (p *peers) enter(peer netip.Prefix, max int) bool {
	if !peer.IsValid() {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if max > 0 && p.conns[peer] >= max {
		return false
	}
	if p.conns == nil {
		p.conns = map[netip.Prefix]int{}
	}
	p.conns[peer]++
	return true
}

// leave ends what enter began.
func (p *peers) leave(peer netip.Prefix) {
	if !peer.IsValid() {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conns[peer]--; p.conns[peer] <= 0 {
		delete(p.conns, peer)
	}
}

// fail counts a failure.
func (p *peers) fail(peer netip.Prefix) {
	if !peer.IsValid() {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	f, known := p.failures[peer]
	switch {
	case !known && len(p.failures) >= maxPeers:
		p.forget(now)
	case p.failures == nil:
		p.failures = map[netip.Prefix]failures{}
	}
	if !known || now.Sub(f.since) > failureWindow {
		f = failures{since: now}
	}
	f.count++
	p.failures[peer] = f
}

// forget makes room: it drops those whose time is over, or, if there are none,
// anyone.
func (p *peers) forget(now time.Time) {
	var last netip.Prefix
	for peer, f := range p.failures {
		if now.Sub(f.since) > failureWindow {
			delete(p.failures, peer)
		}
		last = peer
	}
	if len(p.failures) >= maxPeers {
		delete(p.failures, last)
	}
}

// banned says whether an address has failed max times within the window; 0 is
// any number.
func (p *peers) banned(peer netip.Prefix, max int) bool {
	if max <= 0 || !peer.IsValid() {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	f, ok := p.failures[peer]
	return ok && f.count >= max && time.Since(f.since) <= failureWindow
}
