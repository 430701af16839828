// Package privdir makes directories for what a process writes to disk while it
// runs and nobody else may see: databases, spilled results, sockets. Such a
// directory goes with the process, at the latest when the next one sweeps.
//
// They all lie in one directory of the user, csvsql-<uid> in the directory for
// temporary files. Since everybody may write to the latter, someone else may have
// made the former first; it is used only if it belongs to this user and nobody
// else has any rights on it.
//
// The process that owns a directory holds a lock on it (flock), by which others
// see that it lives: the kernel lets go of it however the process ends. The lock
// is on the directory itself, not on a file in it, because that also keeps
// systemd-tmpfiles from cleaning it up for its age.
package privdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// Dir is a private directory.
type Dir struct {
	path string
	lock *os.File
}

// New makes a private directory, after removing those in base whose owners are
// dead as far as that is possible (Sweep says why it is not). base is the
// directory for temporary files to make it in; "" stands for [os.TempDir]. The
// caller closes it.
func New(base string) (*Dir, error) {
	home, err := openHome(base)
	if err != nil {
		return nil, err
	}
	defer home.Close()
	sweep(home) // what cannot be removed is no reason not to start

	// home stays locked until the new directory is, or a sweep would take it for
	// one whose owner is dead.
	path, err := os.MkdirTemp(home.Name(), strconv.Itoa(os.Getpid())+"-*")
	if err != nil {
		return nil, err
	}
	d := &Dir{path: path}
	if d.lock, err = os.Open(path); err == nil {
		err = lock(d.lock)
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// Path is the absolute path of the directory.
func (d *Dir) Path() string { return d.path }

// Close removes the directory and what is in it. Closing it again does nothing.
func (d *Dir) Close() error {
	if d.path == "" {
		return nil
	}
	err := os.RemoveAll(d.path)
	if d.lock != nil {
		err = errors.Join(err, d.lock.Close()) // last: until here it is ours
	}
	d.path, d.lock = "", nil
	return err
}

// Sweep removes the private directories in base whose owners are dead and returns
// how many it removed. Where there is no flock (Windows, Solaris, AIX) nobody can
// tell which they are, and it removes none.
func Sweep(base string) (int, error) {
	home, err := openHome(base)
	if err != nil {
		return 0, err
	}
	defer home.Close()
	return sweep(home)
}

func sweep(home *os.File) (int, error) {
	entries, err := os.ReadDir(home.Name())
	if err != nil {
		return 0, err
	}
	removed := 0
	var failed []error
	for _, e := range entries {
		path := filepath.Join(home.Name(), e.Name())
		switch dead, err := abandoned(path); {
		case errors.Is(err, fs.ErrNotExist): // its owner has just closed it
		case err != nil:
			failed = append(failed, err)
		case dead:
			if err := os.RemoveAll(path); err != nil {
				failed = append(failed, err)
				continue
			}
			removed++
		}
	}
	return removed, errors.Join(failed...)
}

// openHome makes the user's directory in base if need be, checks that it is safe
// to use, and returns it open and locked; closing it unlocks it.
func openHome(base string) (*os.File, error) {
	if base == "" {
		base = os.TempDir()
	}
	base, err := filepath.Abs(base)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(base, "csvsql-"+strconv.Itoa(os.Getuid()))
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	// Lstat: a symbolic link is not a directory, wherever it leads.
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if err := checkHome(info); err != nil {
		return nil, fmt.Errorf("%s %w; remove it or set TMPDIR to a directory of your own", path, err)
	}
	home, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if err := lockWait(home); err != nil {
		return nil, errors.Join(err, home.Close())
	}
	return home, nil
}
