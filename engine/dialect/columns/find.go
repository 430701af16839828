package columns

import (
	"fmt"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/engine/dialect/rewrite"
)

// What a check finds out of types for the translation.

// columnRef finds a column that is a numeric without a scale, or an array of them,
// and one of a query around this one.
func (k *checker) columnRef(ref *pg.ColumnRef) {
	if k.refused != nil {
		k.reference(ref)
	}
	if len(ref.Fields) == 1 {
		k.row(ref)
	}
	c, ok := k.scope.find(ref)
	if k.scope.isOuter(ref) {
		note(&k.found.Outer, ref.Location, k.engineType(c.Type))
	}
	if ok && k.isArray(c.Type) {
		note(&k.found.Arrays, ref.Location, true)
	}
	switch {
	case !ok || c.Type.Mod != -1:
	case c.Type.OID == numericType:
		note(&k.found.Numerics, ref.Location, true)
	case k.catalog.Element(c.Type.OID) == numericType:
		note(&k.found.NumericArrays, ref.Location, true)
	}
}

// isArray reports whether a type is one of arrays. Others have elements too: of a name
// they are its characters.
func (s *scope) isArray(t Type) bool {
	elem := s.catalog.Element(t.OID)
	return elem != 0 && s.catalog.Array(elem) == t.OID
}

// isOuter reports whether a name is known to be that of a column of a query around
// this one.
func (s *scope) isOuter(ref *pg.ColumnRef) bool {
	if s.outer == nil {
		return false
	}
	if _, ok := s.outer.find(ref); !ok {
		return false
	}
	column, of := "", ""
	for _, f := range ref.Fields {
		of, column = column, f.GetString_().GetSval()
	}
	for _, t := range s.tables {
		if of != "" && t.name != of {
			continue
		}
		if _, ok := named(t.columns, column); ok || of != "" || !t.closed {
			return false
		}
	}
	return true
}

// note puts something into a map, which may be nil.
func note[V any](m *map[int32]V, location int32, value V) {
	if *m == nil {
		*m = map[int32]V{}
	}
	(*m)[location] = value
}

// row finds the columns of a table whose whole row is an operand.
func (k *checker) row(ref *pg.ColumnRef) {
	t, ok := k.scope.row(ref)
	if !ok {
		return
	}
	row := rewrite.Row{Table: t.name, Optional: t.optional}
	for _, c := range t.columns {
		row.Columns = append(row.Columns, c.Name)
	}
	note(&k.found.Rows, ref.Location, row)
}

// star finds the columns that SELECT * stands for.
func (k *checker) star(q *pg.SelectStmt, columns []Column) {
	for _, n := range q.TargetList {
		ref := n.GetResTarget().GetVal().GetColumnRef()
		if len(ref.GetFields()) != 1 || ref.Fields[0].GetAStar() == nil {
			continue
		}
		var list []rewrite.StarColumn
		for _, c := range columns {
			list = append(list, rewrite.StarColumn{Name: c.Name, Tables: c.of})
		}
		note(&k.found.Stars, ref.Location, list)
	}
}

// typeOfArgument finds the type that pg_typeof is asked for, if it is text to an
// engine.
func (k *checker) typeOfArgument(f *pg.FuncCall) {
	if len(f.Args) != 1 {
		return
	}
	switch t := k.typeOf(f.Args[0]); t.OID {
	case literalType, varcharType, bpcharType:
		note(&k.found.Names, f.Location, t.name())
	case nameType:
		note(&k.found.Names, f.Location, "name")
	case charType:
		note(&k.found.Names, f.Location, `"char"`)
	}
}

// unknown checks a string that takes the type of what it is compared with. Of that
// it takes no length and no precision.
func (k *checker) unknown(n *pg.Node, t Type) {
	k.constant(n, t)
	k.takes(n, Type{t.OID, -1})
}

// beside checks a string that takes the type of what may be there in its place.
func (k *checker) beside(n *pg.Node, t Type) {
	k.constant(n, t)
	if t.OID != numericType { // of which the zeros at its end are seen
		k.takes(n, Type{t.OID, -1})
	}
}

// takes notes the type that a string takes.
func (k *checker) takes(n *pg.Node, t Type) {
	c := n.GetAConst()
	if c.GetSval() == nil || c.Location < 0 {
		return
	}
	if typ := k.toRewrite(t); typ.Name != "" {
		note(&k.found.Constants, c.Location, typ)
	}
}

// toRewrite is a type whose constants the engine does not read as PostgreSQL does;
// without a name if it does.
func (k *checker) toRewrite(t Type) rewrite.Type {
	out := rewrite.Type{Mod: t.Mod}
	if out.Name = typeName(t.OID); out.Name == "" && t.OID != int2Vector && t.OID != oidVector {
		if elem := k.catalog.Element(t.OID); elem != 0 {
			out.Name, out.Array = elementName(elem), true
		}
	}
	return out
}

// engineType is the engine's name of a type, "" if it is not known.
func (k *checker) engineType(t Type) string {
	switch t.OID {
	case boolType:
		return "BOOLEAN"
	case int2Type:
		return "SMALLINT"
	case int4Type:
		return "INTEGER"
	case int8Type:
		return "BIGINT"
	case float4Type:
		return "REAL"
	case float8Type:
		return "DOUBLE"
	case numericType:
		precision, scale := (t.Mod-4)>>16, (t.Mod-4)&0x7ff // VARHDRSZ
		if t.Mod < 0 || precision > 38 {
			return "pg_numeric"
		}
		return fmt.Sprintf("DECIMAL(%d,%d)", precision, scale)
	case textType, varcharType, bpcharType:
		return "VARCHAR"
	case byteaType:
		return "BLOB"
	case dateType:
		return "DATE"
	case timeType:
		return "TIME"
	case timestampType:
		return "TIMESTAMP"
	case timestamptzType:
		return "TIMESTAMPTZ"
	case intervalType:
		return "INTERVAL"
	case uuidType:
		return "UUID"
	}
	if elem := k.catalog.Element(t.OID); elem != 0 {
		if name := k.engineType(Type{elem, t.Mod}); name != "" {
			return name + "[]"
		}
	}
	return ""
}

