package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/csvsql/csvsql/wire"
)

// held is Rows that depend on no transaction, and so outlive it as they are.
type held struct{ wire.Rows }

func (held) Hold(context.Context) error { return nil }

// declare is DECLARE: it opens a portal, which does not run yet.
func declare(c *wire.Conn, words []string) (wire.Statement, error) {
	upper := strings.Fields(strings.ToUpper(strings.Join(words, " ")))
	from := slices.Index(upper, "FOR") + 1
	if upper[2] != "CURSOR" || from == 0 || from == len(words) {
		return nil, wire.Errorf("42601", "DECLARE name CURSOR [WITH HOLD] FOR statement")
	}
	hold := slices.Contains(upper[:from], "HOLD")
	inner, err := parseOne(c, words[from:])
	if err != nil {
		return nil, err
	}
	return wire.Do(func(ctx context.Context) (wire.Result, error) {
		if c.TxStatus() == wire.Idle && !hold {
			return nil, wire.Errorf("25P01", "DECLARE CURSOR can only be used in transaction blocks")
		}
		sql := strings.Join(words[from:], " ")
		err := c.OpenPortal(ctx, words[1], sql, inner, nil, wire.PortalOptions{Hold: hold})
		return wire.Tag("DECLARE CURSOR"), err
	}), nil
}

// fetch is FETCH. Its columns are those of the cursor, which is looked up when
// the statement is described, and again when it runs.
type fetch struct {
	client *wire.Conn
	n      int64
	name   string
}

func (f fetch) Describe(context.Context) (wire.Description, error) {
	p, err := portal(f.client, f.name)
	if err != nil {
		return wire.Description{}, err
	}
	return wire.Description{Columns: p.Prepared().Description.Columns}, nil
}

func (f fetch) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	p, err := portal(f.client, f.name)
	if err != nil {
		return nil, err
	}
	rows, err := p.Fetch(ctx, b, f.n, func(rows int64) string { return fmt.Sprint("FETCH ", rows) })
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// move is MOVE: FETCH without the rows.
func move(c *wire.Conn, n int64, name string) wire.Statement {
	return wire.Do(func(ctx context.Context) (wire.Result, error) {
		p, err := portal(c, name)
		if err != nil {
			return nil, err
		}
		moved, err := p.Move(ctx, n)
		return wire.Tag(fmt.Sprint("MOVE ", moved)), err
	})
}

func portal(c *wire.Conn, name string) (*wire.Portal, error) {
	p, ok := c.Store().Portal(name)
	if !ok {
		return nil, wire.Errorf("34000", "cursor \"%s\" does not exist", name)
	}
	return p, nil
}
