package catalog

import (
	"iter"
	"slices"

	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/pglex"
)

// Relations are the rows that a database adds to those of package builtin. The
// caller releases the readers.
func (s *Snapshot) Relations() iter.Seq2[engine.TableName, array.RecordReader] {
	rs := &rows{}
	for _, name := range relationsOfDatabase() {
		rs.of(name.Schema, name.Name) // one whose last row is gone has to be published too
	}
	s.addSchemaRows(rs)
	for i := range s.Tables {
		t := &s.Tables[i]
		t.addClass(rs, s.referenced(t))
		t.addAttributes(rs)
		t.addRowType(rs)
		t.addIndexes(rs)
		t.addComments(rs)
		s.addConstraintRows(rs, t)
		s.addDependencies(rs, t)
		s.addTableInformation(rs, t)
	}
	for i := range s.Sequences {
		s.Sequences[i].add(rs)
	}
	for i := range s.Enums {
		s.Enums[i].add(rs)
	}
	s.addOwnedSequences(rs)
	return rs.all()
}

// relationsOfDatabase are the relations that Relations has rows of.
func relationsOfDatabase() []engine.TableName {
	var all []engine.TableName
	for schema, names := range map[string][]string{
		"pg_catalog": {
			"pg_namespace", "pg_class", "pg_attribute", "pg_type", "pg_attrdef", "pg_constraint", "pg_index", "pg_enum",
			"pg_description", "pg_sequence", "pg_sequences", "pg_tables", "pg_views", "pg_indexes", "pg_rewrite", "pg_depend",
			"pg_matviews", "pg_stat_all_tables", "pg_stat_user_tables", "pg_statio_all_tables", "pg_statio_user_tables",
		},
		"information_schema": {
			"schemata", "tables", "columns", "views", "table_constraints", "key_column_usage", "constraint_column_usage",
			"constraint_table_usage", "referential_constraints", "check_constraints", "sequences", "table_privileges", "role_table_grants",
		},
		"csvsql": {"definition"},
	} {
		for _, name := range names {
			all = append(all, engine.TableName{Schema: schema, Name: name})
		}
	}
	return all
}

// Withdrawal takes a session's own Relations away again.
func (s *Snapshot) Withdrawal() iter.Seq2[engine.TableName, array.RecordReader] {
	return func(yield func(engine.TableName, array.RecordReader) bool) {
		for _, name := range relationsOfDatabase() {
			if !yield(name, nil) {
				return
			}
		}
	}
}

// HasTemporary says whether there are tables that only this session sees.
func (s *Snapshot) HasTemporary() bool {
	return slices.ContainsFunc(s.Tables, func(t Table) bool { return t.temporary() })
}

func (s *Snapshot) addSchemaRows(rs *rows) {
	for _, schema := range s.Schemas {
		if schema.OID == publicSchema {
			continue // everybody has that
		}
		rs.pg("pg_namespace", row{"oid": schema.OID, "nspname": schema.Name, "nspowner": superuser})
		rs.info("schemata", row{"catalog_name": "", "schema_name": schema.Name, "schema_owner": superuserName})
		if schema.Comment != "" {
			rs.pg("pg_description", row{"objoid": schema.OID, "classoid": namespaceClass, "objsubid": 0, "description": schema.Comment})
		}
	}
}

// classDefaults are what all relations of users have in common in pg_class.
func classDefaults() row {
	return row{
		"reltype": 0, "reloftype": 0, "relowner": superuser, "relam": 0, "reltablespace": 0,
		"relpages": 0, "reltuples": 0.0, "relallvisible": 0, "reltoastrelid": 0, "relhasindex": false, "relisshared": false,
		"relpersistence": "p", "relchecks": 0, "relhasrules": false, "relhastriggers": false, "relhassubclass": false,
		"relrowsecurity": false, "relforcerowsecurity": false, "relispopulated": true, "relreplident": "n",
		"relispartition": false, "relrewrite": 0, "relfrozenxid": 0, "relminmxid": 0,
	}
}

