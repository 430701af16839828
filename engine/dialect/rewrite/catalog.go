package rewrite

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// The system catalog is served by the engine as rows of a table function, and
// its look-up functions under names of their own (package catalog). References to
// them are redirected here: pg_catalog.pg_class, pg_class and
// information_schema.tables, format_type and pg_catalog.format_type, 't'::regclass.

// Catalog says what there is in the catalog.
type Catalog struct {
	// Relations are those of pg_catalog and information_schema, as
	// "pg_catalog.pg_class", with their columns.
	Relations map[string][]string
	// Functions are the names of functions that the catalog serves.
	Functions map[string]bool
}

// catalogFunctions is the schema of functions as the engine knows it: a part of
// their names.
const catalogFunctions = "pg_catalog."

// systemColumns are columns that every relation has, and that SELECT * does not
// show (documentation, 5.5 System Columns).
func systemColumn(name string) bool {
	switch name {
	case "tableoid", "xmin", "xmax", "cmin", "cmax":
		return true
	}
	return false
}

// catalogWord reports whether a word may be a reference to the catalog.
func catalogWord(word string) bool {
	for _, prefix := range []string{"pg_", "to_reg", "has_", "current_s", "inet_", "information_schema", "quote_"} {
		if strings.HasPrefix(word, prefix) {
			return true
		}
	}
	switch word {
	case "regclass", "regcollation", "regconfig", "regdictionary", "regnamespace", "regoper", "regoperator", "regproc",
		"regprocedure", "regrole", "regtype":
		return true
	case "set_config", "format_type", "_pg_expandarray", "txid_current", "age", "oid",
		"current_role", "current_user", "session_user", "user", "current_catalog":
		return true
	}
	return strings.HasSuffix(word, "_description")
}

func transactionColumn(n *pg.Node) bool {
	switch lastName(n.GetColumnRef().GetFields()) {
	case "xmin", "xmax", "relfrozenxid", "datfrozenxid", "backend_xmin", "backend_xid", "transactionid":
		return true
	}
	return false
}

// lookAtCatalog prepares the rewrites of this file for a statement.
func (r *rewriter) lookAtCatalog() {
	for i := range r.tokens {
		if !r.isName(i) {
			continue
		}
		word := strings.ToLower(strings.Trim(r.text(i), `"`))
		switch {
		case systemColumn(word):
			r.system = true
		case r.options.Catalog.Relations["pg_catalog."+word] != nil, word == "information_schema":
			r.catalog = true
		}
	}
}

// catalogRelation redirects a relation of the catalog in FROM. It reports whether
// it was one.
func (r *rewriter) catalogRelation(v *pg.RangeVar) bool {
	name := v.Relname
	switch {
	case v.Schemaname == "" && !r.ctes[name]:
		name = "pg_catalog." + name
	case v.Schemaname == "pg_catalog", v.Schemaname == "information_schema":
		name = v.Schemaname + "." + name
	default:
		return false
	}
	if _, ok := r.options.Catalog.Relations[name]; !ok {
		return false
	}
	first := r.at(v.Location)
	text := "catalog_relation(" + literal(name)
	if r.system {
		text += ", system := true"
	}
	text += ")"
	if v.Alias == nil {
		text += " AS " + quote(v.Relname)
	}
	r.replace(span{first, r.lastOfName(first)}, text)
	return true
}

// catalogColumn takes the schema from pg_catalog.pg_class.oid. It reports whether
// it was one.
func (r *rewriter) catalogColumn(c *pg.ColumnRef) bool {
	if len(c.Fields) < 3 {
		return false
	}
	switch c.Fields[0].GetString_().GetSval() {
	case "pg_catalog", "information_schema":
		at := r.at(c.Location)
		r.replace(span{at, at + 1}, "")
		return true
	}
	return false
}

// rowPlace writes ctid, the place of a row in its table, which the engine makes of the
// number of the row.
func (r *rewriter) rowPlace(c *pg.ColumnRef) {
	if !r.isRowPlace(c) {
		return
	}
	first := r.at(c.Location)
	last := r.lastOfName(first)
	of := ""
	if last > first {
		of = r.render(span{first, last - 1})
	}
	r.replace(span{first, last}, macros+"ctid("+of+"rowid)")
}

func (r *rewriter) isRowPlace(c *pg.ColumnRef) bool {
	return !r.catalog && lastName(c.Fields) == "ctid" && r.ofTable(c)
}

// ofTable reports whether a column is one of a table, and not of a query in FROM.
func (r *rewriter) ofTable(c *pg.ColumnRef) bool {
	if n := len(c.Fields); n > 1 {
		table, inScope := r.scope[c.Fields[n-2].GetString_().GetSval()]
		return table || !inScope
	}
	for _, table := range r.scope {
		if table {
			return true
		}
	}
	return len(r.scope) == 0
}

