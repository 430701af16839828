package main

import (
	"context"
	"fmt"

	"modernc.org/ql"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// statement is one statement for QL.
type statement struct {
	db     *ql.DB
	list   ql.List
	verb   string
	names  map[string]bool // in its text
	params []oid.OID
}

// Describe names the columns. QL has no plan that knows their types before there
// is a row: those of tables are looked up, what is computed is text.
func (s *statement) Describe(context.Context) (wire.Description, error) {
	d := wire.Description{Params: s.params}
	if s.verb != "SELECT" {
		return d, nil
	}
	records, err := s.run(make([]any, len(s.params)))
	if err != nil {
		return d, err
	}
	names, err := records.Fields()
	if err != nil {
		return d, wire.Errorf("42000", "%w", err)
	}
	types, err := s.columnTypes()
	if err != nil {
		return d, err
	}
	d.Columns = []wire.Column{}
	for _, name := range names {
		t, ok := types[name]
		if !ok {
			t = oid.Text
		}
		d.Columns = append(d.Columns, wire.Col(name, t))
	}
	return d, nil
}

// columnTypes are those of the columns of all tables that the statement names.
func (s *statement) columnTypes() (map[string]oid.OID, error) {
	info, err := s.db.Info()
	if err != nil {
		return nil, err
	}
	types := map[string]oid.OID{}
	for _, table := range info.Tables {
		if !s.names[table.Name] {
			continue
		}
		for _, column := range table.Columns {
			types[column.Name] = typeOf(column.Type)
		}
	}
	return types, nil
}

func (s *statement) Execute(_ context.Context, b *wire.Bind) (wire.Result, error) {
	args, err := arguments(b)
	if err != nil {
		return nil, err
	}
	if s.verb == "SELECT" {
		records, err := s.run(args)
		if err != nil {
			return nil, err
		}
		all, err := records.Rows(-1, 0)
		if err != nil {
			return nil, wire.Errorf("42000", "%w", err)
		}
		return &rows{all: all}, nil
	}
	tx := ql.NewRWCtx()
	if _, _, err := s.db.Execute(tx, s.list, args...); err != nil {
		return nil, wire.Errorf("42000", "%w", err)
	}
	switch s.verb {
	case "INSERT":
		return wire.Tag(fmt.Sprint("INSERT 0 ", tx.RowsAffected)), nil
	case "UPDATE", "DELETE":
		return wire.Tag(fmt.Sprint(s.verb, " ", tx.RowsAffected)), nil
	}
	return wire.Tag(s.verb), nil
}

func (s *statement) run(args []any) (ql.Recordset, error) {
	sets, _, err := s.db.Execute(nil, s.list, args...)
	if err != nil {
		return nil, wire.Errorf("42000", "%w", err)
	}
	return sets[0], nil
}
