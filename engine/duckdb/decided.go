package duckdb

import (
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/engine"
)

// decidedSource is the SELECT that reads CSV files of which everything is known.
// Columns that are written as their types have it are converted by the reader,
// which is the fastest way; others are read as text, and converted by a cast.
func decidedSource(files []engine.CSVFile) string {
	if len(files) == 1 {
		return decidedSelect(&files[0], files[0].Columns)
	}
	columns := unionColumns(files)
	selects := make([]string, len(files))
	for i := range files {
		selects[i] = decidedSelect(&files[i], columns)
	}
	return strings.Join(selects, " UNION ALL ")
}

// unionColumns are the columns of all files, in the order in which they first come.
func unionColumns(files []engine.CSVFile) []engine.CSVColumn {
	var columns []engine.CSVColumn
	taken := map[string]bool{}
	for i := range files {
		for _, c := range files[i].Columns {
			if key := strings.ToLower(c.Name); !taken[key] {
				taken[key] = true
				columns = append(columns, c)
			}
		}
	}
	return columns
}

// decidedSelect reads the columns of a table from a file that may lack some.
func decidedSelect(f *engine.CSVFile, columns []engine.CSVColumn) string {
	own := make(map[string]*engine.CSVColumn, len(f.Columns))
	for i := range f.Columns {
		own[strings.ToLower(f.Columns[i].Name)] = &f.Columns[i]
	}
	items := make([]string, len(columns))
	for i, c := range columns {
		value := "CAST(NULL AS " + c.Type + ")"
		if o := own[strings.ToLower(c.Name)]; o != nil {
			value = columnValue(o)
		}
		items[i] = value + " AS " + identifier(c.Name)
	}
	return "SELECT " + strings.Join(items, ", ") + " FROM " + decidedReader(f)
}

// columnValue is a column of a file as a value of its type.
func columnValue(c *engine.CSVColumn) string {
	value := identifier(c.Name)
	if c.IsPlain() {
		return value
	}
	if c.Trim {
		value = "nullif(trim(" + value + "), '')"
	}
	for _, null := range c.Null {
		value = "nullif(" + value + ", " + literal(null) + ")"
	}
	switch {
	case c.Format != "":
		value = "strptime(" + value + ", " + literal(c.Format) + ")"
	case c.Decimal != "":
		value = "replace(" + value + ", " + literal(c.Group) + ", '')"
		if c.Decimal != "." {
			value = "replace(" + value + ", " + literal(c.Decimal) + ", '.')"
		}
	}
	return "CAST(" + value + " AS " + c.Type + ")"
}

// decidedBuffer is the size in bytes of the pieces in which a file is read. Each is
// what one thread reads at a time, as long as max_line_size is not given too, and
// stored for itself if it fills nine tenths of a row group; smaller ones are put
// together first, and the rest of a larger one becomes a row group of a few rows.
// The lineitem table of TPC-H takes 1.5 times as long with pieces of half a row group.
func decidedBuffer(f *engine.CSVFile) int {
	const (
		rowGroup = 122_880
		least    = 2_000_000  // what DuckDB takes for the longest line
		most     = 24_000_000 // two for each thread lie in memory
	)
	size := min(max(rowGroup*95/100*f.AverageLine, least), most)
	if f.AverageLine == 0 {
		size = csvBuffer
	}
	return max(size, 2*(f.LongestLine+1))
}

// decidedReader is the call of read_csv.
func decidedReader(f *engine.CSVFile) string {
	paths := make([]string, len(f.Paths))
	for i, path := range f.Paths {
		paths[i] = literalPath(path)
	}
	pairs := make([]string, len(f.Columns))
	for i := range f.Columns {
		c := &f.Columns[i]
		typ := "VARCHAR"
		if c.IsPlain() {
			typ = c.Type
		}
		pairs[i] = literal(c.Name) + ": " + literal(typ)
	}
	return "read_csv(" + strings.Join([]string{
		literalList(paths),
		"auto_detect = false",
		"hive_partitioning = false",
		"delim = " + literal(f.Delimiter),
		"quote = " + literal(f.Quote),
		"escape = " + literal(f.Escape),
		"compression = " + literal(f.Compression),
		"skip = " + strconv.Itoa(f.Skip),
		"header = " + strconv.FormatBool(f.Header),
		"nullstr = " + literalList(append([]string{""}, f.Null...)),
		"columns = {" + strings.Join(pairs, ", ") + "}",
		"buffer_size = " + strconv.Itoa(decidedBuffer(f)),
	}, ", ") + ")"
}
