package duckdb

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/pglex"
)

// jsonFiles finds the JSON files that a statement reads: the arguments of
// read_json and its kin, which have to be written there, and whatever else could
// be such a file by its name, because FROM takes strings and names for files.
type jsonFiles struct {
	paths   []string
	problem *engine.Error // for an argument that is not a text

	state   jsonArgument
	name    string // the identifiers before this token, with dots between them
	dot     bool   // whether the last token is a dot behind name
	written string // the reader that was called
}

// jsonArgument says where in the first argument of a reader the tokens are.
type jsonArgument uint8

const (
	outsideReader jsonArgument = iota
	beforeArgument
	behindArgument
	inList
	behindItem
)

func (j *jsonFiles) next(sql string, t pglex.Token) {
	isText := t.Kind == pglex.String
	switch {
	case j.state == outsideReader:
		j.outside(sql, t)
		return
	case j.state == beforeArgument && isText:
		j.state = behindArgument
	case j.state == beforeArgument && t.Is(sql, '['):
		j.state = inList
	case j.state == inList && isText:
		j.state = behindItem
	case j.state == behindItem && t.Is(sql, ','):
		j.state = inList
	case (j.state == behindItem || j.state == inList) && t.Is(sql, ']'):
		j.state = behindArgument
	case j.state == behindArgument && (t.Is(sql, ',') || t.Is(sql, ')')):
		j.state = outsideReader
	default:
		j.state = outsideReader
		if j.problem == nil {
			j.problem = &engine.Error{Code: "0A000", Position: t.Start + 1,
				Message: "the files of " + j.written + " have to be written as text",
				Hint:    "They are looked at before the engine reads them. LOAD makes a table of a file."}
		}
	}
	if isText {
		j.add(tokenValue(sql, t))
	}
}

// outside looks for a reader, and for what could be a file's name.
func (j *jsonFiles) outside(sql string, t pglex.Token) {
	switch {
	case t.Kind == pglex.Ident, t.Kind == pglex.QuotedIdent:
		value := tokenValue(sql, t)
		if j.dot {
			value = j.name + "." + value
		}
		j.name, j.dot = value, false
		if isJSONName(value) {
			j.add(value)
		}
		return
	case t.Kind == pglex.String && isJSONName(tokenValue(sql, t)):
		j.add(tokenValue(sql, t))
	case t.Is(sql, '('):
		j.written = pglex.Fold(j.name[strings.LastIndexByte(j.name, '.')+1:])
		if isJSONReader(j.written) {
			j.state = beforeArgument
		}
	}
	j.dot = j.name != "" && t.Is(sql, '.')
	if !j.dot {
		j.name = ""
	}
}

func (j *jsonFiles) add(path string) { j.paths = append(j.paths, path) }

func tokenValue(sql string, t pglex.Token) string {
	v, err := pglex.Value(sql, t)
	if err != nil {
		return ""
	}
	return v
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

// checkJSON looks at the JSON files that a statement reads before DuckDB does.
func (e *Engine) checkJSON(ctx context.Context, j *jsonFiles) error {
	if j.problem != nil {
		return j.problem
	}
	for _, path := range j.paths {
		if strings.Contains(path, "**") || strings.HasPrefix(strings.ToLower(path), "file:") {
			return engine.Errorf("0A000", "%q cannot be read: name the JSON files, or use * for those of one directory", path)
		}
		files, err := filepath.Glob(path)
		if err != nil || files == nil {
			files = []string{path}
		}
		for _, file := range files {
			if !e.mayRead(file) { // DuckDB refuses it
				continue
			}
			if err := checkJSONDepth(ctx, file); err != nil {
				return err
			}
		}
	}
	return nil
}

// mayRead reports whether a path is that of a file that the options allow; a
// pipe would be waited for.
func (e *Engine) mayRead(path string) bool {
	path, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false
	}
	if info, err := os.Stat(real); err != nil || !info.Mode().IsRegular() {
		return false
	}
	for _, dir := range slices.Concat(e.options.DataDirs, e.options.DataFiles) {
		for _, form := range pathForms(dir) {
			if rel, err := filepath.Rel(form, real); err == nil && filepath.IsLocal(rel) {
				return true
			}
		}
	}
	return false
}

// pathForms are a path, as it is, absolute, and without symbolic links.
func pathForms(path string) []string {
	forms := []string{filepath.Clean(path)}
	if abs, err := filepath.Abs(path); err == nil && abs != forms[0] {
		forms = append(forms, abs)
	}
	if real, err := filepath.EvalSymlinks(forms[len(forms)-1]); err == nil && real != forms[len(forms)-1] {
		forms = append(forms, real)
	}
	return forms
}
