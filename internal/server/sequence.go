package server

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/catalog"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// sequence is what a sequence does, and how far it is.
type sequence struct {
	start, increment, min, max int64
	cycle                      bool
	next                       int64 // the number that comes, or, if called, the last one
	called                     bool
}

// createSequence is CREATE SEQUENCE.
func (s *session) createSequence(ctx context.Context, u dialect.CreateSequence, src *source) (wire.Result, error) {
	const tag = "CREATE SEQUENCE"
	known, err := s.names(ctx)
	if err != nil {
		return nil, toWire(err, src)
	}
	if _, exists := known.sequence(u.Name); exists && u.IfNotExists {
		s.notify(&wire.Error{Severity: "NOTICE", Code: "42P07", Message: fmt.Sprintf("relation \"%s\" already exists, skipping", u.Name.Name)})
		return wire.Tag(tag), nil
	}
	var q sequence
	if err := q.set(u.Options, true); err != nil {
		return nil, err
	}
	q.next = q.start
	return wire.Tag(tag), s.runOnly(ctx, q.definition("CREATE", u.Temp, quoteTable(u.Name)), tag, src)
}

// set gives a sequence its options, as PostgreSQL's init_params does
// (documentation, CREATE SEQUENCE).
func (q *sequence) set(o dialect.SequenceOptions, isNew bool) error {
	if isNew {
		q.increment = 1
	}
	if o.Increment != nil {
		q.increment = *o.Increment
	}
	if q.increment == 0 {
		return wire.Errorf("22023", "INCREMENT must not be zero")
	}
	low, high := limits(o.Type)
	if isNew || o.NoMin || o.Type != "" && o.Min == nil {
		q.min = 1
		if q.increment < 0 {
			q.min = low
		}
	}
	if isNew || o.NoMax || o.Type != "" && o.Max == nil {
		q.max = high
		if q.increment < 0 {
			q.max = -1
		}
	}
	if o.Min != nil {
		q.min = *o.Min
	}
	if o.Max != nil {
		q.max = *o.Max
	}
	if o.Cycle != nil {
		q.cycle = *o.Cycle
	}
	switch {
	case o.Start != nil:
		q.start = *o.Start
	case isNew && q.increment > 0:
		q.start = q.min
	case isNew:
		q.start = q.max
	}
	switch {
	case q.min >= q.max:
		return wire.Errorf("22023", "MINVALUE (%d) must be less than MAXVALUE (%d)", q.min, q.max)
	case q.start < q.min:
		return wire.Errorf("22023", "START value (%d) cannot be less than MINVALUE (%d)", q.start, q.min)
	case q.start > q.max:
		return wire.Errorf("22023", "START value (%d) cannot be greater than MAXVALUE (%d)", q.start, q.max)
	}
	return nil
}

// limits are those of a type of sequences.
func limits(typ string) (low, high int64) {
	switch typ {
	case "smallint":
		return math.MinInt16, math.MaxInt16
	case "integer":
		return math.MinInt32, math.MaxInt32
	}
	return math.MinInt64, math.MaxInt64
}

// definition makes the sequence in the engine, where it begins with the next number.
func (q *sequence) definition(verb string, temp bool, name string) string {
	var b strings.Builder
	b.WriteString(verb)
	if temp {
		b.WriteString(" TEMP")
	}
	fmt.Fprintf(&b, " SEQUENCE %s INCREMENT BY %d MINVALUE %d MAXVALUE %d START %d", name, q.increment, q.min, q.max, q.next)
	if q.cycle {
		b.WriteString(" CYCLE")
	}
	return b.String()
}

// sequence is the sequence of this name.
func (n *names) sequence(name engine.TableName) (*catalog.Sequence, bool) {
	path := n.path
	if name.Schema != "" {
		path = []string{name.Schema}
	}
	for _, schema := range path {
		for i := range n.snapshot.Sequences {
			if q := &n.snapshot.Sequences[i]; q.Schema == schema && q.Name == name.Name {
				return q, true
			}
		}
	}
	return nil, false
}

// stateOf is a sequence of the catalog.
func stateOf(q *catalog.Sequence) sequence {
	state := sequence{start: q.Start, increment: q.Increment, min: q.Min, max: q.Max, cycle: q.Cycle, next: q.First}
	if q.Last != nil {
		state.next, state.called = *q.Last, true
	}
	return state
}

