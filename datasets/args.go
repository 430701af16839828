package datasets

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/csvsql/csvsql/engine"
)

// Expand reads the arguments of a command line, each of them
//
//	FILE       one table, named by TableName
//	DIR        a table for each data file in it, but not in its subdirectories
//	GLOB       a table for each file that matches
//	name=FILE  one table of that name
//	name=GLOB  one table of all files that match
//
// A data file has an extension that says its format; .txt alone says too little
// in a directory. The Requests have absolute paths and named tables, in the order
// of the arguments. A file that has a name by name=FILE makes no second table by
// being in a directory, and a file that is given twice is loaded once.
//
// What cannot be served is an error; the others are served all the same. Two
// files that make tables of one name are such an error: neither is loaded, since
// either could be the wrong one.
func Expand(args []string) ([]Request, []error) {
	var x expansion
	for _, arg := range args {
		if err := x.add(arg); err != nil {
			x.errs = append(x.errs, err)
		}
	}
	return x.requests(), x.errs
}

// expansion collects the tables of a command line.
type expansion struct {
	tables []argument
	errs   []error
}

// argument is a table as the user asked for it.
type argument struct {
	table string
	named bool     // by name=
	files []string // as written
}

func (x *expansion) add(arg string) error {
	info, err := os.Stat(arg)
	if err != nil {
		if name, files, ok := strings.Cut(arg, "="); ok && name != "" && !strings.ContainsAny(name, `/\`) {
			return x.addNamed(strings.ToLower(name), files)
		}
	}
	files := []string{arg}
	switch {
	case err != nil && isGlob(arg) && os.IsNotExist(err):
		files, err = globArgument(arg)
	case err != nil:
		return missingArgument(arg, err)
	case info.IsDir():
		files, err = dataFiles(arg)
	}
	for _, f := range files {
		x.tables = append(x.tables, argument{table: TableName(f), files: []string{f}})
	}
	return err
}

func (x *expansion) addNamed(name, arg string) error {
	files := []string{arg}
	info, err := os.Stat(arg)
	switch {
	case err != nil && isGlob(arg) && os.IsNotExist(err):
		if files, err = globArgument(arg); err != nil {
			return err
		}
	case err != nil:
		return missingArgument(arg, err)
	case info.IsDir():
		e := engine.Errorf("42809", "%s=%s: a directory is not one table", name, arg)
		e.Hint = "Name its files: '" + name + "=" + filepath.ToSlash(filepath.Join(arg, "*.csv")) + "'."
		return e
	}
	x.tables = append(x.tables, argument{table: name, named: true, files: files})
	return nil
}

// requests drops what was given twice and takes out the tables whose names clash.
func (x *expansion) requests() []Request {
	named := map[string]bool{} // real paths
	for _, t := range x.tables {
		for _, f := range t.files {
			if t.named {
				named[identity(f)] = true
			}
		}
	}
	var list []Request
	byTable := map[string][]string{} // the files, as written, of each table
	seen := map[string]bool{}
	for _, t := range x.tables {
		key := t.table + "\x00" + identity(t.files[0])
		if seen[key] || !t.named && named[identity(t.files[0])] {
			continue
		}
		seen[key] = true
		byTable[t.table] = append(byTable[t.table], t.files[0])
		r := Request{Table: engine.TableName{Name: t.table}}
		for _, f := range t.files {
			r.Files = append(r.Files, absolute(f))
		}
		list = append(list, r)
	}
	told := map[string]bool{}
	return slices.DeleteFunc(list, func(r Request) bool {
		name := r.Table.Name
		files := byTable[name]
		if len(files) == 1 {
			return false
		}
		if !told[name] {
			told[name] = true
			x.errs = append(x.errs, clashError(name, files))
		}
		return true
	})
}

func clashError(table string, files []string) *engine.Error {
	e := engine.Errorf("42P07", "%s would all be table %s", strings.Join(files, " and "), table)
	if len(files) == 2 {
		e.Message = files[0] + " and " + files[1] + " would both be table " + table
	}
	e.Hint = "Give one of them another name: " + table + "2=" + files[len(files)-1]
	return e
}

// dataFiles are the data files of a directory, sorted.
func dataFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fileError(dir, err)
	}
	var files []string
	for _, e := range entries {
		_, extension, _ := splitName(e.Name())
		if extension == "" || extension == ".txt" || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		path := filepath.Join(dir, e.Name())
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			files = append(files, path)
		}
	}
	if len(files) == 0 {
		e := engine.Errorf("58P01", "directory %q has no data files", dir)
		e.Hint = "Data files end in .csv, .tsv, .json, .jsonl, .ndjson or .parquet, and .gz or .zst behind that (.csv also .bz2 or .zip). Subdirectories are not looked at."
		return nil, e
	}
	return files, nil
}

// globArgument are the files that match, as written.
func globArgument(pattern string) ([]string, error) {
	dir, rest := splitGlob(absolute(pattern))
	matches, err := glob(dir, rest)
	if err != nil {
		return nil, engine.Errorf("22023", "bad pattern %q: %w", pattern, err)
	}
	if len(matches) == 0 {
		return nil, noMatchError(pattern)
	}
	start := strings.TrimSuffix(filepath.Clean(pattern), filepath.FromSlash(rest))
	for i, m := range matches {
		matches[i] = filepath.Join(start, filepath.FromSlash(m))
	}
	return matches, nil
}

func missingArgument(name string, err error) *engine.Error {
	e := fileError(name, err)
	if !missing(e) {
		return e
	}
	entries, err := os.ReadDir(filepath.Dir(name))
	if err != nil {
		return e
	}
	var there []string
	for _, f := range entries {
		there = append(there, f.Name())
	}
	if meant := nearest(filepath.Base(name), there); meant != "" {
		e.Hint = "Did you mean " + filepath.Join(filepath.Dir(name), meant) + "?"
	}
	return e
}

// absolute is filepath.Abs; without a working directory the path stays relative
// and is looked for in the data directories.
func absolute(path string) string {
	if a, err := filepath.Abs(path); err == nil {
		return a
	}
	return path
}

// identity is the same for two names of one file.
func identity(path string) string { return realPath(absolute(path)) }
