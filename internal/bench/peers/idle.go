package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"time"

	"github.com/csvsql/csvsql/wire/client"
)

// idle opens connections, has each ask something once, and measures what the
// server has grown by when all are silent.
func idle(w io.Writer, _ int) error {
	fmt.Fprintf(w, "  %-16s %12s %14s %14s\n", "server", "connections", "RSS in all", "RSS of each")
	for _, c := range []struct {
		server string
		tls    *tls.Config
		count  int
	}{
		{"wire", nil, 10_000},
		{"wire", &tls.Config{InsecureSkipVerify: true}, 10_000}, // it is our own, on this machine
		{"pgproto3", nil, 10_000},
		{"psql-wire", nil, 500}, // with 10,000 it has more than most machines
	} {
		if err := idleServer(w, c.server, c.tls, c.count); err != nil {
			return fmt.Errorf("%s: %w", c.server, err)
		}
	}
	return nil
}

func idleServer(w io.Writer, name string, encryption *tls.Config, count int) error {
	p, err := startServer(name)
	if err != nil {
		return err
	}
	defer p.stop()
	// The first connections pay for what all share.
	warm, err := connectMany(p.addr, encryption, 10)
	defer closeAll(warm)
	if err != nil {
		return err
	}
	before, err := p.rss()
	if err != nil {
		return err
	}
	conns, err := connectMany(p.addr, encryption, count)
	defer closeAll(conns)
	if err != nil {
		return err
	}
	// Long enough for the collector to give back what the logins left: it runs every
	// two minutes when nothing happens, so what is measured is the upper end.
	time.Sleep(2 * time.Second)
	after, err := p.rss()
	if err != nil {
		return err
	}
	if encryption != nil {
		name += ", TLS"
	}
	fmt.Fprintf(w, "  %-16s %12d %11.1f MB %11.1f kB\n", name, count, float64(after)/1e6, float64(after-before)/float64(count)/1e3)
	return nil
}

// connectMany opens connections, each of which has run one statement.
func connectMany(addr string, encryption *tls.Config, count int) (conns []*client.Conn, err error) {
	ctx := context.Background()
	for range count {
		c, err := client.Dial(ctx, addr, client.Config{User: "bench", TLS: encryption})
		if err != nil {
			return conns, err
		}
		conns = append(conns, c)
		if _, err := c.Exec(ctx, one); err != nil {
			return conns, err
		}
	}
	return conns, nil
}

func closeAll(conns []*client.Conn) {
	for _, c := range conns {
		c.Close()
	}
}