// catalogCall redirects a function of the catalog. It reports whether it was one.
func (r *rewriter) catalogCall(n *pg.Node, f *pg.FuncCall, name string) bool {
	switch name {
	case "_pg_expandarray", "pg_partition_ancestors", "array_upper", "array_lower", "array_remove", "generate_subscripts", "pg_typeof":
	case "age": // of a transaction; that of a timestamp is another function
		if len(f.Args) != 1 || !transactionColumn(f.Args[0]) {
			return false
		}
	default:
		if !r.options.Catalog.Functions[name] {
			return false
		}
	}
	first := r.at(f.Location)
	last := r.open(f) - 1
	if r.gaveUp {
		return false
	}
	switch name {
	case "_pg_expandarray":
		arguments := r.arguments(last + 1)
		if len(arguments) == 1 {
			r.replace(span{first, last}, "unnest(list_transform")
			r.insertAfter(arguments[0].last, ", lambda element, number: struct_pack(x := element, n := number::INTEGER))")
		}
		return true
	case "pg_partition_ancestors": // of what is no partition: itself
		r.replace(span{first, last + 1}, `unnest(["pg_catalog.regclassin"(`)
		r.insertAfter(r.lastOf(n), "])")
		return true
	case "array_upper", "array_lower", "array_remove", "generate_subscripts":
		return r.arrayCall(n, f, name, first)
	case "pg_export_snapshot": // which the engine takes first
		if len(f.Args) == 0 {
			r.replace(span{first, last + 1}, `"pg_catalog.pg_export_snapshot"(txid_current()::BIGINT`)
			return true
		}
	case "pg_typeof":
		if typ, ok := r.options.Types.named(f); ok {
			r.replace(span{first, r.lastOf(n)}, literal(typ))
			return true
		}
		r.replace(span{first, last}, `"pg_catalog.pg_typeof"(typeof`)
		r.insertAfter(r.lastOf(n), ")")
		return true
	}
	r.replace(span{first, last}, quote(catalogFunctions+name))
	return true
}

// arrayCall writes functions of arrays that the engine lacks. Vectors count from
// 0; arrays have one dimension.
func (r *rewriter) arrayCall(n *pg.Node, f *pg.FuncCall, name string, first int) bool {
	arguments := r.arguments(r.open(f))
	if len(arguments) != 2 || name == "generate_subscripts" && !vectorColumn(f.Args[0]) {
		return false
	}
	array := r.render(arguments[0])
	s := span{first, r.lastOf(n)}
	upper, lower := "nullif(len("+array+"), 0)", "CASE WHEN len("+array+") > 0 THEN 1 END"
	if vectorColumn(f.Args[0]) {
		upper, lower = "(len("+array+") - 1)", "0"
	}
	switch name {
	case "array_upper":
		r.replace(s, upper+"::INTEGER")
	case "array_lower":
		r.replace(s, lower+"::INTEGER")
	case "generate_subscripts":
		r.replace(s, "unnest(generate_series("+lower+", "+upper+"))::INTEGER")
	case "array_remove":
		r.replace(s, "list_filter("+array+", lambda e: e IS DISTINCT FROM "+r.render(arguments[1])+")")
	}
	return true
}

// catalogRows redirects a function of the catalog in FROM: one that returns rows
// is a relation, the others are a query of one row.
func (r *rewriter) catalogRows(f *pg.RangeFunction, call *pg.FuncCall) bool {
	name := lastName(call.Funcname)
	if call.Funcformat == pg.CoercionForm_COERCE_SQL_SYNTAX {
		return false
	}
	first := r.at(call.Location)
	open := r.open(call)
	if r.gaveUp || len(call.Funcname) > 1 && call.Funcname[0].GetString_().GetSval() != "pg_catalog" {
		return false
	}
	s := span{first, r.tokens[open].match}
	alias := f.Alias.GetAliasname()
	if _, ok := r.options.Catalog.Relations["function."+name]; ok {
		text := "catalog_relation(" + literal("function."+name) + ")"
		if alias == "" {
			text += " AS " + quote(name)
		}
		r.replace(s, text)
		return true
	}
	switch name {
	case "pg_partition_ancestors": // of what is no partition: itself
		if arguments := r.arguments(open); len(arguments) == 1 {
			r.replace(span{first, open}, "unnest([")
			r.insertAfter(arguments[0].last, "]")
		}
		return true
	case "pg_options_to_table": // of foreign servers and the like; there are none
		text := "(SELECT ''::VARCHAR AS option_name, ''::VARCHAR AS option_value WHERE false)"
		if alias == "" {
			text += " AS pg_options_to_table"
		}
		r.replace(s, text)
		return true
	case "pg_show_all_settings":
		r.replace(s, "catalog_relation('pg_catalog.pg_settings')")
		return true
	case "current_database":
	default:
		if !r.options.Catalog.Functions[name] {
			return false
		}
		r.replace(span{first, open - 1}, quote(catalogFunctions+name))
	}
	column := alias
	if column == "" {
		column = name
	}
	after := " AS " + quote(column) + ")"
	if alias == "" {
		after += " AS " + quote(column)
	}
	r.wrap(s, "(SELECT ", after)
	return true
}

