package datasets

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/csvsql/csvsql/engine"
)

// find gives the files that a path or glob, as the user wrote it, stands for:
// at least one, sorted by name.
//
// A file of exactly that name comes first, so that data[1].csv can be loaded;
// only then is the name a glob.
func (m *Manager) find(name string) ([]file, error) {
	switch {
	case name == "":
		return nil, engine.Errorf("22023", "a file name is missing")
	case isURL(name):
		e := engine.Errorf("0A000", "cannot read %q: files are read from disk only", name)
		e.Hint = "Download it into a data directory first."
		return nil, e
	}
	f, err := m.findOne(name)
	if err == nil {
		return []file{f}, nil
	}
	if !isGlob(name) || !missing(err) {
		return nil, err
	}
	return m.findGlob(name)
}

// findOne looks for one file, in the first place where there is one.
func (m *Manager) findOne(name string) (file, error) {
	var first error
	places := m.candidates(name)
	for _, p := range places {
		f, err := m.open(name, p)
		switch {
		case err == nil:
			return f, nil
		case first == nil, missing(first) && !missing(err):
			// What is wrong with a file that exists says more than its absence
			// elsewhere.
			first = err
		}
	}
	if first == nil { // a relative path, and no directory to look in
		first = outsideError(name)
	}
	if e, ok := first.(*engine.Error); ok && missing(e) {
		e.Hint = m.suggest(name, places)
	}
	return file{}, first
}

func (m *Manager) findGlob(name string) ([]file, error) {
	for _, p := range m.candidates(name) {
		dir, pattern := splitGlob(p)
		dir = realPath(dir)
		if !m.allowed(dir) {
			if filepath.IsAbs(name) {
				return nil, outsideError(name)
			}
			continue
		}
		matches, err := glob(dir, pattern)
		if err != nil {
			return nil, engine.Errorf("22023", "bad pattern in %q: %w", name, err)
		}
		var files []file
		for _, match := range matches {
			f, err := m.open(filepath.FromSlash(match), filepath.Join(dir, match))
			if err != nil {
				return nil, err
			}
			files = append(files, f)
		}
		if len(files) > 0 {
			return files, nil
		}
	}
	return nil, noMatchError(name)
}

func noMatchError(name string) *engine.Error {
	e := engine.Errorf("58P01", "no file matches %q", name)
	e.Hint = "In a pattern, * and ? stand for anything but a slash; files whose names begin with a dot are left out."
	return e
}

// isGlob says whether a path has a character that means something in a glob.
func isGlob(name string) bool { return strings.ContainsAny(name, "*?[") }

// splitGlob cuts an absolute pattern into the directory that it starts from and
// the rest, in slashes.
func splitGlob(pattern string) (dir, rest string) {
	dir = pattern
	for isGlob(dir) {
		dir = filepath.Dir(dir)
	}
	rest, err := filepath.Rel(dir, pattern)
	if err != nil { // both are absolute and one is the start of the other
		return dir, filepath.Base(pattern)
	}
	return dir, filepath.ToSlash(rest)
}

// glob lists what matches the pattern below dir, but for directories and hidden
// names, sorted. It goes through no symbolic link that leaves dir.
func glob(dir, pattern string) ([]string, error) {
	if _, err := path.Match(pattern, ""); err != nil {
		return nil, err
	}
	r, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil // nothing there to match
	}
	defer r.Close()
	matches, err := fs.Glob(r.FS(), pattern)
	if err != nil {
		return nil, err
	}
	matches = slices.DeleteFunc(matches, func(m string) bool {
		if hidden(m, pattern) {
			return true
		}
		info, err := os.Stat(filepath.Join(dir, m))
		return err == nil && info.IsDir()
	})
	slices.Sort(matches)
	return matches, nil
}

// hidden says whether a name in the path begins with a dot where the pattern
// does not ask for one, as in a shell. (The desktop's ._data.csv is no data.)
func hidden(match, pattern string) bool {
	asked := strings.Split(pattern, "/")
	for i, name := range strings.Split(match, "/") {
		if strings.HasPrefix(name, ".") && !strings.HasPrefix(asked[i], ".") {
			return true
		}
	}
	return false
}

// missing says whether an error is that there is no such file.
func missing(err error) bool {
	var e *engine.Error
	return errors.As(err, &e) && e.Code == "58P01"
}
