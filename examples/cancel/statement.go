package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

func parseOne(c *wire.Conn, sql string) (wire.Statement, error) {
	words := strings.Fields(sql)
	argument, err := strconv.ParseInt(words[len(words)-1], 10, 32)
	if err != nil && len(words) > 1 {
		return nil, wire.Errorf("42601", "\"%s\" is not a number", words[len(words)-1])
	}
	switch verb := strings.ToUpper(words[0]); {
	case verb == "SLEEP" && len(words) == 2:
		return sleep(time.Duration(argument) * time.Millisecond), nil
	case verb == "TICK" && len(words) == 2:
		return tick(time.Duration(argument) * time.Millisecond), nil
	case verb == "TIMEOUT" && len(words) == 2:
		return wire.Do(func(context.Context) (wire.Result, error) {
			timeouts := c.Timeouts()
			timeouts.Statement = time.Duration(argument) * time.Millisecond
			c.SetTimeouts(timeouts)
			return wire.Tag("TIMEOUT"), nil
		}), nil
	case verb == "LIST" && len(words) == 1:
		return list{c.Server()}, nil
	case (verb == "CANCEL" || verb == "KILL") && len(words) == 2:
		return end(c, verb, int32(argument)), nil
	}
	return nil, wire.Errorf("42601", "cannot understand \"%s\"", sql)
}

// sleep waits so many milliseconds, or until its context ends. Whatever error it
// returns then, the client is told the cause of the context.
func sleep(d time.Duration) wire.Statement {
	return wire.Do(func(ctx context.Context) (wire.Result, error) {
		select {
		case <-time.After(d):
			return wire.Tag("SLEEP"), nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
}

// tick returns rows for ever, one each time so many milliseconds are over. Rows
// that are late go out meanwhile, and a client that is gone is noticed.
type tick time.Duration

func (tick) Describe(context.Context) (wire.Description, error) {
	return wire.Description{Columns: []wire.Column{wire.Col("n", oid.Int8)}}, nil
}

func (t tick) Execute(context.Context, *wire.Bind) (wire.Result, error) {
	n := int64(0)
	next := func(ctx context.Context) error {
		select {
		case <-time.After(time.Duration(t)):
			n++
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	encode := func(w *wire.RowWriter) error {
		w.Int64(n)
		return nil
	}
	return wire.EachRow(next, encode, nil, nil), nil
}

// list is what the clients of the server do, as pg_stat_activity has it.
type list struct{ server *wire.Server }

func (list) Describe(context.Context) (wire.Description, error) {
	return wire.Description{Columns: []wire.Column{
		wire.Col("pid", oid.Int4), wire.Col("user", oid.Text), wire.Col("running", oid.Bool), wire.Col("statement", oid.Text),
	}}, nil
}

func (l list) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	var rows [][]any
	for c := range l.server.Conns() {
		a := c.Activity()
		rows = append(rows, []any{int64(c.PID()), c.Identity().Role, a.Running, a.SQL})
	}
	d, err := l.Describe(ctx)
	if err != nil {
		return nil, err
	}
	return wire.Table(d.Columns, rows...).Execute(ctx, b)
}

// end ends what another client runs (CANCEL), or its connection (KILL).
func end(c *wire.Conn, verb string, pid int32) wire.Statement {
	return wire.Do(func(context.Context) (wire.Result, error) {
		other := c.Server().Conn(pid)
		switch {
		case other == nil:
			return nil, wire.Errorf("22023", "there is no client %d", pid)
		case verb == "CANCEL":
			other.Cancel(wire.Errorf("57014", "canceling statement due to the wish of %s", c.Identity().Role))
		default:
			other.Terminate(wire.Errorf("57P01", "terminating connection due to the wish of %s", c.Identity().Role))
		}
		return wire.Tag(verb), nil
	})
}
