// Package users keeps the users of a server in a file: who they are, and the
// verifiers of their passwords, which the server never knows.
//
//	# lines like this one are comments
//	:<server secret, in base64>
//	ann:SCRAM-SHA-256$4096:<salt>$<StoredKey>:<ServerKey>
//	bob:md5<hash>
//
// The verifiers are PostgreSQL's own (pg_authid.rolpassword). Who has read them
// can try passwords on them at his leisure, so nobody else than the owner may be
// able to read the file. The secret makes up the salts of users who do not exist;
// see wire.Server.MockSecret.
package users

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// User is a line of the file.
type User struct{ Name, Verifier string }

// List is what a file says.
type List struct {
	Secret []byte
	Users  []User // in the order of the file
}

// Find returns a user, or nil.
func (l *List) Find(name string) *User {
	i := slices.IndexFunc(l.Users, func(u User) bool { return u.Name == name })
	if i < 0 {
		return nil
	}
	return &l.Users[i]
}

// Read reads a file. It is an error if others may read it too.
func Read(path string) (*List, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if others := info.Mode().Perm() & 0o077; others != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("%s: others than its owner may use it (mode %04o); chmod 600 %s", path, info.Mode().Perm(), path)
	}
	list := &List{}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		if err := list.add(lines.Text()); err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", path, n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return list, nil
}

func (l *List) add(line string) error {
	line = strings.TrimRight(line, "\r")
	if line == "" || line[0] == '#' {
		return nil
	}
	name, value, ok := strings.Cut(line, ":")
	switch {
	case !ok:
		return errors.New("it is not USER:VERIFIER")
	case name == "":
		secret, err := base64.StdEncoding.DecodeString(value)
		if err != nil || len(secret) == 0 {
			return errors.New("the secret is not base64")
		}
		l.Secret = secret
		return nil
	case l.Find(name) != nil:
		return fmt.Errorf("the user %s is there twice", name)
	}
	l.Users = append(l.Users, User{name, value})
	return nil
}

// CheckName says whether a file can have a user of that name.
func CheckName(name string) error {
	if name == "" || strings.HasPrefix(name, "#") || strings.ContainsAny(name, ":\r\n\x00") {
		return fmt.Errorf("%q cannot be the name of a user", name)
	}
	return nil
}

const header = "# Users of csvsql, and what their passwords are checked with. Keep it to yourself.\n"

// Write replaces a file, at once: whoever reads it meanwhile sees the old one or
// the new one. Comments are lost. A list without a secret gets one.
func Write(path string, l *List) error {
	if l.Secret == nil {
		l.Secret = make([]byte, 32)
		rand.Read(l.Secret) // never fails
	}
	var b bytes.Buffer
	b.WriteString(header)
	fmt.Fprintf(&b, ":%s\n", base64.StdEncoding.EncodeToString(l.Secret))
	for _, u := range l.Users {
		fmt.Fprintf(&b, "%s:%s\n", u.Name, u.Verifier)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".users-*") // of mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b.Bytes())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Source is a file as a server looks into it: a wire.AuthSource that sees what has
// changed in the file.
type Source struct {
	path string
	log  *slog.Logger

	mu      sync.Mutex
	list    *List
	changed state
}

// state is by what a change of a file is seen.
type state struct {
	modified time.Time
	size     int64
	mode     fs.FileMode
}

// Open reads a file for a server. Later, if it cannot be read, what it said before
// holds, and log is told.
func Open(path string, log *slog.Logger) (*Source, error) {
	s := &Source{path: path, log: log}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if s.list, err = Read(path); err != nil {
		return nil, err
	}
	s.changed = stateOf(info)
	return s, nil
}

func stateOf(info fs.FileInfo) state { return state{info.ModTime(), info.Size(), info.Mode()} }

// List returns what the file says now.
func (s *Source) List() *List {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := state{} // of a file that is gone
	info, err := os.Stat(s.path)
	if err == nil {
		now = stateOf(info)
	}
	if now == s.changed {
		return s.list
	}
	s.changed = now // whatever is wrong with it is told once
	if err == nil {
		var list *List
		if list, err = Read(s.path); err == nil {
			s.list = list
		}
	}
	if err != nil {
		s.log.Error("the users have changed and cannot be read; the old ones stay", "error", err)
	}
	return s.list
}

// Verifier implements wire.AuthSource.
func (s *Source) Verifier(_ context.Context, user string) (string, error) {
	if u := s.List().Find(user); u != nil {
		return u.Verifier, nil
	}
	return "", nil
}
