package wire

import "encoding/binary"

// maxPending is how many bytes of notifications wait for a client.
const maxPending = 1 << 20

// Notify sends a NotificationResponse (PostgreSQL documentation, SQL commands
// LISTEN and NOTIFY). pid is Conn.PID of the session that notifies; clients compare
// it with their own.
//
// As in PostgreSQL it arrives while the client is outside a transaction block: at
// once if it waits for nothing, else before the ReadyForQuery that ends the block.
// Any goroutine may call Notify, once the client has logged in; it does not wait for
// the client. One that does not read makes it fail with SQLSTATE 54000, when a
// megabyte is waiting; a client that is gone, with ErrClientGone.
func (c *Conn) Notify(pid int32, channel, payload string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ctx.Err() != nil {
		return ErrClientGone
	}
	if len(c.pending)+len(channel)+len(payload) > maxPending {
		return Errorf("54000", "too many notifications are pending")
	}
	c.pending = appendNotificationResponse(c.pending, pid, channel, payload)
	if c.listening {
		c.wake()
	}
	return nil
}

// takePending takes the notifications that wait, if the client may have them now.
// c.mu is held.
func (c *Conn) takePending() []byte {
	if c.status != Idle {
		return nil
	}
	taken := c.pending
	c.pending = nil
	return taken
}

func appendNotificationResponse(dst []byte, pid int32, channel, payload string) []byte {
	dst, at := beginMessage(dst, 'A')
	dst = binary.BigEndian.AppendUint32(dst, uint32(pid))
	return endMessage(appendString(appendString(dst, channel), payload), at)
}
