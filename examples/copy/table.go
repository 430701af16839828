package main

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// bird is a row. A bird that has not been weighed has no weight.
type bird struct {
	name    string
	grams   float64
	weighed bool
}

func columns() []wire.Column {
	return []wire.Column{wire.Col("name", oid.Text), wire.Col("grams", oid.Float8)}
}

// table is birds.
type table struct {
	mu    sync.Mutex
	birds []bird // grows, and never changes
}

func (t *table) add(birds []bird) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.birds = append(t.birds, birds...)
	return nil
}

// rows are the rows that there are now.
func (t *table) rows(verb string) wire.Rows {
	t.mu.Lock()
	defer t.mu.Unlock()
	birds, at := t.birds, -1
	next := func(context.Context) error {
		if at++; at == len(birds) {
			return io.EOF
		}
		return nil
	}
	encode := func(w *wire.RowWriter) error {
		w.Text(birds[at].name)
		if birds[at].weighed {
			w.Float64(birds[at].grams)
		} else {
			w.Null()
		}
		return nil
	}
	tag := func(rows int64) string { return fmt.Sprint(verb, " ", rows) }
	return wire.EachRow(next, encode, tag, nil)
}

// parseBird reads the fields of a row. An error comes with the number of its
// column.
func parseBird(fields [][]byte, format wire.CopyFormat) (b bird, column int, err error) {
	if fields[0] == nil {
		return b, 0, wire.Errorf("23502", "a bird needs a name")
	}
	b.name = string(fields[0])
	if fields[1] == nil {
		return b, 0, nil
	}
	b.weighed = true
	if format == wire.CopyBinary {
		b.grams, err = pgvalue.DecodeFloat8(fields[1])
	} else {
		b.grams, err = pgvalue.ParseFloat8(fields[1])
	}
	return b, 1, err
}

// selectAll is TABLE birds.
type selectAll struct{ table *table }

func (selectAll) Describe(context.Context) (wire.Description, error) {
	return wire.Description{Columns: columns()}, nil
}

func (s selectAll) Execute(context.Context, *wire.Bind) (wire.Result, error) {
	return s.table.rows("SELECT"), nil
}