// referenced says whether a foreign key refers to the table.
func (s *Snapshot) referenced(t *Table) bool {
	return slices.ContainsFunc(s.Tables, func(other Table) bool {
		return slices.ContainsFunc(other.Constraints, func(c Constraint) bool {
			return c.Kind == engine.ForeignKey && c.References == t.TableName
		})
	})
}

// addClass adds the table. In PostgreSQL the tables on both sides of a foreign
// key have triggers.
func (t *Table) addClass(rs *rows, triggers bool) {
	class := row{
		"oid": t.OID, "relname": t.Name, "relnamespace": t.Namespace, "reltype": t.RowType, "relnatts": len(t.Columns),
	}
	if t.temporary() {
		class["relpersistence"] = "t"
	}
	if t.View {
		class["relkind"] = "v"
		class["relhasrules"] = true
		class["relfilenode"] = 0
		rs.pg("pg_class", class.defaulted(classDefaults()))
		rs.pg("pg_views", row{"schemaname": t.Schema, "viewname": t.Name, "viewowner": superuserName, "definition": t.addRule(rs)})
		return
	}
	checks := 0
	for _, c := range t.Constraints {
		switch c.Kind {
		case engine.Check:
			checks++
		case engine.ForeignKey:
			triggers = true
		}
	}
	class["relkind"] = "r"
	class["relam"] = heapAM
	class["relfilenode"] = t.OID
	class["relreplident"] = "d"
	class["reltuples"] = float64(t.Rows)
	class["relpages"] = int(t.pages())
	class["relhasindex"] = len(t.Indexes) > 0
	class["relchecks"] = checks
	class["relhastriggers"] = triggers
	if m := t.Materialized; m != nil {
		class["relkind"] = "m"
		class["relhasrules"] = true
		class["relispopulated"] = m.Populated
		rs.pg("pg_matviews", row{
			"schemaname": t.Schema, "matviewname": t.Name, "matviewowner": superuserName, "hasindexes": len(t.Indexes) > 0,
			"ispopulated": m.Populated, "definition": t.addRule(rs),
		})
	} else {
		rs.pg("pg_tables", row{
			"schemaname": t.Schema, "tablename": t.Name, "tableowner": superuserName,
			"hasindexes": len(t.Indexes) > 0, "hasrules": false, "hastriggers": triggers, "rowsecurity": false,
		})
	}
	rs.pg("pg_class", class.defaulted(classDefaults()))
	for _, name := range []string{"pg_stat_all_tables", "pg_stat_user_tables"} {
		rs.pg(name, row{
			"relid": t.OID, "schemaname": t.Schema, "relname": t.Name, "seq_scan": 0, "seq_tup_read": 0,
			"n_tup_ins": 0, "n_tup_upd": 0, "n_tup_del": 0, "n_tup_hot_upd": 0, "n_live_tup": t.Rows, "n_dead_tup": 0,
			"n_mod_since_analyze": 0, "n_ins_since_vacuum": 0,
			"vacuum_count": 0, "autovacuum_count": 0, "analyze_count": 0, "autoanalyze_count": 0,
		})
	}
	for _, name := range []string{"pg_statio_all_tables", "pg_statio_user_tables"} {
		rs.pg(name, row{"relid": t.OID, "schemaname": t.Schema, "relname": t.Name, "heap_blks_read": 0, "heap_blks_hit": 0})
	}
	rs.define("pg_relation_size", t.OID, number(int(t.pages()*pageSize)))
	rs.define("pg_table_size", t.OID, number(int(t.size())))
}

// addRule adds the rule that makes a relation a view of either kind, and returns
// the view's definition.
func (t *Table) addRule(rs *rows) string {
	query := viewDefinition(t.Query)
	rs.pg("pg_rewrite", row{"oid": t.ruleOID(), "rulename": "_RETURN", "ev_class": t.OID, "ev_type": "1", "ev_enabled": "O", "is_instead": true})
	rs.define("pg_get_viewdef", t.OID, query)
	return query
}

// temporarySchema is that of temporary tables, see engine.Table.
const temporarySchema = "pg_temp"

func (t *Table) temporary() bool { return t.Schema == temporarySchema }

// typeOID is the column's type in pg_attribute.
func (c *Column) typeOID() uint32 {
	if c.enum != 0 {
		return c.enum
	}
	return uint32(c.Type.OID)
}

