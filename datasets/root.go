package datasets

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/csvsql/csvsql/engine"
)

// root is a directory below which files may be read, or one such file. The path
// is absolute and has no symbolic link in it.
type root struct {
	path string
	dir  bool
}

// New makes a Manager that may read the files, and everything below the dirs.
// Symbolic links there are followed as long as they lead to something that may be
// read. Relative paths of a Request are looked for in the dirs, in their order.
func New(dirs, files []string) (*Manager, error) {
	m := &Manager{}
	for _, name := range dirs {
		if err := m.addRoot(name, true); err != nil {
			return nil, err
		}
	}
	for _, name := range files {
		if err := m.addRoot(name, false); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *Manager) addRoot(name string, dir bool) error {
	path, err := filepath.Abs(name)
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return fileError(name, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return fileError(name, err)
	}
	if dir && !info.IsDir() {
		return engine.Errorf("42809", "%q is not a directory", name)
	}
	if !dir && !info.Mode().IsRegular() {
		return notRegularError(name, info)
	}
	m.roots = append(m.roots, root{path: path, dir: dir})
	return nil
}

// candidates are the places where the path, as the user wrote it, may be: itself
// if it is absolute, else below each of the directories.
func (m *Manager) candidates(path string) []string {
	if filepath.IsAbs(path) {
		return []string{filepath.Clean(path)}
	}
	var list []string
	for _, r := range m.roots {
		if r.dir {
			list = append(list, filepath.Join(r.path, path))
		}
	}
	return list
}

// Allows says whether what is at a path may be read.
func (m *Manager) Allows(path string) bool {
	path, err := filepath.Abs(path)
	return err == nil && m.allowed(realPath(path))
}

// allowed says whether a real path lies below a root. It compares whole names:
// /data does not hold /dataevil.
func (m *Manager) allowed(path string) bool {
	for _, r := range m.roots {
		if path == r.path {
			return true
		}
		rel, err := filepath.Rel(r.path, path)
		if r.dir && err == nil && filepath.IsLocal(rel) {
			return true
		}
	}
	return false
}

// realPath follows the symbolic links of a path as far as it exists and leaves
// the rest as it is, so that a path outside the roots is recognised as such
// whether or not there is anything.
func realPath(path string) string {
	rest := ""
	for dir := path; ; dir = filepath.Dir(dir) {
		if r, err := filepath.EvalSymlinks(dir); err == nil {
			return filepath.Join(r, rest)
		}
		if dir == filepath.Dir(dir) {
			return path
		}
		rest = filepath.Join(filepath.Base(dir), rest)
	}
}

// file is a file that may be read.
type file struct {
	name string // its own, or that of the symbolic link by which it was found
	path string // real and absolute
	info fs.FileInfo
}

// open checks that a file, given by a path of candidates, may be read and can be.
// name is what the user wrote.
func (m *Manager) open(name, path string) (file, error) {
	f := file{name: filepath.Base(path), path: realPath(path)}
	if !m.allowed(f.path) {
		return f, outsideError(name)
	}
	var err error
	if f.info, err = os.Stat(f.path); err != nil {
		return f, fileError(name, err)
	}
	if !f.info.Mode().IsRegular() { // opening a pipe would wait for its writer
		return f, notRegularError(name, f.info)
	}
	h, err := os.Open(f.path)
	if err != nil {
		return f, fileError(name, err)
	}
	return f, h.Close()
}

func outsideError(name string) *engine.Error {
	e := engine.Errorf("42501", "file %q is outside the data directories", name)
	e.Hint = "The server reads files below its data directories only. Start it with --data-dir DIR to add one."
	return e
}

func notRegularError(name string, info fs.FileInfo) *engine.Error {
	if !info.IsDir() {
		return engine.Errorf("42809", "%q is not a regular file", name)
	}
	e := engine.Errorf("42809", "%q is a directory", name)
	e.Hint = "To load all its files into one table, name them: '" + filepath.ToSlash(filepath.Join(name, "*.csv")) + "'."
	return e
}

// fileError is the error of the operating system on a file, with the SQLSTATE
// that PostgreSQL's COPY gives it. It never holds the real path.
func fileError(name string, err error) *engine.Error {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return engine.Errorf("58P01", "file %q does not exist", name)
	case errors.Is(err, fs.ErrPermission):
		return engine.Errorf("42501", "could not open file %q for reading: permission denied", name)
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return engine.Errorf("58030", "could not read file %q: %w", name, err)
}

// isURL tells a URL from a path, to refuse it in words that fit.
func isURL(path string) bool {
	scheme, _, ok := strings.Cut(path, "://")
	return ok && scheme != "" && !strings.ContainsAny(scheme, `/\`)
}
