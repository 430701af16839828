package catalog

import (
	"strings"

	"github.com/csvsql/csvsql/engine"
)

// thing is an object in pg_depend: that of a catalog, and of a relation maybe a
// column.
type thing struct {
	class, oid uint32
	column     int
}

// depends adds a row of pg_depend: a depends on b.
func (rs *rows) depends(a, b thing, kind string) {
	rs.pg("pg_depend", row{
		"classid": a.class, "objid": a.oid, "objsubid": a.column,
		"refclassid": b.class, "refobjid": b.oid, "refobjsubid": b.column, "deptype": kind,
	})
}

// addDependencies adds the rows of pg_depend for the table and what belongs to it
// (documentation, 53.18): what goes with what (a, i), and what cannot be dropped
// before (n).
func (s *Snapshot) addDependencies(rs *rows, t *Table) {
	table := thing{relationClass, t.OID, 0}
	column := func(i int) thing { return thing{relationClass, t.OID, i + 1} }
	rs.depends(table, thing{namespaceClass, t.Namespace, 0}, "n")
	rs.depends(thing{typeClass, t.RowType, 0}, table, "i")
	rs.depends(thing{typeClass, t.RowType + 1, 0}, thing{typeClass, t.RowType, 0}, "i")
	if t.View || t.Materialized != nil {
		rule := thing{rewriteClass, t.ruleOID(), 0}
		rs.depends(rule, table, "i")
		rs.depends(rule, table, "n")
		for _, read := range s.Reads(t) {
			rs.depends(rule, thing{relationClass, read.OID, 0}, "n")
		}
	}
	for i, c := range t.Columns {
		if c.enum != 0 {
			rs.depends(column(i), thing{typeClass, c.enum, 0}, "n")
		}
		if c.Default == "" {
			continue
		}
		expression := thing{defaultClass, t.defaultOID(i), 0}
		rs.depends(expression, column(i), "a")
		for _, q := range s.Sequences {
			if strings.Contains(c.Default, "nextval(") && strings.Contains(c.Default, q.Name) {
				rs.depends(expression, thing{relationClass, q.OID, 0}, "n")
			}
		}
	}
	for _, c := range t.Constraints {
		constraint := thing{constraintClass, c.OID, 0}
		for _, at := range c.Columns {
			rs.depends(constraint, column(at), "a")
			if c.Kind == engine.Check {
				rs.depends(constraint, column(at), "n")
			}
		}
		if target, ok := s.Find(c.References, nil); ok && c.Kind == engine.ForeignKey {
			rs.depends(constraint, thing{relationClass, c.Index, 0}, "n")
			for _, name := range c.ReferencedColumns {
				rs.depends(constraint, thing{relationClass, target.OID, target.attnum(name)}, "n")
			}
		}
	}
	for _, x := range t.Indexes {
		index := thing{relationClass, x.OID, 0}
		if of := t.constraintOf(x.OID); of != 0 {
			rs.depends(index, thing{constraintClass, of, 0}, "i")
			continue
		}
		for _, at := range x.Columns {
			if at >= 0 {
				rs.depends(index, column(at), "a")
			}
		}
	}
}

// constraintOf is the OID of the constraint that an index belongs to, or 0.
func (t *Table) constraintOf(index uint32) uint32 {
	for _, c := range t.Constraints {
		if c.Index == index && c.Kind != engine.ForeignKey {
			return c.OID
		}
	}
	return 0
}

// ruleOID is that of the rule of a view, defaultOID that of a column's default.
func (t *Table) ruleOID() uint32         { return t.RowType + 2 }
func (t *Table) defaultOID(i int) uint32 { return t.OID + uint32(i) + 1 }