// attribute is a row of pg_attribute.
func attribute(relation uint32, name string, num int, t typeInfo) row {
	dims := 0
	if t.elem != 0 && t.length == -1 {
		dims = 1
	}
	return row{
		"attrelid": relation, "attname": name, "atttypid": t.oid, "attstattarget": -1, "attlen": t.length, "attnum": num,
		"attndims": dims, "attcacheoff": -1, "atttypmod": -1, "attbyval": t.byValue, "attalign": t.align, "attstorage": t.storage,
		"attcompression": "", "attnotnull": false, "atthasdef": false, "atthasmissing": false, "attidentity": "", "attgenerated": "",
		"attisdropped": false, "attislocal": true, "attinhcount": 0, "attcollation": t.collation,
	}
}

// enumType is what all enumerated types have in common.
func enumType(oid uint32) typeInfo {
	return typeInfo{oid: oid, length: 4, byValue: true, align: "i", storage: "p"}
}

func (c *Column) typeInfo() typeInfo {
	if c.enum != 0 {
		return enumType(c.enum)
	}
	return builtinTypes()[uint32(c.Type.OID)]
}

func (t *Table) addAttributes(rs *rows) {
	for i := range t.Columns {
		c := &t.Columns[i]
		a := attribute(t.OID, c.Name, i+1, c.typeInfo())
		a["atttypmod"] = int(c.Type.Mod)
		a["attnotnull"] = c.NotNull
		a["atthasdef"] = c.Default != ""
		rs.pg("pg_attribute", a)
		if c.Default != "" {
			rs.pg("pg_attrdef", row{"oid": t.defaultOID(i), "adrelid": t.OID, "adnum": i + 1, "adbin": c.Default})
		}
	}
	if t.View {
		return
	}
	// The columns that every table has.
	for _, system := range []struct {
		name string
		num  int
		oid  uint32
	}{{"tableoid", -6, 26}, {"cmax", -5, 29}, {"xmax", -4, 28}, {"cmin", -3, 29}, {"xmin", -2, 28}, {"ctid", -1, 27}} {
		a := attribute(t.OID, system.name, system.num, builtinTypes()[system.oid])
		a["attstattarget"] = 0
		a["attnotnull"] = true
		rs.pg("pg_attribute", a)
	}
}

// typeDefaults are what all types of users have in common in pg_type.
func typeDefaults() row {
	return row{
		"typowner": superuser, "typispreferred": false, "typisdefined": true, "typdelim": ",", "typrelid": 0, "typsubscript": 0,
		"typelem": 0, "typarray": 0, "typmodin": 0, "typmodout": 0, "typanalyze": 0, "typnotnull": false, "typbasetype": 0,
		"typtypmod": -1, "typndims": 0, "typcollation": 0,
	}
}

// arrayType is the row of an array's type in pg_type.
func arrayType(oid, elem, namespace uint32, name, align string) row {
	return row{
		"oid": oid, "typname": "_" + name, "typnamespace": namespace, "typlen": -1, "typbyval": false, "typtype": "b",
		"typcategory": "A", "typelem": elem, "typsubscript": 6179, "typinput": 750, "typoutput": 751, "typreceive": 2400, "typsend": 2401,
		"typanalyze": 3816, "typalign": align, "typstorage": "x",
	}.defaulted(typeDefaults())
}

// addRowType adds the composite type of the table's rows.
func (t *Table) addRowType(rs *rows) {
	rs.pg("pg_type", row{
		"oid": t.RowType, "typname": t.Name, "typnamespace": t.Namespace, "typlen": -1, "typbyval": false, "typtype": "c",
		"typcategory": "C", "typrelid": t.OID, "typarray": t.RowType + 1, "typinput": 2290, "typoutput": 2291, "typreceive": 2402,
		"typsend": 2403, "typalign": "d", "typstorage": "x",
	}.defaulted(typeDefaults()))
	rs.pg("pg_type", arrayType(t.RowType+1, t.RowType, t.Namespace, t.Name, "d"))
	name := pglex.QuoteIdentifier(t.Name)
	if t.Namespace != publicSchema {
		name = pglex.QuoteIdentifier(t.Schema) + "." + name
	}
	rs.define("format_type", t.RowType, name)
	rs.define("format_type", t.RowType+1, name+"[]")
}

