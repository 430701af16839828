package server

import (
	"context"
	"strings"

	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/internal/settings"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// set is SET [LOCAL] name = value.
func (s *session) set(u dialect.Set) (wire.Result, error) {
	if u.Local && s.conn.TxStatus() == wire.Idle {
		s.warn("25P01", "SET LOCAL can only be used in transaction blocks")
	}
	s.settings.Begin() // ended by Sync or by the end of the block
	var err error
	switch value := strings.Join(u.Values, ", "); {
	case u.Values == nil:
		err = s.settings.Reset(u.Name, u.Local)
	case u.Local:
		err = s.settings.SetLocal(u.Name, value)
	default:
		err = s.settings.Set(u.Name, value)
	}
	return wire.Tag("SET"), toWire(err, nil)
}

// reset is RESET name and RESET ALL.
func (s *session) reset(name string) (wire.Result, error) {
	s.settings.Begin()
	if name == "all" {
		return wire.Tag("RESET"), toWire(s.settings.ResetAll(), nil)
	}
	return wire.Tag("RESET"), toWire(s.settings.Reset(name, false), nil)
}

// show is SHOW name and SHOW ALL.
func (s *session) show(name string) *command {
	if name == "all" {
		return s.shows([]string{"name", "setting", "description"}, s.allSettings)
	}
	if p, ok := settings.Lookup(name); ok {
		name = p.Name
	}
	c := s.shows([]string{name}, func() ([][]any, error) {
		value, err := s.settings.Get(name)
		return [][]any{{value}}, toWire(err, nil)
	})
	c.check = func() error {
		_, err := s.settings.Get(name)
		return toWire(err, nil)
	}
	return c
}

// shows is a command that answers with a table of text.
func (s *session) shows(names []string, values func() ([][]any, error)) *command {
	columns := make([]wire.Column, len(names))
	for i, name := range names {
		columns[i] = wire.Col(name, oid.Text)
	}
	return &command{columns: columns, run: func(ctx context.Context, b *wire.Bind) (wire.Result, error) {
		rows, err := values()
		if err != nil {
			return nil, err
		}
		res, err := wire.Table(columns, rows...).Execute(ctx, b)
		if err != nil {
			return nil, err
		}
		return tagged{res.(wire.Rows), "SHOW"}, nil
	}}
}

func (s *session) allSettings() ([][]any, error) {
	var all [][]any
	for p := range settings.All() {
		value, err := s.settings.Get(p.Name)
		if err != nil {
			return nil, toWire(err, nil)
		}
		all = append(all, []any{p.Name, value, p.Desc})
	}
	return all, nil
}

// tagged is Rows under another tag, one without a count.
type tagged struct {
	wire.Rows
	tag string
}

func (t tagged) Tag(int64) string { return t.tag }
