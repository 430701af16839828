package datasets

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/engine"
)

// tree makes files of the names given, with one line each, below a new directory
// and returns that directory's real path. A name that ends in a slash is a
// directory; "a -> b" is a symbolic link.
func tree(t *testing.T, names ...string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		name, target, link := strings.Cut(name, " -> ")
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		switch {
		case link:
			err = os.Symlink(filepath.FromSlash(target), path)
		case strings.HasSuffix(name, "/"):
			err = os.MkdirAll(path, 0o755)
		default:
			err = os.WriteFile(path, []byte("a,b\n"), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func manager(t *testing.T, dirs ...string) *Manager {
	t.Helper()
	m, err := New(dirs, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// wantCode fails unless err is an *engine.Error of that SQLSTATE, and returns it.
// An empty code stands for no error.
func wantCode(t *testing.T, err error, code string) *engine.Error {
	t.Helper()
	var e *engine.Error
	switch {
	case code == "" && err == nil:
	case !errors.As(err, &e):
		t.Fatalf("error %v, want one of code %q", err, code)
	case e.Code != code:
		t.Fatalf("code %s (%s), want %q", e.Code, e.Message, code)
	}
	return e
}

// fakeSession is an engine.Session that keeps tables and loads nothing.
type fakeSession struct {
	engine.Session
	tables map[string]engine.Table
	loads  []engine.LoadSpec
	fail   error
}

func (s *fakeSession) Load(_ context.Context, spec engine.LoadSpec) (engine.Table, error) {
	if s.fail != nil {
		return engine.Table{}, s.fail
	}
	if _, taken := s.tables[spec.Table.Name]; taken && !spec.Replace {
		return engine.Table{}, engine.Errorf("42P07", "relation %q already exists", spec.Table.Name)
	}
	s.loads = append(s.loads, spec)
	t := engine.Table{TableName: spec.Table, Comment: spec.Comment, Rows: 1}
	if s.tables == nil {
		s.tables = map[string]engine.Table{}
	}
	s.tables[spec.Table.Name] = t
	return t, nil
}

func (s *fakeSession) Tables(_ context.Context, f engine.TableFilter) iter.Seq2[engine.Table, error] {
	return func(yield func(engine.Table, error) bool) {
		for _, t := range s.tables {
			schema := cmp.Or(t.Schema, "public")
			if strings.EqualFold(t.Name, f.Name) && (f.Schema == "" || schema == f.Schema) && !yield(t, nil) {
				return
			}
		}
	}
}
