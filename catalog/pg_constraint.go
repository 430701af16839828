package catalog

import (
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/pglex"
)

func (t *Table) addIndexes(rs *rows) {
	for i := range t.Indexes {
		x := &t.Indexes[i]
		class := row{
			"oid": x.OID, "relname": x.Name, "relnamespace": t.Namespace, "relkind": "i", "relam": btreeAM, "relnatts": len(x.Columns),
			"relfilenode": x.OID, "reltuples": float64(t.Rows), "relpages": int(indexPages(t.Rows, t.indexTypes(x))),
		}
		rs.define("pg_relation_size", x.OID, number(int(indexPages(t.Rows, t.indexTypes(x))*pageSize)))
		rs.define("pg_table_size", x.OID, number(int(indexPages(t.Rows, t.indexTypes(x))*pageSize)))
		rs.define("index of", x.OID, number(int(t.OID)))
		if t.temporary() {
			class["relpersistence"] = "t"
		}
		rs.pg("pg_class", class.defaulted(classDefaults()))
		t.addIndexRow(rs, x)
		definition := t.indexDefinition(x)
		rs.pg("pg_indexes", row{"schemaname": t.Schema, "tablename": t.Name, "indexname": x.Name, "indexdef": definition})
		rs.define("pg_get_indexdef", x.OID, definition)
	}
}

func (t *Table) addIndexRow(rs *rows, x *Index) {
	var keys, collations, classes, options []any
	types := t.indexTypes(x)
	for i, at := range x.Columns {
		info := types[i]
		if at >= 0 {
			a := attribute(x.OID, t.Columns[at].Name, i+1, info)
			a["atttypmod"] = int(t.Columns[at].Type.Mod)
			rs.pg("pg_attribute", a)
		} else {
			rs.pg("pg_attribute", attribute(x.OID, "expr", i+1, info))
		}
		keys = append(keys, at+1)
		collations = append(collations, info.collation)
		classes = append(classes, operatorClass(info.oid))
		options = append(options, 0)
	}
	rs.pg("pg_index", row{
		"indexrelid": x.OID, "indrelid": t.OID, "indnatts": len(x.Columns), "indnkeyatts": len(x.Columns), "indisunique": x.Unique,
		"indnullsnotdistinct": false, "indisprimary": x.Primary, "indisexclusion": false, "indimmediate": true, "indisclustered": false,
		"indisvalid": true, "indcheckxmin": false, "indisready": true, "indislive": true, "indisreplident": false,
		"indkey": keys, "indcollation": collations, "indclass": classes, "indoption": options,
	})
}

// indexTypes are the types of what is indexed.
func (t *Table) indexTypes(x *Index) []typeInfo {
	types := make([]typeInfo, len(x.Columns))
	for i, at := range x.Columns {
		types[i] = builtinTypes()[25] // of an expression; text
		if at >= 0 {
			types[i] = t.Columns[at].typeInfo()
		}
	}
	return types
}

// operatorClass is the default btree operator class of a type, or that of text.
func operatorClass(t uint32) uint32 {
	if class, ok := operatorClasses()[t]; ok {
		return class
	}
	return operatorClasses()[25]
}

// indexDefinition is pg_get_indexdef.
func (t *Table) indexDefinition(x *Index) string {
	unique := ""
	if x.Unique {
		unique = "UNIQUE "
	}
	return "CREATE " + unique + "INDEX " + pglex.QuoteIdentifier(x.Name) + " ON " + t.qualified() + " USING btree (" + strings.Join(t.indexColumns(x), ", ") + ")"
}

// indexColumns are the columns of an index in SQL.
func (t *Table) indexColumns(x *Index) []string {
	out := make([]string, len(x.Columns))
	for i, at := range x.Columns {
		if at >= 0 {
			out[i] = pglex.QuoteIdentifier(t.Columns[at].Name)
		} else {
			out[i] = x.Expressions[i]
		}
	}
	return out
}

