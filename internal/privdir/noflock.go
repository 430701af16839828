//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package privdir

import (
	"errors"
	"io/fs"
	"os"
)

// Without flock nothing is held, so nothing may be taken for abandoned.

func lock(*os.File) error              { return nil }
func lockWait(*os.File) error          { return nil }
func abandoned(_ string) (bool, error) { return false, nil }

// checkHome looks at the kind only: the directory for temporary files is the
// user's own on Windows, and modes say nothing there.
func checkHome(info fs.FileInfo) error {
	if !info.IsDir() {
		return errors.New("is not a directory")
	}
	return nil
}
