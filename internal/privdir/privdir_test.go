//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package privdir

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// TestMain is also the process that TestSweepAfterKill kills: it makes a private
// directory, says where, and waits.
func TestMain(m *testing.M) {
	if base := os.Getenv("PRIVDIR_TEST_BASE"); base != "" {
		d, err := New(base)
		if err != nil {
			panic(err)
		}
		os.Stdout.WriteString(d.Path() + "\n")
		bufio.NewReader(os.Stdin).ReadString('\n')
		os.Exit(1) // the test kills it before
	}
	os.Exit(m.Run())
}

func home(base string) string {
	return filepath.Join(base, "csvsql-"+strconv.Itoa(os.Getuid()))
}

func isThere(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func TestNewAndClose(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	d, err := New(base)
	if err != nil {
		t.Fatal(err)
	}
	path := d.Path()
	for _, p := range []string{path, home(base)} {
		info, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o700 {
			t.Errorf("%s has mode %v", p, info.Mode())
		}
	}
	if filepath.Dir(path) != home(base) {
		t.Errorf("%s is not in %s", path, home(base))
	}
	if err := os.WriteFile(filepath.Join(path, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if isThere(path) {
		t.Error("it is there after Close")
	}
	if err := d.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
}

func TestSweepLeavesTheLiving(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	d, err := New(base)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	dead := filepath.Join(home(base), "1-1")
	if err := os.MkdirAll(filepath.Join(dead, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(home(base), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	outside := t.TempDir()
	link := filepath.Join(home(base), "link")
	if err := os.Symlink(outside, link); err != nil {
		t.Fatal(err)
	}
	n, err := Sweep(base)
	if err != nil || n != 1 {
		t.Errorf("swept %d, %v", n, err)
	}
	if isThere(dead) {
		t.Error("the dead one is there")
	}
	for _, path := range []string{d.Path(), file, link, outside} {
		if !isThere(path) {
			t.Errorf("%s is gone", path)
		}
	}
}

func TestSweepAfterKill(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PRIVDIR_TEST_BASE="+base)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, readErr := bufio.NewReader(stdout).ReadString('\n')
	path := strings.TrimSpace(line)
	n, sweepErr := Sweep(base) // while it lives
	lived := isThere(path)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	if readErr != nil || sweepErr != nil || n != 0 || !lived {
		t.Fatalf("path %q, %v; swept %d while it lived, %v", path, readErr, n, sweepErr)
	}
	if n, err = Sweep(base); err != nil || n != 1 || isThere(path) {
		t.Errorf("swept %d after the kill, %v", n, err)
	}
}

func TestNewSweeps(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	dead := filepath.Join(home(base), "1-1")
	if err := os.MkdirAll(dead, 0o700); err != nil {
		t.Fatal(err)
	}
	d, err := New(base)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if isThere(dead) {
		t.Error("the dead one is there")
	}
}

// TestConcurrent holds that no sweep takes a directory that was just made.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				d, err := New(base)
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := Sweep(base); err != nil {
					t.Error(err)
				}
				if !isThere(d.Path()) {
					t.Error("a sweep took a directory in use")
				}
				if err := d.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	entries, err := os.ReadDir(home(base))
	if err != nil || len(entries) != 0 {
		t.Errorf("left: %v, %v", entries, err)
	}
}

func TestUnsafeHomes(t *testing.T) {
	t.Parallel()
	for what, plant := range map[string]func(path string) error{
		"a loose mode":    func(path string) error { return os.Mkdir(path, 0o700) },
		"a symbolic link": func(path string) error { return os.Symlink(t.TempDir(), path) },
		"a file":          func(path string) error { return os.WriteFile(path, nil, 0o600) },
	} {
		base := t.TempDir()
		if err := plant(home(base)); err != nil {
			t.Fatal(err)
		}
		if what == "a loose mode" { // the umask may have taken it from Mkdir
			if err := os.Chmod(home(base), 0o750); err != nil {
				t.Fatal(err)
			}
		}
		if d, err := New(base); err == nil {
			t.Errorf("%s: made %s", what, d.Path())
			d.Close()
		} else if !strings.Contains(err.Error(), "TMPDIR") {
			t.Errorf("%s: %v does not say what to do", what, err)
		}
		if _, err := Sweep(base); err == nil {
			t.Errorf("%s: swept", what)
		}
	}
}

func TestForeignHome(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	if err := os.Mkdir(home(base), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(home(base), os.Getuid()+1, -1); err != nil {
		t.Skip("only root can give a directory away")
	}
	if d, err := New(base); err == nil {
		t.Errorf("made %s in a directory of another user", d.Path())
		d.Close()
	}
}

func TestMissingBase(t *testing.T) {
	t.Parallel()
	if d, err := New(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Errorf("made %s", d.Path())
		d.Close()
	}
}