// catalogType is the engine's type for one that only the catalog has, or "".
func catalogType(name string) string {
	switch name {
	case "oid", "xid", "cid":
		return "UINTEGER"
	case "name", "char", "pg_node_tree", "cstring", "aclitem", "inet", "cidr", "pg_lsn", "xid8", "unknown",
		"sql_identifier", "character_data", "yes_or_no":
		return "VARCHAR"
	case "cardinal_number":
		return "INTEGER"
	case "int2vector", "_int2":
		return "SMALLINT[]"
	case "oidvector", "_oid":
		return "UINTEGER[]"
	case "_text", "_name":
		return "VARCHAR[]"
	}
	return ""
}

// catalogTypeName writes the name of a type that only the catalog has. It reports
// whether it was one. char without quotes is another type, bpchar in the tree.
func (r *rewriter) catalogTypeName(t *pg.TypeName) bool {
	engines := catalogType(lastName(t.Names))
	if engines == "" {
		return false
	}
	first := r.at(t.Location)
	r.replace(span{first, r.lastOfName(first)}, engines)
	return true
}

// vectorColumn reports whether n is a column of type int2vector or oidvector,
// whose elements count from 0 and whose text is like "1 2".
func vectorColumn(n *pg.Node) bool {
	switch lastName(n.GetColumnRef().GetFields()) {
	case "indkey", "indoption", "indclass", "indcollation", "proargtypes", "partattrs", "tgattr":
		return true
	}
	return false
}

// nameColumn reports whether n is a column of type name, whose characters count
// from 0.
func nameColumn(n *pg.Node) bool {
	switch lastName(n.GetColumnRef().GetFields()) {
	case "typname", "relname", "nspname", "attname", "proname", "oprname", "conname":
		return true
	}
	return false
}

// numbersColumn reports whether n is a column of the catalog that is an array of
// numbers.
func numbersColumn(n *pg.Node) bool {
	switch lastName(n.GetColumnRef().GetFields()) {
	case "conkey", "confkey", "conpfeqop", "conppeqop", "conffeqop", "conexclop", "stxkeys", "polroles", "proallargtypes", "extconfig":
		return true
	}
	return vectorColumn(n)
}

// arrayConstant writes the string that a column of arrays is compared with as a
// list: conkey = '{1}'.
func (r *rewriter) arrayConstant(column, constant *pg.Node) {
	if !r.catalog || !numbersColumn(column) {
		return
	}
	s, ok := isString(constant)
	if !ok {
		return
	}
	list, ok := arrayLiteral(s)
	if !ok {
		return
	}
	r.replace(r.spanOf(constant), strings.ReplaceAll(list, "'", ""))
}

// vectorText rewrites indkey::text.
func (r *rewriter) vectorText(n *pg.Node, c *pg.TypeCast) bool {
	switch lastName(c.TypeName.Names) {
	case "text", "varchar":
	default:
		return false
	}
	if !r.catalog || !vectorColumn(c.Arg) {
		return false
	}
	r.uncast(n, c, "array_to_string(", ", ' ')")
	return true
}

// vectorSubscript makes the subscript of a vector count from 1, as the engine's do.
func (r *rewriter) vectorSubscript(e *pg.A_Indirection) {
	if !r.catalog || !vectorColumn(e.Arg) && !nameColumn(e.Arg) || len(e.Indirection) != 1 {
		return
	}
	if i := e.Indirection[0].GetAIndices(); i != nil && !i.IsSlice {
		open := r.closed(span{r.firstOf(e.Arg), r.lastOf(e.Arg)}).last + 1
		if r.is(open, '[') {
			r.wrap(span{open + 1, r.tokens[open].match - 1}, "(", ") + 1")
		}
	}
}

// contains writes x = ANY (array) as a call, which the engine takes in the
// condition of an outer join as well.
func (r *rewriter) contains(e *pg.A_Expr) {
	at := r.at(e.Location)
	open := at
	for open < len(r.tokens) && !r.is(open, '(') {
		open++
	}
	if open == len(r.tokens) {
		return
	}
	l := r.left(e.Lexpr, at)
	left, array := r.render(l), r.render(span{open + 1, r.tokens[open].match - 1})
	r.overwrite(span{l.first, r.tokens[open].match}, "list_contains("+array+", "+left+")")
}

// collation takes COLLATE pg_catalog.default and COLLATE "C" away: the engine
// compares like that always.
func (r *rewriter) collation(c *pg.CollateClause) {
	if plainCollation(lastName(c.Collname)) {
		at := r.at(c.Location)
		r.replace(span{at, r.lastOfName(at + 1)}, "")
	}
}

// plainCollation reports whether a collation is the order of bytes, the only one there
// is.
func plainCollation(name string) bool {
	switch name {
	case "default", "C", "POSIX", "ucs_basic":
		return true
	}
	return false
}
