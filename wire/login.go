package wire

import (
	"context"
	"time"
)

// login takes a connection from its first byte to its session. Until it returns
// nil there is no way to a handler but through the Authenticator.
func (c *Conn) login() error {
	deadline := time.Now().Add(c.server.startupTimeout())
	c.setStartupDeadline(deadline)
	packet, err := c.negotiate()
	if err != nil {
		return err
	}
	startup, unknown, err := decodeStartup(packet)
	if err != nil {
		return err
	}
	asked := startup.Minor
	startup.Minor = min(asked, newestMinor)
	c.startup = startup
	if err := c.server.admit(c); err != nil {
		return err
	}
	if asked > newestMinor || len(unknown) > 0 {
		c.send(appendNegotiateProtocolVersion(c.queue(), codeVersion3+uint32(startup.Minor), unknown))
	}
	if err := c.authenticate(deadline); err != nil {
		return err
	}
	if err := c.server.checkReserved(c); err != nil {
		return err
	}
	if err := c.issueKey(); err != nil {
		return err
	}
	c.send(appendAuthentication(c.queue(), authOk, nil))
	if err := c.leaveStartup(); err != nil {
		return err
	}
	if err := c.openSession(); err != nil {
		return err
	}
	c.startTrace()
	return nil
}

// setStartupDeadline limits the whole of the start-up, unless the connection
// has been told to end already.
func (c *Conn) setStartupDeadline(deadline time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.terminated == nil && !c.draining {
		c.nc.SetDeadline(deadline)
	}
}

func (c *Conn) leaveStartup() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.terminated != nil {
		return c.terminated
	}
	c.nc.SetDeadline(time.Time{})
	c.idle, c.readDeadline = false, false
	return nil
}

// openSession opens the handler's session and tells the client that it has one.
func (c *Conn) openSession() error {
	c.params = startParams(c.server.Params, c.startup, c.identity)
	c.store = c.server.newStore(c)
	err := c.task(func(ctx context.Context) (err error) {
		c.session, err = c.server.Handler.Open(ctx, c)
		return err
	})
	if c.hijacked {
		c.session = nil
		return errHangUp
	}
	if err != nil {
		c.session = nil // nothing to close
		if e := toError(err); e.Code == "XX000" {
			c.server.log().Error("wire: open session", "error", err, "pid", c.key.PID)
		}
		return toFatal(err)
	}
	c.mu.Lock()
	c.open = true
	c.mu.Unlock()

	buf := c.queue()
	for _, p := range c.params {
		buf = appendParameterStatus(buf, p.Name, p.Value)
	}
	c.greeted = true
	buf = append(buf, c.out.late...)
	c.out.late = c.out.late[:0]
	c.send(appendBackendKeyData(buf, c.key))
	c.sendReady()
	return nil
}
