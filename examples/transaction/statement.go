package main

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

func (s *session) Parse(_ context.Context, q wire.Query) ([]wire.Statement, error) {
	parts, err := wire.Split(q.SQL)
	if err != nil {
		return nil, err
	}
	var statements []wire.Statement
	for _, part := range parts {
		words := strings.Fields(part.SQL)
		words[0] = strings.ToUpper(words[0])
		switch arguments := len(words) - 1; {
		case words[0] == "BEGIN" && arguments == 0:
			statements = append(statements, wire.Do(s.begin))
		case (words[0] == "COMMIT" || words[0] == "ROLLBACK") && arguments == 0:
			statements = append(statements, end{s, words[0]})
		case words[0] == "LIST" && arguments == 0, words[0] == "GET" && arguments == 1:
			statements = append(statements, read{s, words[1:]})
		case words[0] == "DEL" && arguments == 1, words[0] == "PUT" && arguments == 2:
			statements = append(statements, write{s, words})
		default:
			return nil, wire.Errorf("42601", "cannot understand \"%s\"", part.SQL)
		}
	}
	return statements, nil
}

// read is GET key or, without a key, LIST.
type read struct {
	session *session
	keys    []string
}

func (read) columns() []wire.Column {
	return []wire.Column{wire.Col("key", oid.Text), wire.Col("value", oid.Text)}
}

func (r read) Describe(context.Context) (wire.Description, error) {
	return wire.Description{Columns: r.columns()}, nil
}

func (r read) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	data := r.session.current().data
	if len(r.keys) == 0 {
		r.keys = slices.Sorted(maps.Keys(data))
	}
	var rows [][]any
	for _, k := range r.keys {
		value, ok := data[k]
		if !ok {
			return nil, wire.Errorf("P0002", "there is no key \"%s\"", k)
		}
		rows = append(rows, []any{k, value})
	}
	return wire.Table(r.columns(), rows...).Execute(ctx, b)
}

// write is PUT key value or DEL key.
type write struct {
	session *session
	words   []string
}

func (write) Describe(context.Context) (wire.Description, error) { return wire.Description{}, nil }

func (w write) Execute(context.Context, *wire.Bind) (wire.Result, error) {
	t := w.session.current()
	if w.words[0] == "DEL" {
		t.delete(w.words[1])
	} else {
		t.put(w.words[1], w.words[2])
	}
	return wire.Tag(w.words[0]), nil
}
