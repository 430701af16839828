package users

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestReadWrite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "users")
	list := &List{Users: []User{{"ann", "SCRAM-SHA-256$1:a$b:c"}, {"bob", "md5"}, {"none", ""}}}
	if err := Write(path, list); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	got, err := Read(path)
	if err != nil || len(got.Users) != 3 || *got.Find("ann") != list.Users[0] || got.Find("none").Verifier != "" || got.Find("eve") != nil {
		t.Errorf("%+v, %v", got, err)
	}
	if len(got.Secret) != 32 || string(got.Secret) != string(list.Secret) {
		t.Errorf("secret %x", got.Secret)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("readable for others: %v", err)
	}
}

func TestReadErrors(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"ann":                      "line 1: it is not USER:VERIFIER",
		"# \n\n:?":                 "line 3: the secret is not base64",
		"a:1\na:2":                 "line 2: the user a is there twice",
		strings.Repeat("x", 1<<20): "token too long",
	} {
		path := filepath.Join(t.TempDir(), "users")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v", content, err)
		}
	}
}

func TestCheckName(t *testing.T) {
	t.Parallel()
	for name, good := range map[string]bool{"ann": true, "Ann Lee": true, "é": true, "": false, "a:b": false, "#a": false, "a\nb": false} {
		if err := CheckName(name); (err == nil) != good {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestReload: a changed file counts, a broken or missing one does not.
func TestReload(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "users")
	clock := time.Now()
	write := func(content string) {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		clock = clock.Add(time.Second) // whatever the clock of the file system can tell apart
		if err := os.Chtimes(path, clock, clock); err != nil {
			t.Fatal(err)
		}
	}
	write("ann:1")
	var log strings.Builder
	s, err := Open(path, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	check := func(want string) {
		t.Helper()
		if got, err := s.Verifier(t.Context(), "ann"); got != want || err != nil {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
	check("1")
	write("ann:2")
	check("2")
	write("broken")
	check("2")
	check("2")
	os.Remove(path)
	check("2")
	check("2")
	if n := strings.Count(log.String(), "\n"); n != 2 {
		t.Errorf("%d lines of log: %s", n, &log)
	}
	write("bob:3")
	check("")
}