// qualified is the table's name in SQL.
func (t *Table) qualified() string {
	return pglex.QuoteIdentifier(t.Schema) + "." + pglex.QuoteIdentifier(t.Name)
}

// columnList is the columns of a constraint in SQL: (a, "B").
func (t *Table) columnList(columns []int) string {
	names := make([]string, len(columns))
	for i, at := range columns {
		names[i] = pglex.QuoteIdentifier(t.Columns[at].Name)
	}
	return "(" + strings.Join(names, ", ") + ")"
}

func (s *Snapshot) addConstraintRows(rs *rows, t *Table) {
	for _, c := range t.Constraints {
		keys := make([]any, len(c.Columns))
		for i, at := range c.Columns {
			keys[i] = at + 1
		}
		r := row{
			"oid": c.OID, "conname": c.Name, "connamespace": t.Namespace, "condeferrable": false, "condeferred": false, "convalidated": true,
			"conrelid": t.OID, "contypid": 0, "conindid": c.Index, "conparentid": 0, "confrelid": 0, "confupdtype": " ", "confdeltype": " ",
			"confmatchtype": " ", "conislocal": true, "coninhcount": 0, "connoinherit": true, "conkey": keys,
		}
		var definition string
		switch c.Kind {
		case engine.PrimaryKey:
			r["contype"], definition = "p", "PRIMARY KEY "+t.columnList(c.Columns)
		case engine.Unique:
			r["contype"], definition = "u", "UNIQUE "+t.columnList(c.Columns)
		case engine.Check:
			expression := t.checkExpression(c.Check)
			r["contype"], r["connoinherit"], r["conbin"] = "c", false, expression
			definition = "CHECK (" + expression + ")"
			// Not pretty, it has the parentheses of every operator.
			rs.define("pg_get_constraintdef plain", c.OID, "CHECK (("+numberCastPattern().ReplaceAllString(expression, " ($1)::")+"))")
		case engine.ForeignKey:
			r["contype"] = "f"
			definition = s.addForeignKey(r, t, &c)
			rs.define("pg_get_constraintdef references", c.OID, number(int(r["confrelid"].(uint32))))
		}
		rs.pg("pg_constraint", r)
		rs.define("pg_get_constraintdef", c.OID, definition)
		s.addConstraintInformation(rs, t, &c)
	}
}

// theTable stands for the table that a foreign key refers to: in the definition it
// has its schema where it is not found without.
const theTable = "\x00"

// addForeignKey completes the row of a foreign key and returns its definition.
func (s *Snapshot) addForeignKey(r row, t *Table, c *Constraint) string {
	r["confupdtype"], r["confdeltype"], r["confmatchtype"] = "a", "a", "s"
	target, ok := s.Find(c.References, nil)
	if !ok {
		r["confrelid"] = uint32(0)
		return "FOREIGN KEY " + t.columnList(c.Columns)
	}
	keys := make([]any, len(c.ReferencedColumns))
	names := make([]string, len(c.ReferencedColumns))
	for i, name := range c.ReferencedColumns {
		keys[i] = target.attnum(name)
		names[i] = pglex.QuoteIdentifier(name)
	}
	r["confrelid"], r["confkey"] = target.OID, keys
	return "FOREIGN KEY " + t.columnList(c.Columns) + " REFERENCES " + theTable + "(" + strings.Join(names, ", ") + ")"
}

// addOwnedSequences tells which sequences belong to a column: those of its
// default. Such a sequence is dropped with the table (pg_depend, deptype a).
func (s *Snapshot) addOwnedSequences(rs *rows) {
	for i := range s.Tables {
		t := &s.Tables[i]
		for j, c := range t.Columns {
			for _, q := range s.Sequences {
				if q.Name == t.Name+"_"+c.Name+"_seq" && strings.Contains(c.Default, "nextval(") && strings.Contains(c.Default, q.Name) {
					rs.depends(thing{relationClass, q.OID, 0}, thing{relationClass, t.OID, j + 1}, "a")
				}
			}
		}
	}
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
