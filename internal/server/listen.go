package server

import (
	"context"

	"github.com/csvsql/csvsql/internal/notify"
	"github.com/csvsql/csvsql/wire"
)

// LISTEN, UNLISTEN and NOTIFY are part of their transaction: they have their
// effect when it commits (PostgreSQL documentation, LISTEN, UNLISTEN, NOTIFY).

// subscription is a LISTEN or an UNLISTEN that waits for the commit.
type subscription struct {
	channel string // empty: all
	listen  bool
}

func (s *session) listen(channel string) (wire.Result, error) {
	s.subscriptions = append(s.subscriptions, subscription{channel, true})
	return wire.Tag("LISTEN"), nil
}

func (s *session) unlisten(channel string) (wire.Result, error) {
	s.subscriptions = append(s.subscriptions, subscription{channel, false})
	return wire.Tag("UNLISTEN"), nil
}

// maxPayload is the longest payload of a notification.
const maxPayload = 7999

// maxIdentifier is the longest name, in bytes.
const maxIdentifier = 63

func (s *session) sendNotification(channel, payload string) error {
	switch {
	case channel == "":
		return wire.Errorf("22023", "channel name cannot be empty")
	case len(channel) > maxIdentifier:
		return wire.Errorf("22023", "channel name too long")
	case len(payload) > maxPayload:
		return wire.Errorf("22023", "payload string too long")
	}
	s.notifications.Add(notify.Notification{Channel: channel, Payload: payload})
	return nil
}

// publish is the commit of what the transaction did about notifications.
func (s *session) publish() {
	for _, sub := range s.subscriptions {
		if sub.listen {
			s.database.hub.Listen(s.conn, sub.channel)
		} else {
			s.database.hub.Unlisten(s.conn, sub.channel)
		}
	}
	s.subscriptions = nil
	if s.notifications.Len() > 0 {
		s.database.hub.Send(s.conn.PID(), s.notifications.Take())
	}
}

// unpublish is its rollback.
func (s *session) unpublish() {
	s.subscriptions = nil
	s.notifications.Take()
}

// pgNotify is pg_notify(channel, payload).
func (s *session) pgNotify(_ context.Context, args [][]byte) ([][]byte, error) {
	return void(), s.sendNotification(string(args[0]), string(args[1]))
}

// listeningChannels is pg_listening_channels().
func (s *session) listeningChannels(context.Context, [][]byte) (names [][]byte, err error) {
	for _, name := range s.database.hub.Channels(s.conn) {
		names = append(names, []byte(name))
	}
	return names, nil
}
