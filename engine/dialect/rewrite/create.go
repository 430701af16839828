package rewrite

import (
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// Table is what the engine does not keep, or cannot do, of a CREATE TABLE.
type Table struct {
	Schema, Name string
	Temporary    bool
	IfNotExists  bool
	// Declared are the types of columns that the engine has no type of its own
	// for, as in "varchar(100)".
	Declared []DeclaredColumn
	// Sequences are those of serial columns. They have to be made before.
	Sequences []string
}

// DeclaredColumn is a column and its type.
type DeclaredColumn struct{ Name, Type string }

// createTable rewrites the types of columns.
func (r *rewriter) createTable(s *pg.CreateStmt) {
	t := &Table{
		Schema: s.Relation.GetSchemaname(), Name: s.Relation.GetRelname(),
		Temporary: s.Relation.GetRelpersistence() == "t", IfNotExists: s.IfNotExists,
	}
	for _, e := range s.TableElts {
		c := e.GetColumnDef()
		if c.GetTypeName() == nil {
			continue
		}
		if r.serial(t, c) {
			continue
		}
		if declared := declaredType(c.TypeName); declared != "" {
			t.Declared = append(t.Declared, DeclaredColumn{c.Colname, declared})
		}
		r.columnType(c)
	}
	if len(t.Declared)+len(t.Sequences) > 0 {
		r.table = t
	}
}

// serial rewrites a column whose type is an integer with a sequence
// (documentation, 8.1.4 Serial Types).
func (r *rewriter) serial(t *Table, c *pg.ColumnDef) bool {
	engines := ""
	switch lastName(c.TypeName.Names) {
	case "serial", "serial4":
		engines = "INTEGER"
	case "bigserial", "serial8":
		engines = "BIGINT"
	case "smallserial", "serial2":
		engines = "SMALLINT"
	default:
		return false
	}
	name := quote(t.Name + "_" + c.Colname + "_seq")
	if t.Schema != "" {
		name = quote(t.Schema) + "." + name
	}
	t.Sequences = append(t.Sequences, name)
	at := r.at(c.TypeName.Location)
	r.replace(span{at, r.lastOfName(at)}, engines+" NOT NULL DEFAULT nextval("+literal(sequenceText(t, c))+")")
	return true
}

// sequenceText is the sequence of a serial column as nextval takes it: names
// that need no quotes have none, for that is how it is shown.
func sequenceText(t *Table, c *pg.ColumnDef) string {
	plain := func(s string) string {
		if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz_0123456789") == "" && (s[0] < '0' || s[0] > '9') {
			return s
		}
		return quote(s)
	}
	name := plain(t.Name + "_" + c.Colname + "_seq")
	if t.Schema != "" {
		name = plain(t.Schema) + "." + name
	}
	return name
}

// declaredType is a type's name and modifiers if the engine would forget them,
// else "".
func declaredType(t *pg.TypeName) string {
	name := lastName(t.Names)
	var modifiers []string
	for _, m := range t.Typmods {
		if c := m.GetAConst(); c.GetIval() != nil {
			modifiers = append(modifiers, strconv.Itoa(int(c.GetIval().Ival)))
		}
	}
	switch name {
	case "varchar", "bpchar", "jsonb", "name", "char":
	case "timestamp", "timestamptz", "time", "timetz":
		if len(modifiers) == 0 {
			return ""
		}
	default:
		return ""
	}
	if len(modifiers) > 0 {
		name += "(" + strings.Join(modifiers, ",") + ")"
	}
	if len(t.ArrayBounds) > 0 {
		name += "[]"
	}
	return name
}
