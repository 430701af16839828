package wire_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/oid"
)

// scrollRows are the numbers 0 to 24 in batches of ten. They can be read in any order.
type scrollRows struct {
	first, batch int64
}

func (n *scrollRows) Describe(context.Context) (wire.Description, error) {
	return wire.Description{Columns: []wire.Column{wire.Col("n", oid.Int8)}}, nil
}

func (n *scrollRows) Execute(context.Context, *wire.Bind) (wire.Result, error) { return n, nil }

func (n *scrollRows) NextBatch(ctx context.Context) (int, error) {
	_, rows, err := n.Seek(ctx, n.first+n.batch)
	return rows, err
}

func (n *scrollRows) Seek(_ context.Context, row int64) (first int64, rows int, err error) {
	n.first = row / 10 * 10
	n.batch = max(0, min(10, 25-n.first))
	if row >= 25 {
		n.batch = 0
	}
	return n.first, int(n.batch), nil
}

func (n *scrollRows) EncodeRow(w *wire.RowWriter, row int) error {
	w.Int64(n.first + int64(row))
	return nil
}

func (n *scrollRows) Tag(rows int64) string { return fmt.Sprint("SELECT ", rows) }
func (n *scrollRows) Close() error          { return nil }

// scroll answers "declare", "fetch n", "move n" and "where".
func scroll(ctx context.Context, c *wire.Conn, q wire.Query) (list []wire.Statement, err error) {
	parts, err := wire.Split(q.SQL)
	for _, part := range parts {
		list = append(list, &scrollStatement{c, strings.Fields(part.SQL)})
	}
	return list, err
}

type scrollStatement struct {
	conn  *wire.Conn
	words []string
}

func (s *scrollStatement) Describe(context.Context) (d wire.Description, err error) {
	if s.words[0] == "fetch" {
		d.Columns = []wire.Column{wire.Col("n", oid.Int8)}
	}
	return d, nil
}

func (s *scrollStatement) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	p, _ := s.conn.Store().Portal("c")
	switch s.words[0] {
	case "begin":
		s.conn.SetTxStatus(wire.InTx)
		return wire.Tag("BEGIN"), nil
	case "declare":
		return wire.Tag("DECLARE"), s.conn.OpenPortal(ctx, "c", "", &scrollRows{}, nil, wire.PortalOptions{Scroll: true})
	case "where":
		return wire.Tag(fmt.Sprint(p.Position(), " ", p.OnRow())), nil
	}
	n, err := strconv.ParseInt(s.words[1], 10, 64)
	if err != nil {
		return nil, err
	}
	if s.words[0] == "move" {
		moved, err := p.Move(ctx, n)
		return wire.Tag(fmt.Sprint("MOVE ", moved)), err
	}
	return p.Fetch(ctx, b, n, func(rows int64) string { return fmt.Sprint("FETCH ", rows) })
}

// TestScroll goes through a cursor in both directions, over the borders of its
// batches and over both ends.
func TestScroll(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, &wire.Server{Handler: wire.ParseFunc(scroll)}))
	if _, err := c.Exec(t.Context(), "begin; declare"); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ sql, rows, tag string }{
		{"where", "", "0 false"},
		{"fetch -1", "", "FETCH 0"},
		{"fetch 2", "0 1", "FETCH 2"},
		{"where", "", "2 true"},
		{"fetch 0", "1", "FETCH 1"},
		{"fetch -1", "0", "FETCH 1"},
		{"fetch -1", "", "FETCH 0"},
		{"where", "", "0 false"},
		{"fetch 0", "", "FETCH 0"},
		{"move 9", "", "MOVE 9"},
		{"fetch 3", "9 10 11", "FETCH 3"},
		{"fetch -4", "10 9 8 7", "FETCH 4"},
		{"fetch 1", "8", "FETCH 1"},
		{"move 100", "", "MOVE 16"},
		{"where", "", "26 false"},
		{"fetch 0", "", "FETCH 0"},
		{"fetch 1", "", "FETCH 0"},
		{"fetch -6", "24 23 22 21 20 19", "FETCH 6"},
		{"move -3", "", "MOVE 3"},
		{"fetch 0", "16", "FETCH 1"},
		{"move 9", "", "MOVE 8"},
		{"move -100", "", "MOVE 25"},
		{"fetch 1", "0", "FETCH 1"},
		{"move 24", "", "MOVE 24"},
		{"where", "", "25 true"},
		{"fetch -1", "23", "FETCH 1"},
	} {
		rows, tag, err := results(t, c.Query(t.Context(), step.sql))
		if err != nil || rows != step.rows || tag != step.tag {
			t.Errorf("%s: %q %q, %v; want %q %q", step.sql, rows, tag, err, step.rows, step.tag)
		}
	}
}

// results reads the one column of the one result.
func results(t *testing.T, r *client.Results) (rows, tag string, err error) {
	t.Helper()
	var all []string
	for r.NextResult() {
		for r.NextRow() {
			fields, err := r.Row().AppendFields(nil)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, string(fields[0]))
		}
		tag = r.Tag()
	}
	return strings.Join(all, " "), tag, r.Close()
}
