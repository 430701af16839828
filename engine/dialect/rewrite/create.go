package rewrite

import (
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// Table is what the engine does not keep of a CREATE TABLE or ALTER TABLE.
type Table struct {
	Schema, Name string
	// Declared are the types of columns that the engine has no type of its own
	// for, as in "varchar(100)".
	Declared []DeclaredColumn
}

// DeclaredColumn is a column and its type.
type DeclaredColumn struct{ Name, Type string }

// View is a view as CREATE VIEW names it. Query is PostgreSQL's SQL for its rows,
// with the names that the statement gives its columns.
type View struct{ Schema, Name, Query string }

// createView notes the query of a view.
func (r *rewriter) createView(s *pg.ViewStmt) {
	i := r.lastOfName(r.at(s.View.Location)) + 1
	columns := ""
	if r.is(i, '(') {
		list := span{i, r.tokens[i].match}
		columns = " " + r.sql[r.start(list):r.end(list)]
		i = list.last + 1
	}
	for i < len(r.tokens) && !r.isWord(i, "as") {
		i++
	}
	if i+1 >= len(r.tokens) {
		return
	}
	query := r.sql[r.tokens[i+1].Start:r.tokens[len(r.tokens)-1].End]
	if columns != "" {
		query = "SELECT * FROM (" + query + ") AS query" + columns
	}
	r.view = &View{s.View.Schemaname, s.View.Relname, query}
}

// created rewrites the name of what is created, and those of its columns if there
// is a list of them.
func (r *rewriter) created(v *pg.RangeVar) {
	if v == nil {
		return
	}
	i := r.lastOfName(r.at(v.Location))
	r.name(i)
	r.names(i + 1)
}

// createTable rewrites the names and the types of columns.
func (r *rewriter) createTable(s *pg.CreateStmt) {
	r.name(r.lastOfName(r.at(s.Relation.Location)))
	t := &Table{Schema: s.Relation.GetSchemaname(), Name: s.Relation.GetRelname()}
	for _, e := range s.TableElts {
		r.expr(e, inside)
		if c := e.GetColumnDef(); c.GetTypeName() != nil {
			r.name(r.at(c.Location))
			t.declare(c)
		}
	}
	r.declared(t)
	if len(s.Options) > 0 {
		r.storageParameters(r.at(s.Relation.Location))
	}
}

// alterTable does the same with columns that are added, or get another type.
func (r *rewriter) alterTable(s *pg.AlterTableStmt) {
	t := &Table{Schema: s.Relation.GetSchemaname(), Name: s.Relation.GetRelname()}
	for _, n := range s.Cmds {
		cmd := n.GetAlterTableCmd()
		c := cmd.GetDef().GetColumnDef()
		if c.GetTypeName() == nil {
			continue
		}
		r.expr(cmd.Def, inside)
		named := &pg.ColumnDef{Colname: c.Colname, TypeName: c.TypeName}
		if cmd.Subtype == pg.AlterTableType_AT_AlterColumnType {
			named.Colname = cmd.Name
		}
		t.declare(named)
	}
	r.declared(t)
}

// declare adds a column if the engine would forget its type.
func (t *Table) declare(c *pg.ColumnDef) {
	if declared := declaredType(c.TypeName); declared != "" {
		t.Declared = append(t.Declared, DeclaredColumn{c.Colname, declared})
	}
}

// declared keeps what the engine would forget of a table, if that is anything.
func (r *rewriter) declared(t *Table) {
	if len(t.Declared) > 0 {
		r.table = t
	}
}

// storageParameters takes WITH (fillfactor = 70) away from a CREATE TABLE: they
// change no answer, and the engine has none.
func (r *rewriter) storageParameters(from int) {
	for i := from; i+1 < len(r.tokens); i++ {
		switch {
		case r.isWord(i, "with") && r.is(i+1, '('):
			r.replace(span{i, r.tokens[i+1].match}, "")
			return
		case r.is(i, '('):
			i = r.tokens[i].match
		}
	}
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
	case "varchar", "bpchar", "name", "char":
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
