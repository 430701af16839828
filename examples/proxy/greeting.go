package main

import (
	"context"
	"encoding/binary"
	"sync"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

// greeting is what a client waits for after its login: the server's parameters,
// the key with which to cancel, and ReadyForQuery (PostgreSQL documentation, 55.2.1
// Start-up). The key is the server's, so that the client knows itself by the
// process ID that the server knows it by.
func greeting(upstream *client.Conn) []byte {
	var b []byte
	for name, value := range upstream.Parameters() {
		b = appendMessage(b, 'S', []byte(name+"\x00"+value+"\x00"))
	}
	pid, secret := upstream.Key()
	b = appendMessage(b, 'K', append(binary.BigEndian.AppendUint32(nil, uint32(pid)), secret...))
	return appendMessage(b, 'Z', []byte{upstream.TxStatus()})
}

func appendMessage(b []byte, letter byte, body []byte) []byte {
	b = binary.BigEndian.AppendUint32(append(b, letter), uint32(4+len(body)))
	return append(b, body...)
}

// cancels knows which server a cancel request is for. It is a wire.CancelRouter.
type cancels struct {
	mu       sync.Mutex
	upstream map[string]*client.Conn // by what a cancel request says
}

// add makes c the one that is canceled by its key, until remove is called.
func (r *cancels) add(c *client.Conn) (remove func()) {
	pid, secret := c.Key()
	id := keyOf(wire.CancelKey{PID: pid, Secret: secret})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.upstream[id] = c
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.upstream, id)
	}
}

// Issue leaves the key alone: the client never learns it.
func (r *cancels) Issue(_ *wire.Conn, key wire.CancelKey) (wire.CancelKey, error) { return key, nil }

// Cancel passes a cancel request on.
func (r *cancels) Cancel(ctx context.Context, key wire.CancelKey) (known bool) {
	r.mu.Lock()
	c := r.upstream[keyOf(key)]
	r.mu.Unlock()
	return c != nil && c.Cancel(ctx) == nil
}

func keyOf(key wire.CancelKey) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(key.PID))) + string(key.Secret)
}
