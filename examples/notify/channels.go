package main

import (
	"sync"

	"github.com/csvsql/csvsql/wire"
)

// channels knows who listens to what.
type channels struct {
	mu        sync.Mutex
	listeners map[string]map[*wire.Conn]bool // by name
}

func newChannels() *channels {
	return &channels{listeners: map[string]map[*wire.Conn]bool{}}
}

func (c *channels) join(name string, client *wire.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.listeners[name] == nil {
		c.listeners[name] = map[*wire.Conn]bool{}
	}
	c.listeners[name][client] = true
}

func (c *channels) leave(name string, client *wire.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.listeners[name], client)
	if len(c.listeners[name]) == 0 {
		delete(c.listeners, name)
	}
}

func (c *channels) leaveAll(client *wire.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for name, clients := range c.listeners {
		delete(clients, client)
		if len(clients) == 0 {
			delete(c.listeners, name)
		}
	}
}

// send notifies all who listen. Conn.Notify waits for nobody; a client that does
// not read is sent away before what it has not read fills the memory.
func (c *channels) send(name, payload string, from int32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for client := range c.listeners[name] {
		if err := client.Notify(from, name, payload); err != nil {
			client.Terminate(err)
		}
	}
}