func (e *Enum) add(rs *rows) {
	rs.depends(thing{typeClass, e.OID, 0}, thing{namespaceClass, e.Namespace, 0}, "n")
	rs.depends(thing{typeClass, e.Array, 0}, thing{typeClass, e.OID, 0}, "i")
	rs.pg("pg_type", row{
		"oid": e.OID, "typname": e.Name, "typnamespace": e.Namespace, "typlen": 4, "typbyval": true, "typtype": "e",
		"typcategory": "E", "typarray": e.Array, "typinput": 3506, "typoutput": 3507, "typreceive": 3532, "typsend": 3533,
		"typalign": "i", "typstorage": "p",
	}.defaulted(typeDefaults()))
	rs.pg("pg_type", arrayType(e.Array, e.OID, e.Namespace, e.Name, "i"))
	for i, label := range e.Labels {
		rs.pg("pg_enum", row{"oid": e.OID + uint32(i) + 2, "enumtypid": e.OID, "enumsortorder": float64(i + 1), "enumlabel": label})
	}
	name := pglex.QuoteIdentifier(e.Name)
	if e.Namespace != publicSchema {
		name = pglex.QuoteIdentifier(e.Schema) + "." + name
	}
	rs.define("format_type", e.OID, name)
	rs.define("format_type", e.Array, name+"[]")
}

func (t *Table) addComments(rs *rows) {
	add := func(column int, text string) {
		if text != "" {
			rs.pg("pg_description", row{"objoid": t.OID, "classoid": relationClass, "objsubid": column, "description": text})
		}
	}
	add(0, t.Comment)
	for i, c := range t.Columns {
		add(i+1, c.Comment)
	}
}

func (q *Sequence) add(rs *rows) {
	const bigint uint32 = 20
	rs.depends(thing{relationClass, q.OID, 0}, thing{namespaceClass, q.Namespace, 0}, "n")
	class := row{"oid": q.OID, "relname": q.Name, "relnamespace": q.Namespace, "relkind": "S", "relnatts": 3, "relfilenode": q.OID, "reltuples": 1.0, "relpages": 1}
	rs.pg("pg_class", class.defaulted(classDefaults()))
	rs.define("pg_relation_size", q.OID, number(pageSize))
	rs.define("pg_table_size", q.OID, number(pageSize))
	for i, c := range []struct {
		name string
		oid  uint32
	}{{"last_value", bigint}, {"log_cnt", bigint}, {"is_called", 16}} {
		a := attribute(q.OID, c.name, i+1, builtinTypes()[c.oid])
		a["attnotnull"] = true
		rs.pg("pg_attribute", a)
	}
	rs.pg("pg_sequence", row{
		"seqrelid": q.OID, "seqtypid": bigint, "seqstart": q.Start, "seqincrement": q.Increment, "seqmax": q.Max, "seqmin": q.Min,
		"seqcache": 1, "seqcycle": q.Cycle,
	})
	sequences := row{
		"schemaname": q.Schema, "sequencename": q.Name, "sequenceowner": superuserName, "data_type": bigint, "start_value": q.Start,
		"min_value": q.Min, "max_value": q.Max, "increment_by": q.Increment, "cycle": q.Cycle, "cache_size": 1,
	}
	if q.Comment != "" {
		rs.pg("pg_description", row{"objoid": q.OID, "classoid": relationClass, "objsubid": 0, "description": q.Comment})
	}
	if q.Last != nil {
		sequences["last_value"] = *q.Last
	}
	rs.pg("pg_sequences", sequences)
	rs.info("sequences", row{
		"sequence_catalog": "", "sequence_schema": q.Schema, "sequence_name": q.Name, "data_type": "bigint", "numeric_precision": 64,
		"numeric_precision_radix": 2, "numeric_scale": 0, "start_value": decimal(q.Start), "minimum_value": decimal(q.Min),
		"maximum_value": decimal(q.Max), "increment": decimal(q.Increment), "cycle_option": yesNo(q.Cycle),
	})
}
