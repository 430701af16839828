package duckdb

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/csvsql/csvsql/engine"
)

// access says which files statements may read. DuckDB has its own list of
// directories, but adds to it the database's file, which may hold what was
// deleted, and the directory to which it spills the temporary tables of all
// sessions.
type access struct {
	roots   []string // data directories and files, in all forms of their paths
	private []string // what belongs to the engine, in all forms of its paths
}

func newAccess(o Options) access {
	var a access
	for _, path := range slices.Concat(o.DataDirs, o.DataFiles) {
		a.roots = append(a.roots, pathForms(path)...)
	}
	for _, path := range []string{o.Path, o.TempDir, o.LoadDir, o.Spool.Dir} {
		if path != "" {
			a.private = append(a.private, pathForms(path)...)
		}
	}
	return a
}

// check refuses the files of a statement that may not be read, 42501, and those
// that DuckDB should not see.
func (a access) check(ctx context.Context, names *fileNames) error {
	if names.problem != nil {
		return names.problem
	}
	for _, name := range names.list {
		if err := a.checkName(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

func (a access) checkName(ctx context.Context, name fileName) error {
	deep := strings.Contains(name.path, "**")
	if name.argument && !a.mayName(name.path, deep) {
		return &engine.Error{Code: "42501", Position: name.position,
			Message: "permission denied for file " + quoted(name.path),
			Hint:    "The server reads files below its data directories only."}
	}
	if name.json && (deep || isFileURL(name.path)) {
		return &engine.Error{Code: "0A000", Position: name.position,
			Message: quoted(name.path) + " cannot be read",
			Hint:    "Name the JSON files, or use * for those of one directory."}
	}
	files, err := filepath.Glob(name.path)
	if err != nil || files == nil {
		files = []string{name.path}
	}
	for _, file := range files {
		real, ok := regularFile(file)
		switch {
		case !ok:
		case a.isPrivate(real) || !name.json && !name.argument && below(a.roots, real): // a database
			return &engine.Error{Code: "42501", Position: name.position, Message: "permission denied for file " + quoted(name.path)}
		case name.json && below(a.roots, real):
			if err := checkJSONDepth(ctx, real, filepath.Base(file)); err != nil {
				return err
			}
		}
	}
	return nil
}

// mayName reports whether a pattern leads to data files only, as far as it can be
// seen without looking for files. deep says that it reaches below directories.
func (a access) mayName(pattern string, deep bool) bool {
	if strings.HasPrefix(pattern, "~") || isFileURL(pattern) || strings.Contains(pattern, "://") {
		return false
	}
	dir, err := filepath.Abs(pattern)
	if err != nil {
		return false
	}
	if i := strings.IndexAny(dir, "*?["); i >= 0 {
		dir = filepath.Dir(dir[:i] + "x")
	}
	if deep && slices.ContainsFunc(a.private, func(p string) bool { return below([]string{dir}, p) }) {
		return false
	}
	return below(a.roots, dir)
}

// isPrivate reports whether a real path is that of the database, of a file beside
// it (FILE.wal), or of one in the engine's own directories.
func (a access) isPrivate(path string) bool {
	return below(a.private, path) || slices.ContainsFunc(a.private, func(p string) bool { return strings.HasPrefix(path, p+".") })
}

// below reports whether a path is one of the roots or below one. It compares
// whole names: /data does not hold /dataevil.
func below(roots []string, path string) bool {
	return slices.ContainsFunc(roots, func(root string) bool {
		rel, err := filepath.Rel(root, path)
		return err == nil && filepath.IsLocal(rel)
	})
}

// regularFile is a path without symbolic links, if there is a regular file: a
// pipe would be waited for.
func regularFile(path string) (string, bool) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", false
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", false
	}
	info, err := os.Stat(real)
	return real, err == nil && info.Mode().IsRegular()
}

func isFileURL(path string) bool { return strings.HasPrefix(strings.ToLower(path), "file:") }

func quoted(path string) string { return `"` + path + `"` }

// pathForms are a path, as it is, absolute, and without symbolic links.
func pathForms(path string) []string {
	forms := []string{filepath.Clean(path)}
	if abs, err := filepath.Abs(path); err == nil && abs != forms[0] {
		forms = append(forms, abs)
	}
	dir, name := filepath.Split(forms[len(forms)-1])
	if real, err := filepath.EvalSymlinks(dir + name); err == nil {
		forms = append(forms, real)
	} else if real, err := filepath.EvalSymlinks(filepath.Clean(dir)); err == nil { // it is not there yet
		forms = append(forms, filepath.Join(real, name))
	}
	return slices.Compact(forms)
}
