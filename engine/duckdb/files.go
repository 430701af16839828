package duckdb

import (
	"strings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/pglex"
)

// fileNames finds the files that a statement reads: the first arguments of the
// functions that read files, which have to be written there as text, and texts
// and names that FROM would take for a file that has to be looked at.
type fileNames struct {
	list    []fileName
	problem *engine.Error // for an argument that is not a text

	state    fileArgument
	name     string // the identifiers before this token, with dots between them
	dot      bool   // whether the last token is a dot behind name
	function string // the reader whose argument the tokens are in
}

// fileName is a path or pattern, as it was written.
type fileName struct {
	path     string
	position int  // of it in the statement, from 1
	argument bool // of a reader; else FROM may read it, or it means something else
	json     bool // its structure is found out
}

// longestPath is the length of a name from which on it is no path of a file any
// more (PATH_MAX of Linux).
const longestPath = 4096

// fileArgument says where in the first argument of a reader the tokens are.
type fileArgument uint8

const (
	outsideReader fileArgument = iota
	beforeArgument
	behindArgument
	inList
	behindItem
)

func (f *fileNames) next(sql string, t pglex.Token) {
	isText := t.Kind == pglex.String
	switch {
	case f.state == outsideReader:
		f.outside(sql, t)
		return
	case f.state == beforeArgument && isText:
		f.state = behindArgument
	case f.state == beforeArgument && t.Is(sql, '['):
		f.state = inList
	case f.state == inList && isText:
		f.state = behindItem
	case f.state == behindItem && t.Is(sql, ','):
		f.state = inList
	case (f.state == behindItem || f.state == inList) && t.Is(sql, ']'):
		f.state = behindArgument
	case f.state == behindArgument && (t.Is(sql, ',') || t.Is(sql, ')')):
		f.state = outsideReader
	default:
		f.state = outsideReader
		if f.problem == nil {
			f.problem = &engine.Error{Code: "0A000", Position: t.Start + 1,
				Message: "the files of " + f.function + " have to be written as text",
				Hint:    "They are looked at before the engine reads them. LOAD makes a table of a file."}
		}
	}
	if isText {
		f.list = append(f.list, fileName{tokenValue(sql, t), t.Start + 1, true, isJSONReader(f.function)})
	}
}

// outside looks for a reader, and for what could be a file's name.
func (f *fileNames) outside(sql string, t pglex.Token) {
	switch {
	case t.Kind == pglex.Ident, t.Kind == pglex.QuotedIdent:
		value := tokenValue(sql, t)
		if f.dot && len(f.name) < longestPath {
			value = f.name + "." + value
		}
		f.name, f.dot = value, false
		f.mention(value, t)
		return
	case t.Kind == pglex.String:
		f.mention(tokenValue(sql, t), t)
	case t.Is(sql, '('):
		f.function = pglex.Fold(f.name[strings.LastIndexByte(f.name, '.')+1:])
		if isReader(f.function) {
			f.state = beforeArgument
		}
	}
	f.dot = f.name != "" && t.Is(sql, '.')
	if !f.dot {
		f.name = ""
	}
}

func (f *fileNames) mention(name string, t pglex.Token) {
	if isJSONName(name) || isDatabaseName(name) {
		f.list = append(f.list, fileName{name, t.Start + 1, false, isJSONName(name)})
	}
}

func tokenValue(sql string, t pglex.Token) string {
	v, err := pglex.Value(sql, t)
	if err != nil {
		return ""
	}
	return v
}

// isReader reports whether a function reads the files that its first argument
// names, or tells which there are.
func isReader(function string) bool {
	switch function {
	case "read_csv", "read_csv_auto", "sniff_csv", "read_text", "read_blob", "glob",
		"read_parquet", "parquet_scan", "parquet_metadata", "parquet_file_metadata", "parquet_full_metadata",
		"parquet_kv_metadata", "parquet_schema", "parquet_bloom_probe",
		"read_json_objects", "read_json_objects_auto", "read_ndjson_objects":
		return true
	}
	return isJSONReader(function)
}

// isJSONReader reports whether a function finds out the structure of JSON files;
// those that give each value as a text do not mind how deep it is.
func isJSONReader(function string) bool {
	switch function {
	case "read_json", "read_json_auto", "read_ndjson", "read_ndjson_auto":
		return true
	}
	return false
}

// isJSONName reports whether FROM 'name' would read a JSON file.
func isJSONName(name string) bool {
	name = strings.ToLower(name)
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".zst")
	return strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".jsonl") || strings.HasSuffix(name, ".ndjson")
}

// isDatabaseName reports whether FROM 'name' would open a database of DuckDB.
func isDatabaseName(name string) bool {
	name = strings.ToLower(name)
	return strings.HasSuffix(name, ".db") || strings.HasSuffix(name, ".duckdb") || strings.HasSuffix(name, ".ddb")
}