// lastValue is the last number of a sequence as it is now, nil if there was none: the
// catalog is not told of each.
func (s *session) lastValue(ctx context.Context, q *catalog.Sequence) (*int64, error) {
	schema, database := q.Schema, "database_name <> 'temp'"
	if schema == "pg_temp" {
		schema, database = "main", "database_name = 'temp'"
	}
	rows, err := s.ask(ctx, "SELECT last_value FROM system.main.duckdb_sequences() WHERE "+database+
		" AND schema_name = "+quoteLiteral(schema)+" AND sequence_name = "+quoteLiteral(q.Name))
	if err != nil || len(rows) == 0 || rows[0][0] == nil {
		return nil, err
	}
	n, err := strconv.ParseInt(string(rows[0][0]), 10, 64)
	return &n, err
}

// alterSequence is ALTER SEQUENCE.
func (s *session) alterSequence(ctx context.Context, u dialect.AlterSequence, src *source) (wire.Result, error) {
	const tag = "ALTER SEQUENCE"
	known, err := s.names(ctx)
	if err != nil {
		return nil, toWire(err, src)
	}
	found, ok := known.sequence(u.Name)
	switch {
	case !ok && u.IfExists:
		s.skipping("relation \"%s\" does not exist, skipping", u.Name.Name)
		return wire.Tag(tag), nil
	case !ok:
		return nil, wire.Errorf("42P01", "relation \"%s\" does not exist", u.Name.Name)
	}
	own := *found // the catalog's is not changed
	q := &own
	if q.Last, err = s.lastValue(ctx, q); err != nil {
		return nil, toWire(err, src)
	}
	state, name := stateOf(q), q.TableName
	if err := state.set(u.Options, false); err != nil {
		return nil, err
	}
	if u.Options.Restart {
		state.next, state.called = state.start, false
		if u.Options.RestartWith != nil {
			state.next = *u.Options.RestartWith
		}
	}
	if state.next < state.min || state.next > state.max {
		return nil, wire.Errorf("22023", "RESTART value (%d) cannot be outside of MINVALUE (%d) and MAXVALUE (%d)", state.next, state.min, state.max)
	}
	if u.Rename != "" {
		name.Name = u.Rename
	}
	if name == q.TableName && state == stateOf(q) {
		return wire.Tag(tag), nil
	}
	return wire.Tag(tag), s.replaceSequence(ctx, known, q, name, state, src)
}

// replaceSequence makes a sequence anew, and with it the defaults that name it: the
// engine alters none.
func (s *session) replaceSequence(ctx context.Context, known *names, q *catalog.Sequence, name engine.TableName, state sequence, src *source) error {
	temp, quoted := q.Schema == "pg_temp", sequenceInSQL
	var before, behind []string
	for _, d := range known.defaults(q) {
		column := "ALTER TABLE " + quoteTable(d.table) + " ALTER COLUMN " + quoteName(d.column)
		before = append(before, column+" DROP DEFAULT")
		behind = append(behind, column+" SET DEFAULT nextval("+quoteLiteral(quoted(name))+")")
	}
	if name != q.TableName {
		before = append(before, "DROP SEQUENCE "+quoted(q.TableName))
	}
	list := append(before, state.definition("CREATE OR REPLACE", temp, quoted(name)),
		"COMMENT ON SEQUENCE "+quoted(name)+" IS "+quoteLiteral(catalog.CommentOf(q.Comment, catalog.StartNote(state.start))))
	for _, sql := range append(list, behind...) {
		if err := s.runOnly(ctx, sql, "ALTER SEQUENCE", src); err != nil {
			return err
		}
	}
	if !state.called {
		return nil
	}
	_, err := s.ask(ctx, "SELECT nextval("+quoteLiteral(quoted(name))+")")
	return err
}

