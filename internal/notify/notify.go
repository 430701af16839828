// Package notify carries notifications between the sessions of a server
// (PostgreSQL documentation, LISTEN and NOTIFY).
package notify

import (
	"slices"
	"sync"
)

// Listener gets notifications. It must not wait: a [Hub] delivers them one after
// the other. *wire.Conn is one.
type Listener interface {
	// Notify delivers a notification of the session pid. Who cannot take it misses
	// it: the sender is not told.
	Notify(pid int32, channel, payload string) error
}

// Notification is what NOTIFY sends.
type Notification struct{ Channel, Payload string }

// Hub knows who listens to which channel. The zero Hub is ready, and safe for
// concurrent use.
type Hub struct {
	mu       sync.Mutex
	channels map[string]map[Listener]struct{}
}

// Listen makes l a listener of channel, once.
func (h *Hub) Listen(l Listener, channel string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.channels == nil {
		h.channels = map[string]map[Listener]struct{}{}
	}
	if h.channels[channel] == nil {
		h.channels[channel] = map[Listener]struct{}{}
	}
	h.channels[channel][l] = struct{}{}
}

// Unlisten ends what Listen began; the empty channel stands for all.
func (h *Hub) Unlisten(l Listener, channel string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if channel != "" {
		h.remove(l, channel)
		return
	}
	for name := range h.channels {
		h.remove(l, name)
	}
}

func (h *Hub) remove(l Listener, channel string) {
	delete(h.channels[channel], l)
	if len(h.channels[channel]) == 0 {
		delete(h.channels, channel)
	}
}

// Channels are those that l listens to, sorted.
func (h *Hub) Channels(l Listener) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var names []string
	for name := range h.channels {
		if _, ok := h.channels[name][l]; ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Send delivers the notifications of one transaction of the session pid, in their
// order and without those of another in between.
func (h *Hub) Send(pid int32, list []Notification) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, n := range list {
		for l := range h.channels[n.Channel] {
			_ = l.Notify(pid, n.Channel, n.Payload)
		}
	}
}

// Queue has the notifications of a transaction that has not been committed.
type Queue struct {
	list []Notification
	seen map[Notification]struct{}
}

// Add adds a notification, unless the same is there already.
func (q *Queue) Add(n Notification) {
	if _, ok := q.seen[n]; ok {
		return
	}
	if q.seen == nil {
		q.seen = map[Notification]struct{}{}
	}
	q.seen[n] = struct{}{}
	q.list = append(q.list, n)
}

// Len is how many there are.
func (q *Queue) Len() int { return len(q.list) }

// Truncate drops all but the first n (ROLLBACK TO SAVEPOINT).
func (q *Queue) Truncate(n int) {
	for _, dropped := range q.list[n:] {
		delete(q.seen, dropped)
	}
	q.list = q.list[:n]
}

// Take returns the notifications in their order, and empties the queue.
func (q *Queue) Take() []Notification {
	list := q.list
	*q = Queue{}
	return list
}
