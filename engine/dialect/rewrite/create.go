package rewrite

import (
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// Table is what the engine does not keep of a CREATE TABLE or ALTER TABLE.
type Table struct {
	Schema, Name string
	Altered      bool // it was there before
	// Declared are the types of columns that the engine has no type of its own
	// for, as in "varchar(100)". One that is altered to a type of the engine has "".
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
			r.columnConstraints(c)
			t.declare(c.Colname, c.TypeName)
		}
	}
	r.declared(t)
	if len(s.Options) > 0 {
		r.storageParameters(r.at(s.Relation.Location))
	}
}

// declare adds a column if the engine would forget its type, or an altered one has
// forgotten it.
func (t *Table) declare(column string, typ *pg.TypeName) {
	if declared := declaredType(typ); declared != "" || t.Altered {
		t.Declared = append(t.Declared, DeclaredColumn{column, declared})
	}
}

// declared keeps what the engine would forget of a table, if that is anything.
func (r *rewriter) declared(t *Table) {
	if len(t.Declared) > 0 {
		r.table = t
	}
}

// alterTable rewrites the types, defaults and USING of an ALTER TABLE.
func (r *rewriter) alterTable(s *pg.AlterTableStmt) {
	t := &Table{Schema: s.Relation.GetSchemaname(), Name: s.Relation.GetRelname(), Altered: true}
	for _, n := range s.Cmds {
		cmd := n.GetAlterTableCmd()
		c := cmd.GetDef().GetColumnDef()
		switch {
		case c.GetTypeName() != nil:
			name := c.Colname
			if cmd.Subtype == pg.AlterTableType_AT_AlterColumnType {
				name = cmd.Name
			}
			t.declare(name, c.TypeName)
			r.columnType(c)
			r.columnConstraints(c)
			r.expr(c.RawDefault, inside) // USING
		case cmd.GetSubtype() == pg.AlterTableType_AT_ColumnDefault:
			r.defaultValue(cmd.Def, nil)
		}
	}
	r.declared(t)
}

// columnConstraints rewrites the default of a column, and takes its collation away if
// that is the only one there is.
func (r *rewriter) columnConstraints(c *pg.ColumnDef) {
	for _, n := range c.Constraints {
		if d := n.GetConstraint(); d.GetContype() == pg.ConstrType_CONSTR_DEFAULT {
			r.defaultValue(d.RawExpr, c.TypeName)
		}
	}
	if k := c.CollClause; k != nil && plainCollation(lastName(k.Collname)) {
		at := r.at(k.Location)
		r.replace(span{at, r.lastOfName(at + 1)}, "")
	}
}

// defaultValue rewrites what the engine would not understand of a default: arrays,
// and the names of sequences. It is kept in the database, where there are no macros.
func (r *rewriter) defaultValue(n *pg.Node, column *pg.TypeName) {
	if cast := n.GetTypeCast(); cast != nil && len(cast.TypeName.ArrayBounds) > 0 {
		r.castToArray(cast, inside)
		return
	}
	if s, ok := isString(n); ok && len(column.GetArrayBounds()) > 0 {
		if list, ok := arrayLiteral(s); ok {
			i := r.at(n.GetAConst().Location)
			r.replace(span{i, i}, list)
		}
	}
	if f := n.GetFuncCall(); f != nil && lastName(f.Funcname) == "nextval" {
		r.sequenceName(f)
	}
}

// sequenceName takes ::regclass from the name of a sequence. It reports whether it was
// there.
func (r *rewriter) sequenceName(f *pg.FuncCall) bool {
	if len(f.Args) != 1 {
		return false
	}
	c := f.Args[0].GetTypeCast()
	if c == nil || lastName(c.TypeName.Names) != "regclass" {
		return false
	}
	if _, ok := isString(c.Arg); !ok || r.text(r.at(castLocation(c))) != "::" {
		return false
	}
	at := r.at(castLocation(c))
	r.replace(span{at, r.lastOfType(r.at(c.TypeName.Location))}, "")
	return true
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