// typeName is the name in pg_type of the types whose constants are translated.
func typeName(oid uint32) string {
	switch oid {
	case boolType:
		return "bool"
	case byteaType:
		return "bytea"
	case bpcharType:
		return "bpchar"
	case varcharType:
		return "varchar"
	case numericType:
		return "numeric"
	case dateType:
		return "date"
	case timeType:
		return "time"
	case timestampType:
		return "timestamp"
	case timestamptzType:
		return "timestamptz"
	case intervalType:
		return "interval"
	}
	return ""
}

// elementName is that of a type whose arrays are.
func elementName(oid uint32) string {
	switch oid {
	case int2Type:
		return "int2"
	case int4Type:
		return "int4"
	case int8Type:
		return "int8"
	case float4Type:
		return "float4"
	case float8Type:
		return "float8"
	case textType:
		return "text"
	case uuidType:
		return "uuid"
	}
	return typeName(oid)
}

// insert checks an INSERT, and what is written into which columns.
func (k *checker) insert(s *pg.InsertStmt) {
	k.addWith(s.WithClause)
	if k.refused != nil {
		k.assigned(s.Relation, s.Cols)
	}
	columns, _ := k.relation(s.Relation)
	k.target(columns)
	q := s.SelectStmt.GetSelectStmt()
	if len(s.Cols) > 0 {
		var named []Column
		for _, n := range s.Cols {
			named = append(named, columnOf(columns, n.GetResTarget().GetName()))
		}
		columns = named
	}
	if q != nil {
		k.nested(q)
		for _, row := range q.ValuesLists {
			k.written(row.GetList().GetItems(), columns)
		}
		if q.Op == pg.SetOperation_SETOP_NONE {
			k.written(targets(q), columns)
		}
	}
	if c := s.OnConflictClause; c != nil {
		k.conflict(s.Relation, c.Infer.GetConname(), columns)
		k.source(&pg.Node{Node: &pg.Node_RangeVar{RangeVar: s.Relation}})
		k.update(s.Relation, c.TargetList)
	}
}

// conflict finds the columns of the constraint that ON CONFLICT names.
func (k *checker) conflict(table *pg.RangeVar, constraint string, columns []Column) {
	if constraint == "" || len(columns) == 0 {
		return
	}
	k.found.Conflict = k.catalog.Key(table.Schemaname, table.Relname, constraint)
	if k.found.Conflict == nil {
		k.unsupported(-1, `ON CONFLICT ON CONSTRAINT "`+constraint+`"`,
			"Keys have the names that PostgreSQL gives them, as in pg_constraint. Or name the columns: ON CONFLICT (id).")
	}
}

// columnOf is the column of a name, without a type if there is none.
func columnOf(columns []Column, name string) Column {
	c, _ := named(columns, name)
	return c
}

// target notes the columns that are written.
func (k *checker) target(columns []Column) {
	if k.found.Target != nil {
		return
	}
	for _, c := range columns {
		k.found.Target = append(k.found.Target, rewrite.TargetColumn{Name: c.Name, Type: k.toRewrite(c.Type)})
	}
}

// written checks values that are written into columns.
func (k *checker) written(values []*pg.Node, columns []Column) {
	for i, n := range values {
		if i < len(columns) {
			k.writtenInto(n, columns[i])
		}
	}
}

// update checks what an UPDATE, or ON CONFLICT, sets.
func (k *checker) update(table *pg.RangeVar, list []*pg.Node) {
	columns, _ := k.relation(table)
	k.target(columns)
	for i := 0; i < len(list); i++ {
		t := list[i].GetResTarget()
		several := t.GetVal().GetMultiAssignRef()
		if several == nil {
			k.expr(t.GetVal())
			k.writtenInto(t.GetVal(), columnOf(columns, t.GetName()))
			continue
		}
		k.expr(several.Source)
		for n, v := range several.Source.GetRowExpr().GetArgs() {
			if i+n < len(list) {
				k.writtenInto(v, columnOf(columns, list[i+n].GetResTarget().GetName()))
			}
		}
		i += int(several.Ncolumns) - 1
	}
}

// writtenInto checks a value that is written into a column, whose type a string
// takes.
func (k *checker) writtenInto(n *pg.Node, c Column) {
	s := n.GetAConst().GetSval()
	if s == nil || c.Type.OID == 0 {
		return
	}
	k.constant(n, c.Type)
	t := k.toRewrite(c.Type)
	if !t.Holds(s.Sval) {
		k.report(-1, "22001", "value too long for type %s(%d)", c.Type.name(), c.Type.Mod-4)
	}
	if c.Type.OID != numericType { // which keeps the zeros at its end
		k.takes(n, c.Type)
	}
}

// frame checks the ends of a window's frame: beside times a string is an interval
// (documentation, 4.2.8).
func (k *checker) frame(w *pg.WindowDef) {
	if len(w.OrderClause) != 1 {
		return
	}
	switch category(k.typ(w.OrderClause[0].GetSortBy().GetNode())) {
	case 'D', 'T':
		k.unknown(w.StartOffset, Type{intervalType, -1})
		k.unknown(w.EndOffset, Type{intervalType, -1})
	}
}
