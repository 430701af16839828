// Command notify has LISTEN, UNLISTEN and NOTIFY: what one client sends reaches
// the others while they wait for nothing.
package main

import (
	"context"
	"flag"
	"log"
	"net"
	"strings"

	"github.com/csvsql/csvsql/wire"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:5434", "address to listen on")
	flag.Parse()
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	log.Print("listening on ", l.Addr())
	server := &wire.Server{Handler: &handler{channels: newChannels()}}
	log.Fatal(server.Serve(l))
}

type handler struct{ channels *channels }

func (h *handler) Open(_ context.Context, c *wire.Conn) (wire.Session, error) {
	return &session{client: c, channels: h.channels}, nil
}

type session struct {
	client   *wire.Conn
	channels *channels
}

// Close ends all that the client listens to.
func (s *session) Close() error {
	s.channels.leaveAll(s.client)
	return nil
}

func (s *session) Parse(_ context.Context, q wire.Query) ([]wire.Statement, error) {
	parts, err := wire.Split(q.SQL)
	if err != nil {
		return nil, err
	}
	var statements []wire.Statement
	for _, part := range parts {
		action, err := s.parseOne(part.SQL)
		if err != nil {
			return nil, err
		}
		verb, _, _ := strings.Cut(strings.ToUpper(part.SQL), " ")
		statements = append(statements, wire.Do(func(context.Context) (wire.Result, error) {
			action()
			return wire.Tag(verb), nil
		}))
	}
	return statements, nil
}

// parseOne understands LISTEN name, UNLISTEN name, UNLISTEN * and NOTIFY name or
// NOTIFY name, 'payload'.
func (s *session) parseOne(sql string) (action func(), err error) {
	verb, rest, _ := strings.Cut(sql, " ")
	name, payload, hasPayload := strings.Cut(rest, ",")
	name, payload = strings.TrimSpace(name), strings.TrimSpace(payload)
	switch verb = strings.ToUpper(verb); {
	case name == "":
	case verb == "LISTEN" && !hasPayload:
		return func() { s.channels.join(name, s.client) }, nil
	case verb == "UNLISTEN" && name == "*":
		return func() { s.channels.leaveAll(s.client) }, nil
	case verb == "UNLISTEN" && !hasPayload:
		return func() { s.channels.leave(name, s.client) }, nil
	case verb == "NOTIFY" && !hasPayload:
		return func() { s.channels.send(name, "", s.client.PID()) }, nil
	case verb == "NOTIFY" && len(payload) >= 2 && payload[0] == '\'':
		payload = strings.ReplaceAll(payload[1:len(payload)-1], "''", "'")
		return func() { s.channels.send(name, payload, s.client.PID()) }, nil
	}
	return nil, wire.Errorf("42601", "cannot understand \"%s\"", sql)
}
