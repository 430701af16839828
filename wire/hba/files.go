package hba

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/csvsql/csvsql/wire"
)

// ParseFile reads the rules of a file, and those of the files that it includes
// (PostgreSQL documentation, 21.1: include, include_if_exists, include_dir, and
// @file for lists of databases and users). Relative names are looked for beside the
// file that they stand in. The error names file and line.
func ParseFile(path string, c Config) (wire.Rules, error) {
	p := rulesParser{config: c, files: newFiles(path), rules: wire.Rules{}}
	if err := p.parseFile(path); err != nil {
		return nil, err
	}
	return p.rules, nil
}

// maxDepth bounds how deep files include each other, as in PostgreSQL.
const maxDepth = 10

// files are those that names in the one that is being read lead to.
type files struct {
	dir   string // where that one is
	depth int
	seen  map[string]struct{} // all that were looked at, folders too
}

func newFiles(path string) *files {
	return &files{dir: filepath.Dir(path), seen: map[string]struct{}{}}
}

// resolve is the path of a file that is named in the one that is being read.
func (f *files) resolve(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(f.dir, name)
}

// within calls read with an open file; names in it count from where it is.
func (f *files) within(path string, read func(*os.File) error) error {
	if f.depth >= maxDepth {
		return fmt.Errorf("%s: files include each other too deep", path)
	}
	f.seen[path] = struct{}{}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	outer := f.dir
	f.dir = filepath.Dir(path)
	f.depth++
	defer func() {
		f.dir = outer
		f.depth--
	}()
	if err := read(file); err != nil {
		return fmt.Errorf("%s, %w", path, err)
	}
	return nil
}

func (p *rulesParser) parseFile(path string) error {
	return p.files.within(path, func(file *os.File) error { return p.parse(file) })
}

// include reads the rules that a line includes, if it is one that does.
func (p *rulesParser) include(fields []field) (included bool, err error) {
	directive := fields[0].String()
	switch directive {
	case "include", "include_if_exists", "include_dir":
	default:
		return false, nil
	}
	if p.files == nil {
		return true, fmt.Errorf("%s: other files are not read", directive)
	}
	if len(fields) != 2 || len(fields[1]) != 1 {
		return true, fmt.Errorf("%s: a name, and nothing else, has to follow", directive)
	}
	path := p.files.resolve(fields[1][0].text)
	if directive == "include_dir" {
		return true, p.includeDir(path)
	}
	err = p.parseFile(path)
	if directive == "include_if_exists" && isMissing(err, path) {
		err = nil
	}
	return true, err
}

// isMissing says that there is no such file, as opposed to one that it includes.
func isMissing(err error, path string) bool {
	var missing *fs.PathError
	return errors.As(err, &missing) && errors.Is(missing, fs.ErrNotExist) && missing.Path == path
}

// includeDir reads the files of a folder that end in .conf, in the order of their
// names, without hidden ones.
func (p *rulesParser) includeDir(dir string) error {
	p.files.seen[dir] = struct{}{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") || !strings.HasSuffix(e.Name(), ".conf") {
			continue
		}
		if err := p.parseFile(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// expand puts the words of the files that are named in a field in their place.
func (p *rulesParser) expand(f field) (field, error) {
	var words field
	for _, w := range f {
		if !w.file {
			words = append(words, w)
			continue
		}
		if p.files == nil {
			return nil, fmt.Errorf("%s: other files are not read", w.text)
		}
		err := p.files.within(p.files.resolve(w.text[1:]), func(file *os.File) error {
			return eachLine(file, func(fields []field) error {
				for _, f := range fields {
					inner, err := p.expand(f)
					if err != nil {
						return err
					}
					words = append(words, inner...)
				}
				return nil
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return words, nil
}