// freeSequence takes a sequence that is dropped out of the defaults that name it,
// under CASCADE; else there must be none.
func (s *session) freeSequence(ctx context.Context, u dialect.Drop, name engine.TableName, src *source) error {
	known, err := s.names(ctx)
	if err != nil {
		return toWire(err, src)
	}
	q, ok := known.sequence(name)
	if !ok {
		return nil // which the engine says
	}
	var lines []string
	defaults := known.defaults(q)
	for _, d := range defaults {
		lines = append(lines, fmt.Sprintf("default value for column %s of table %s", d.column, d.table.Name))
	}
	if lines != nil && !u.Cascade {
		err := wire.Errorf("2BP01", "cannot drop sequence %s because other objects depend on it", q.Name)
		suffix := " depends on sequence " + q.Name
		err.Detail = strings.Join(lines, suffix+"\n") + suffix
		err.Hint = "Use DROP ... CASCADE to drop the dependent objects too."
		return err
	}
	for i, d := range defaults {
		if err := s.runOnly(ctx, "ALTER TABLE "+quoteTable(d.table)+" ALTER COLUMN "+quoteName(d.column)+" DROP DEFAULT", "DROP SEQUENCE", src); err != nil {
			return err
		}
		s.skipping("drop cascades to %s", lines[i])
	}
	return nil
}

// sequenceInSQL is the name of a sequence; the engine finds temporary ones by their
// name alone.
func sequenceInSQL(name engine.TableName) string {
	if name.Schema == "pg_temp" {
		return quoteName(name.Name)
	}
	return quoteTable(name)
}

// columnDefault is a column whose default is the next number of a sequence.
type columnDefault struct {
	table  engine.TableName
	column string
}

func (n *names) defaults(q *catalog.Sequence) (list []columnDefault) {
	for i := range n.snapshot.Tables {
		t := &n.snapshot.Tables[i]
		for _, c := range t.Columns {
			inside, ok := strings.CutPrefix(c.Default, "nextval('")
			inside, _, _ = strings.Cut(inside, "'::regclass")
			if !ok {
				continue
			}
			name, ok := catalog.SplitName(strings.ReplaceAll(inside, "''", "'"))
			if name.Schema == "" { // so the catalog has those of public
				name.Schema = "public"
			}
			if t.Schema == "pg_temp" {
				name.Schema = "pg_temp"
			}
			if named, found := n.sequence(name); ok && found && named.OID == q.OID {
				list = append(list, columnDefault{t.TableName, c.Name})
			}
		}
	}
	return list
}

// setval is the function of that name
// (PostgreSQL documentation, 9.17 Sequence Manipulation Functions).
func (s *session) setval() []function {
	call := func(ctx context.Context, args [][]byte) ([][]byte, error) {
		for _, a := range args {
			if a == nil {
				return [][]byte{nil}, nil
			}
		}
		n, err := strconv.ParseInt(string(args[1]), 10, 64)
		if err != nil {
			return nil, err
		}
		called := len(args) < 3 || string(args[2]) == "t"
		return [][]byte{args[1]}, s.setSequence(ctx, string(args[0]), n, called)
	}
	return []function{
		{args: "VARCHAR,BIGINT", result: oid.Int8, call: call},
		{args: "VARCHAR,BIGINT,BOOLEAN", result: oid.Int8, call: call},
	}
}

// setSequence sets the sequence that text names, or whose OID it is.
func (s *session) setSequence(ctx context.Context, text string, n int64, called bool) error {
	known, err := s.names(ctx)
	if err != nil {
		return toWire(err, nil)
	}
	var q *catalog.Sequence
	if id, err := strconv.ParseUint(text, 10, 32); err == nil {
		for i := range known.snapshot.Sequences {
			if known.snapshot.Sequences[i].OID == uint32(id) {
				q = &known.snapshot.Sequences[i]
			}
		}
	} else if name, ok := catalog.SplitName(text); ok {
		q, _ = known.sequence(name)
		if t, isTable := known.snapshot.Find(name, known.path); q == nil && isTable {
			return wire.Errorf("42809", "\"%s\" is not a sequence", t.Name)
		}
	}
	if q == nil {
		return wire.Errorf("42P01", "relation \"%s\" does not exist", text)
	}
	if n < q.Min || n > q.Max {
		return wire.Errorf("22003", "setval: value %d is out of bounds for sequence \"%s\" (%d..%d)", n, q.Name, q.Min, q.Max)
	}
	state := stateOf(q)
	state.next, state.called = n, called
	return s.replaceSequence(ctx, known, q, q.TableName, state, &source{})
}
