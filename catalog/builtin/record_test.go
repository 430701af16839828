package builtin

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/internal/pgtest"
	"github.com/csvsql/csvsql/wire/client"
)

var record = flag.Bool("record", false, "export the catalog of the PostgreSQL of this machine into relations.zip")

// firstUserOID is FirstNormalObjectId: what initdb made has smaller OIDs.
const firstUserOID = "16384"

// systemRows say which rows of a relation are the same in every database. What
// is not here is exported whole.
var systemRows = map[string]string{
	"pg_class":       "oid < " + firstUserOID,
	"pg_attribute":   "attrelid < " + firstUserOID,
	"pg_namespace":   "oid < " + firstUserOID,
	"pg_type":        "oid < " + firstUserOID,
	"pg_proc":        "oid < " + firstUserOID,
	"pg_index":       "indrelid < " + firstUserOID,
	"pg_constraint":  "oid < " + firstUserOID,
	"pg_attrdef":     "oid < " + firstUserOID,
	"pg_description": "objoid < " + firstUserOID,
	"pg_database":    "datistemplate",
	"pg_depend":      "objid < " + firstUserOID + " AND refobjid < " + firstUserOID,
	"pg_rewrite":     "ev_class < " + firstUserOID,
	// Rows of the exporting server, or about files it has.
	"pg_shdepend": "false", "pg_statistic": "false", "pg_stats": "false",
	"pg_largeobject": "false", "pg_locks": "false", "pg_file_settings": "false",
	"pg_hba_file_rules": "false", "pg_ident_file_mappings": "false", "pg_shmem_allocations": "false",
	"pg_backend_memory_contexts": "false", "pg_config": "false", "pg_cursors": "false",
	"pg_prepared_statements": "false", "pg_available_extensions": "name = 'plpgsql'", "pg_available_extension_versions": "false",
	// Large, and no client is known to read them.
	"data_type_privileges": "false", "role_routine_grants": "false", "routine_privileges": "false",
	"role_column_grants": "false", "column_privileges": "false", "parameters": "false", "routines": "false",
	"pg_replication_slots": "false", "pg_stats_ext": "false", "pg_stats_ext_exprs": "false",
}

// functions are the set-returning functions that are served as relations.
var functions = []string{"pg_get_keywords", "pg_timezone_abbrevs", "pg_timezone_names", "pg_available_extensions"}

// definitions are what the look-up functions say of built-in objects: a row has
// the function, the object's OID and the text.
const definitions = `
SELECT 'pg_get_function_arguments' AS function, oid, pg_get_function_arguments(oid) AS text FROM pg_proc
UNION ALL SELECT 'pg_get_function_identity_arguments', oid, pg_get_function_identity_arguments(oid) FROM pg_proc
	WHERE pg_get_function_identity_arguments(oid) <> pg_get_function_arguments(oid)
UNION ALL SELECT 'pg_get_function_result', oid, pg_get_function_result(oid) FROM pg_proc WHERE prokind <> 'p'
UNION ALL SELECT 'pg_get_viewdef', oid, pg_get_viewdef(oid) FROM pg_class WHERE relkind = 'v'
UNION ALL SELECT 'pg_get_constraintdef', oid, pg_get_constraintdef(oid) FROM pg_constraint
UNION ALL SELECT 'pg_get_indexdef', indexrelid, pg_get_indexdef(indexrelid) FROM pg_index
UNION ALL SELECT 'regoper', oid, oid::regoper::text FROM pg_operator
UNION ALL SELECT 'regoperator', oid, oid::regoperator::text FROM pg_operator
UNION ALL SELECT 'format_type', oid, format_type(oid, NULL) FROM pg_type`

