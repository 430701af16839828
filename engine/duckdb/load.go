package duckdb

import (
	"context"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

// Load implements [engine.Session]: a CREATE TABLE AS over the files, in one
// transaction with the comment. A load that fails leaves everything as it was.
//
// It keeps the order of the rows even if the spec gives it up: to give it up is
// a setting of the whole instance, and saves no measurable time.
func (s *session) Load(ctx context.Context, spec engine.LoadSpec) (engine.Table, error) {
	if err := s.begin(ctx); err != nil {
		return engine.Table{}, err
	}
	defer s.mu.Unlock()
	if spec.Table.Schema == "" {
		spec.Table.Schema = "public"
	}
	own := !s.inTransaction
	if own {
		if text := s.c.runWhole("BEGIN TRANSACTION"); text != "" {
			return engine.Table{}, s.failure(ctx, text)
		}
		s.inTransaction = true
		s.epoch++
	}
	t, err := s.load(ctx, spec)
	if own {
		s.inTransaction, s.changed = false, false
		s.epoch++
		if err == nil {
			if text := s.c.runWhole("COMMIT"); text != "" {
				err = s.failure(ctx, text)
			}
		}
		if err != nil {
			s.c.runWhole("ROLLBACK") // fails if a COMMIT has rolled back
			return engine.Table{}, err
		}
	}
	if err != nil {
		return engine.Table{}, err
	}
	s.catalogChanged()
	return t, nil
}

func (s *session) load(ctx context.Context, spec engine.LoadSpec) (engine.Table, error) {
	rows, err := s.createTable(ctx, spec)
	if err != nil {
		return engine.Table{}, loadError(spec, err)
	}
	if spec.Comment != "" {
		if err := s.run(ctx, "COMMENT ON TABLE "+s.qualified(spec.Table)+" IS "+literal(spec.Comment)); err != nil {
			return engine.Table{}, err
		}
	}
	columns, err := s.columns(ctx, spec.Table)
	if err != nil {
		return engine.Table{}, err
	}
	if isUnsplit(spec, columns) {
		e := engine.Errorf("22P04", "%s: its lines do not have the same number of fields", filepath.Base(spec.Files[0]))
		e.Hint = "Give the delimiter explicitly: WITH (delimiter ',')."
		return engine.Table{}, e
	}
	return engine.Table{TableName: spec.Table, Comment: spec.Comment, Rows: rows, Columns: columns}, nil
}

// isUnsplit reports whether a CSV file was read as one column only because one of
// its lines has more or fewer fields than the others: the header has a delimiter in
// it, and nobody has said that it is none.
func isUnsplit(spec engine.LoadSpec, columns []engine.Column) bool {
	return spec.Format == engine.CSV && spec.Decided == nil && spec.CSV.Delimiter == nil && spec.CSV.Names == nil &&
		len(columns) == 1 && strings.ContainsAny(columns[0].Field.Name, ",;\t|")
}

// createTable reads the files into the table and counts the rows.
func (s *session) createTable(ctx context.Context, spec engine.LoadSpec) (int64, error) {
	source, err := s.source(ctx, spec)
	if err != nil {
		return 0, err
	}
	create := "CREATE TABLE "
	if spec.Replace {
		create = "CREATE OR REPLACE TABLE "
	}
	st, err := s.prepareLoad(ctx, create+s.qualified(spec.Table)+" AS "+source, spec)
	if err != nil {
		return 0, err
	}
	defer st.free()
	r, err := st.execute(ctx, nil)
	if err != nil {
		return 0, err
	}
	delete(s.results, r)
	return r.affected, nil
}

// prepareLoad prepares the statement of a load. Files of which all is known may lie
// where statements may not read.
func (s *session) prepareLoad(ctx context.Context, sql string, spec engine.LoadSpec) (*statement, error) {
	if spec.Decided == nil {
		return s.prepare(ctx, sql, nil)
	}
	src, err := readSource(sql)
	if err != nil {
		return nil, err
	}
	return s.prepareSource(ctx, src, nil)
}

// source is the SELECT that reads the files.
func (s *session) source(ctx context.Context, spec engine.LoadSpec) (string, error) {
	if len(spec.Decided) > 0 {
		files, err := s.resolveTypes(ctx, spec.Decided)
		return decidedSource(files), err
	}
	if len(spec.Files) == 0 {
		return "", engine.Errorf("22023", "no files to load")
	}
	paths := make([]string, len(spec.Files))
	for i, f := range spec.Files {
		paths[i] = literalPath(f)
	}
	options := []string{literalList(paths), "hive_partitioning = false"}
	if len(paths) > 1 {
		options = append(options, "union_by_name = true")
	}
	function := ""
	switch spec.Format {
	case engine.CSV:
		function = "read_csv"
		options = append(options, csvOptions(spec)...)
	case engine.JSON:
		function = "read_json"
	case engine.Parquet:
		function = "read_parquet"
	default:
		return "", engine.Errorf("0A000", "files of format %q cannot be loaded", spec.Format)
	}
	read := function + "(" + strings.Join(options, ", ") + ")"
	if spec.Format == engine.CSV || len(spec.Types) == 0 {
		return "SELECT * FROM " + read, nil
	}
	casts, err := s.casts(ctx, spec.Types)
	if err != nil {
		return "", err
	}
	return "SELECT * REPLACE (" + casts + ") FROM " + read, nil
}

// csvBuffer is the size in bytes of the pieces in which a CSV file is read. It was
// found by trying: with DuckDB's 32 MB, and with 8 MB, the lineitem table of TPC-H
// takes 1.5 times as long to load, and with 32 MB twice the memory. A table of two
// columns loads as fast either way; one of a hundred takes a third more memory.
const csvBuffer = 16_000_000

// csvOptions are the arguments of read_csv. skip is given so that the detection
// does not take lines that do not fit for a preamble, and drop them.
func csvOptions(spec engine.LoadSpec) []string {
	options := []string{"skip = 0", "buffer_size = " + strconv.Itoa(csvBuffer)}
	add := func(name string, value *string) {
		if value != nil {
			options = append(options, name+" = "+literal(*value))
		}
	}
	add("delim", spec.CSV.Delimiter)
	add("quote", spec.CSV.Quote)
	add("escape", spec.CSV.Escape)
	if h := spec.CSV.Header; h != nil {
		options = append(options, "header = "+strconv.FormatBool(*h))
	}
	if len(spec.CSV.Names) > 0 {
		options = append(options, "names = "+literalList(spec.CSV.Names))
	}
	if len(spec.CSV.Null) > 0 {
		options = append(options, "nullstr = "+literalList(spec.CSV.Null))
	}
	if len(spec.Types) > 0 {
		pairs := make([]string, 0, len(spec.Types))
		for _, name := range sortedKeys(spec.Types) {
			pairs = append(pairs, literal(name)+": "+literal(spec.Types[name]))
		}
		options = append(options, "types = {"+strings.Join(pairs, ", ")+"}")
	}
	return options
}

// casts are the REPLACE items that give columns their types, for the readers
// that have no option for it.
func (s *session) casts(ctx context.Context, types map[string]string) (string, error) {
	items := make([]string, 0, len(types))
	for _, name := range sortedKeys(types) {
		typ, err := s.resolveType(ctx, types[name])
		if err != nil {
			return "", err
		}
		items = append(items, "CAST("+identifier(name)+" AS "+typ+") AS "+identifier(name))
	}
	return strings.Join(items, ", "), nil
}

// resolveType is DuckDB's name for a type that the user wrote, which is safe to
// put into a statement.
func (s *session) resolveType(ctx context.Context, text string) (string, error) {
	st, err := s.prepareOwn(ctx, "SELECT CAST(NULL AS "+text+"\n)")
	if err != nil {
		return "", err
	}
	defer duck.DestroyPrepare(&st.native)
	types, _ := st.columnTypes()
	defer destroyTypes(types)
	if len(types) != 1 {
		return "", engine.Errorf("42704", "type %q does not exist", text)
	}
	return typeName(types[0]), nil
}

// resolveTypes replaces the types of columns by DuckDB's names for them.
func (s *session) resolveTypes(ctx context.Context, files []engine.CSVFile) ([]engine.CSVFile, error) {
	names := map[string]string{"VARCHAR": "VARCHAR"}
	files = slices.Clone(files)
	for i := range files {
		files[i].Columns = slices.Clone(files[i].Columns)
		for j := range files[i].Columns {
			c := &files[i].Columns[j]
			name, ok := names[c.Type]
			if !ok {
				var err error
				if name, err = s.resolveType(ctx, c.Type); err != nil {
					return nil, err
				}
				names[c.Type] = name
			}
			c.Type = name
		}
	}
	return files, nil
}

// loadError puts an error of a reader into the words of LOAD. Its position, in
// a statement that the user did not write, goes.
func loadError(spec engine.LoadSpec, err error) error {
	e, ok := err.(*engine.Error)
	if !ok {
		return err
	}
	e.Position = 0
	files := spec.Files
	for _, d := range spec.Decided {
		files = append(slices.Clip(files), d.Paths...)
	}
	for _, f := range files {
		e.Message = strings.ReplaceAll(e.Message, f, filepath.Base(f))
		e.Message = strings.ReplaceAll(e.Message, literalPath(f), filepath.Base(f))
		e.Detail = strings.ReplaceAll(e.Detail, f, filepath.Base(f))
	}
	return e
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
