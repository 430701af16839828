package catalog

import (
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/oid"
)

// superuserName is the role that owns everything.
const superuserName = "postgres"

func yesNo(b bool) string {
	if b {
		return "YES"
	}
	return "NO"
}

// The columns that name the database are empty here: the engine fills them in
// for each session, see Builtins.

// addTableInformation adds what information_schema says of a table or view. Of
// materialized views it knows nothing.
func (s *Snapshot) addTableInformation(rs *rows, t *Table) {
	if t.Materialized != nil {
		return
	}
	kind := "BASE TABLE"
	switch {
	case t.View:
		kind = "VIEW"
		rs.info("views", row{
			"table_catalog": "", "table_schema": t.Schema, "table_name": t.Name, "view_definition": viewDefinition(t.Query),
			"check_option": "NONE", "is_updatable": "NO", "is_insertable_into": "NO", "is_trigger_updatable": "NO",
			"is_trigger_deletable": "NO", "is_trigger_insertable_into": "NO",
		})
	case t.temporary():
		kind = "LOCAL TEMPORARY"
	}
	rs.info("tables", row{
		"table_catalog": "", "table_schema": t.Schema, "table_name": t.Name, "table_type": kind,
		"is_insertable_into": yesNo(!t.View), "is_typed": "NO",
	})
	for _, privilege := range []string{"INSERT", "SELECT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"} {
		grant := row{
			"grantor": superuserName, "grantee": superuserName, "table_catalog": "", "table_schema": t.Schema, "table_name": t.Name,
			"privilege_type": privilege, "is_grantable": "YES", "with_hierarchy": yesNo(privilege == "SELECT"),
		}
		rs.info("table_privileges", grant)
		rs.info("role_table_grants", grant)
	}
	for i := range t.Columns {
		rs.info("columns", t.columnInformation(i))
	}
}

// columnInformation is a row of information_schema.columns.
func (t *Table) columnInformation(i int) row {
	c := &t.Columns[i]
	r := row{
		"table_catalog": "", "table_schema": t.Schema, "table_name": t.Name, "column_name": c.Name, "ordinal_position": i + 1,
		"is_nullable": yesNo(!c.NotNull), "udt_catalog": "", "dtd_identifier": number(i + 1), "is_self_referencing": "NO",
		"is_identity": "NO", "identity_cycle": "NO", "is_generated": "NEVER", "is_updatable": yesNo(!t.View),
	}
	if c.Default != "" {
		r["column_default"] = c.Default
	}
	info := builtinTypes()[uint32(c.Type.OID)]
	r["udt_schema"], r["udt_name"] = "pg_catalog", info.name
	mod := int(c.Type.Mod)
	switch {
	case c.enum != 0:
		r["data_type"], r["udt_schema"] = "USER-DEFINED", t.Schema
	case info.elem != 0:
		r["data_type"] = "ARRAY"
	default:
		r["data_type"] = info.format
	}
	switch c.Type.OID {
	case oid.Varchar, oid.Bpchar:
		if mod > 0 {
			r["character_maximum_length"], r["character_octet_length"] = mod-4, 4*(mod-4)
		} else {
			r["character_octet_length"] = 1 << 30
		}
	case oid.Text:
		r["character_octet_length"] = 1 << 30
	case oid.Int2:
		r["numeric_precision"], r["numeric_precision_radix"], r["numeric_scale"] = 16, 2, 0
	case oid.Int4:
		r["numeric_precision"], r["numeric_precision_radix"], r["numeric_scale"] = 32, 2, 0
	case oid.Int8:
		r["numeric_precision"], r["numeric_precision_radix"], r["numeric_scale"] = 64, 2, 0
	case oid.Float4:
		r["numeric_precision"], r["numeric_precision_radix"] = 24, 2
	case oid.Float8:
		r["numeric_precision"], r["numeric_precision_radix"] = 53, 2
	case oid.Numeric:
		r["numeric_precision_radix"] = 10
		if mod > 0 {
			r["numeric_precision"], r["numeric_scale"] = (mod-4)>>16, (mod-4)&0xffff
		}
	case oid.Date:
		r["datetime_precision"] = 0
	case oid.Time, oid.Timetz, oid.Timestamp, oid.Timestamptz, oid.Interval:
		r["datetime_precision"] = 6
	}
	return r
}

func (s *Snapshot) addConstraintInformation(rs *rows, t *Table, c *Constraint) {
	kinds := map[engine.ConstraintKind]string{
		engine.PrimaryKey: "PRIMARY KEY", engine.Unique: "UNIQUE", engine.ForeignKey: "FOREIGN KEY", engine.Check: "CHECK",
	}
	constraint := row{"constraint_catalog": "", "constraint_schema": t.Schema, "constraint_name": c.Name}
	with := func(more row) row { return more.defaulted(constraint) }
	of := func(u *Table) row { return row{"table_catalog": "", "table_schema": u.Schema, "table_name": u.Name} }
	list := with(of(t).defaulted(row{
		"constraint_type": kinds[c.Kind], "is_deferrable": "NO", "initially_deferred": "NO", "enforced": "YES",
	}))
	if c.Kind == engine.Unique {
		list["nulls_distinct"] = "YES"
	}
	rs.info("table_constraints", list)
	if c.Kind == engine.Check {
		rs.info("check_constraints", with(row{"check_clause": "(" + t.checkExpression(c.Check) + ")"}))
	} else {
		for i, at := range c.Columns {
			usage := with(of(t).defaulted(row{"column_name": t.Columns[at].Name, "ordinal_position": i + 1}))
			if c.Kind == engine.ForeignKey {
				usage["position_in_unique_constraint"] = i + 1
			}
			rs.info("key_column_usage", usage)
		}
	}
	// What a foreign key uses is the other table.
	used, columns := t, make([]string, 0, len(c.Columns))
	for _, at := range c.Columns {
		columns = append(columns, t.Columns[at].Name)
	}
	if c.Kind == engine.ForeignKey {
		target, ok := s.Find(c.References, nil)
		if !ok {
			return
		}
		used, columns = target, c.ReferencedColumns
		r := with(row{"match_option": "NONE", "update_rule": "NO ACTION", "delete_rule": "NO ACTION"})
		for _, key := range target.Constraints {
			if key.Index == c.Index && key.Kind != engine.ForeignKey {
				r["unique_constraint_catalog"], r["unique_constraint_schema"], r["unique_constraint_name"] = "", target.Schema, key.Name
			}
		}
		rs.info("referential_constraints", r)
	}
	for _, column := range columns {
		rs.info("constraint_column_usage", with(of(used).defaulted(row{"column_name": column})))
	}
	rs.info("constraint_table_usage", with(of(used)))
}
