//go:build linux && cgo && (amd64 || arm64)

// Package probes is what a hijacked engine would try first, for tests of the
// sandbox: of package sandbox itself, and of the process in which a server really
// runs its engine.
//
// The parent makes the [Places] with [Layout] and starts a child that may read
// Data and write Work. The child calls [Run], the parent looks at what was found
// with [Findings.Check].
package probes

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/engine/worker/sandbox"
)

// Places are paths that the parent made, and the parent itself.
type Places struct {
	Data    string // a directory to be read, with in.csv, link.csv -> secret.csv
	Work    string // a directory to be written
	Outside string // neither, with secret.csv
	Parent  int
}

// Layout makes the places for a test, which everyone may enter and change: it has
// to be the sandbox that stops them.
func Layout(t *testing.T) Places {
	t.Helper()
	root := t.TempDir()
	p := Places{
		Data: filepath.Join(root, "data"), Work: filepath.Join(root, "work"), Outside: filepath.Join(root, "outside"),
		Parent: os.Getpid(),
	}
	for _, dir := range []string{filepath.Dir(root), root, p.Data, p.Work, p.Outside} {
		if err := errors.Join(os.MkdirAll(dir, 0o700), os.Chmod(dir, 0o777)); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{p.Data + "/in.csv", p.Outside + "/secret.csv"} {
		if err := errors.Join(os.WriteFile(file, []byte("a\n1\n"), 0o600), os.Chmod(file, 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(p.Outside+"/secret.csv", p.Data+"/link.csv"); err != nil {
		t.Fatal(err)
	}
	return p
}

// Findings are what a child tells.
type Findings struct {
	Inside      sandbox.Report
	UID         int
	Env         []string
	Descriptors []string          // what each that is open leads to
	Errors      map[string]string // by the names of the probes that failed
}

// Run tries everything, in the child.
func Run(p Places) Findings {
	f := Findings{Inside: sandbox.Inside(), UID: os.Getuid(), Env: os.Environ(), Errors: map[string]string{}}
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		f.Descriptors = []string{err.Error()}
	}
	for _, fd := range open {
		if to, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil { // else it was that of the directory
			f.Descriptors = append(f.Descriptors, to)
		}
	}
	for _, probe := range probes {
		if err := probe.try(p); err != nil {
			f.Errors[probe.name] = err.Error()
		}
	}
	return f
}

// Check fails the test for everything that was not refused, for what was and
// should not have been, and for a data directory that has changed.
func (f Findings) Check(t *testing.T, p Places) {
	t.Helper()
	t.Log("holds: ", f.Inside.Holds())
	if lacks := f.Inside.Lacks(); lacks != "" {
		t.Log("lacks: ", lacks)
	}
	skipped := map[part]int{}
	for _, probe := range probes {
		text := f.Errors[probe.name]
		switch {
		case probe.part == none && text != "":
			t.Errorf("%s: %s", probe.name, text)
		case probe.part == none:
		case !probe.part.holds(f.Inside):
			skipped[probe.part]++
		case !refused(text):
			t.Errorf("%s: not refused, %q", probe.name, text)
		}
	}
	for part, n := range skipped {
		t.Logf("SKIPPED %d probes of %s: this kernel does not refuse them", n, part)
	}
	if content, err := os.ReadFile(p.Data + "/in.csv"); err != nil || string(content) != "a\n1\n" {
		t.Errorf("the data file is %q, %v", content, err)
	}
	if list, err := os.ReadDir(p.Data); err != nil || len(list) != 2 {
		t.Errorf("the data directory has %v, %v", list, err)
	}
}

// holds reports whether a part does.
func (p part) holds(r sandbox.Report) bool {
	switch p {
	case files:
		return r.Landlock >= 1
	case truncate:
		return r.Landlock >= 3
	case calls:
		return r.Seccomp
	}
	return true
}

// refused reports whether an error is the sandbox's and not an accident's: that
// of a wrong argument would hide that the call was let through.
func refused(text string) bool {
	for _, accident := range accidents {
		if strings.HasSuffix(text, accident.Error()) {
			return false
		}
	}
	return text != ""
}