// TestRecord makes relations.zip anew. It needs a PostgreSQL 15.
func TestRecord(t *testing.T) {
	if !*record {
		t.Skip("run with -record to export the catalog of PostgreSQL")
	}
	pg := pgtest.Start(t)
	if !strings.HasPrefix(pg.Version, "15.") {
		t.Fatalf("PostgreSQL %s: the catalog served is that of 15", pg.Version)
	}
	c, err := client.Dial(t.Context(), pg.Addr, client.Config{User: pgtest.User, Database: "postgres"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	x := exporter{ctx: t.Context(), c: c, out: z}
	if err := x.export(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

type exporter struct {
	ctx context.Context
	c   *client.Conn
	out *zip.Writer

	columns bytes.Buffer // the content of columnsFile
}

func (x *exporter) export() error {
	relations, err := x.query(`SELECT n.nspname, c.relname, c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname IN ('pg_catalog', 'information_schema') AND relkind IN ('r', 'v') ORDER BY n.nspname, c.relname`)
	if err != nil {
		return err
	}
	for _, r := range relations {
		schema, name := r[0], r[1]
		where, ok := systemRows[name]
		switch {
		case ok:
		case strings.HasPrefix(name, "pg_stat"):
			where = "false"
		default:
			where = "true"
		}
		if err := x.relation(schema+"."+name, r[2], "SELECT * FROM "+schema+"."+name+" WHERE "+where); err != nil {
			return err
		}
	}
	for _, f := range functions {
		where, ok := systemRows[f]
		if !ok {
			where = "true"
		}
		if err := x.relation("function."+f, "0", "SELECT * FROM "+f+"() WHERE "+where); err != nil {
			return err
		}
	}
	if err := x.relation("csvsql.definition", "0", definitions); err != nil {
		return err
	}
	w, err := x.out.Create(columnsFile)
	if err != nil {
		return err
	}
	_, err = w.Write(x.columns.Bytes())
	return err
}

// relation writes the rows of a query in COPY's text format, and a line of
// columnsFile.
func (x *exporter) relation(name, oid, sql string) error {
	d, err := x.c.Prepare(x.ctx, "", sql, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	header := []string{name, oid}
	var list []string
	for _, c := range d.Columns { // a domain is described as what it is made of
		typ, err := x.query(fmt.Sprintf("SELECT format_type(%d, NULL)", c.Type))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		header = append(header, c.Name+":"+typ[0][0])
		list = append(list, asExported(c.Name, typ[0][0]))
	}
	w, err := x.out.Create(name)
	if err != nil {
		return err
	}
	x.columns.WriteString(strings.Join(header, "\t") + "\n")
	if _, err := x.c.CopyOut(x.ctx, "COPY (SELECT "+strings.Join(list, ", ")+" FROM ("+sql+") AS r) TO STDOUT", w); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// asExported is the expression for a column: references as OIDs, expressions as
// SQL instead of PostgreSQL's trees.
func asExported(name, typ string) string {
	quoted := `"` + name + `"`
	switch name {
	case "setting", "reset_val", "boot_val": // of pg_settings: files of the exporting server
		return "CASE WHEN " + quoted + " NOT LIKE '/%' THEN " + quoted + " ELSE '' END"
	case "attoptions": // what the exporting server keeps there for itself
		return "NULL::text[]"
	}
	switch typ {
	case "regproc", "regtype":
		return quoted + "::oid"
	case "pg_node_tree":
		if name == "ev_action" || name == "ev_qual" { // pg_get_viewdef has it, and the tree has 3 MB
			return "'<>'"
		}
		if name == "prosqlbody" { // a query, which pg_get_expr does not print
			return "pg_get_function_sqlbody(oid)"
		}
		return "pg_get_expr(" + quoted + ", 0)"
	}
	return quoted
}

func (x *exporter) query(sql string) ([][]string, error) {
	results := x.c.Query(x.ctx, sql)
	defer results.Close()
	var rows [][]string
	for results.NextResult() {
		for results.NextRow() {
			fields, err := results.Row().AppendFields(nil)
			if err != nil {
				return nil, err
			}
			row := make([]string, len(fields))
			for i, f := range fields {
				row[i] = string(f)
			}
			rows = append(rows, row)
		}
	}
	return rows, results.Close()
}
