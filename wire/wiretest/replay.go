package wiretest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/wire/client"
)

// Comparison says how much of the answers has to be the same.
type Comparison int

const (
	// Exact compares everything that is recorded.
	Exact Comparison = iota

	// Portable is for servers that are not PostgreSQL. Of the errors that come
	// from evaluating or analysing a statement it compares severity and SQLSTATE,
	// for their wording is the engine's own; of those that come from the protocol
	// (classes 08, 25, 26, 34, 55, and 42P03, 42P05) the text too.
	Portable
)

// Replay plays each script of the folder on a connection of its own, as a subtest
// named after the file, and compares the answers with the recorded ones. connect
// may skip a script by the name of its test.
func Replay(t *testing.T, scripts fs.FS, how Comparison, connect func(t *testing.T) *client.Conn) {
	t.Helper()
	Each(t, scripts, func(t *testing.T, want *Script) {
		got, err := want.Run(connect(t))
		if err != nil {
			t.Fatal(err)
		}
		if diff := Diff(want, got, how); diff != "" {
			t.Error(diff)
		}
	})
}

// Record plays each script of the folder dir on a connection of its own, as a
// subtest named after the file, and writes down what the server answers. A test
// calls it in place of Replay when a flag of its own says so, with a connection to
// a server whose answers are the right ones: PostgreSQL.
func Record(t *testing.T, dir string, connect func(t *testing.T) *client.Conn) {
	t.Helper()
	Each(t, os.DirFS(dir), func(t *testing.T, s *Script) {
		played, err := s.Run(connect(t))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, s.Name), []byte(played.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	})
}

// Each calls f with each script of the folder, as a subtest.
func Each(t *testing.T, scripts fs.FS, f func(t *testing.T, s *Script)) {
	t.Helper()
	names, err := fs.Glob(scripts, "*.txt")
	if err != nil || len(names) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(name, ".txt"), func(t *testing.T) {
			text, err := fs.ReadFile(scripts, name)
			if err != nil {
				t.Fatal(err)
			}
			s, err := ParseScript(name, string(text))
			if err != nil {
				t.Fatal(err)
			}
			f(t, s)
		})
	}
}

// Diff describes the blocks in which two plays of a script differ; empty if there
// are none.
func Diff(want, got *Script, how Comparison) string {
	var w strings.Builder
	for i, b := range want.blocks {
		if diff := diffMessages(b.messages, got.blocks[i].messages, how); diff != "" {
			fmt.Fprintf(&w, "%s:%d: %s (- recorded, + received)\n%s", want.Name, b.line, b.head, diff)
		}
	}
	return w.String()
}

// diffMessages shows both lists from their first difference on.
func diffMessages(want, got []string, how Comparison) string {
	same := 0
	for same < len(want) && same < len(got) && compared(want[same], how) == compared(got[same], how) {
		same++
	}
	if same == len(want) && same == len(got) {
		return ""
	}
	var w strings.Builder
	for _, m := range want[:same] {
		fmt.Fprintf(&w, "\t  %s\n", m)
	}
	for _, m := range want[same:] {
		fmt.Fprintf(&w, "\t- %s\n", m)
	}
	for _, m := range got[same:] {
		fmt.Fprintf(&w, "\t+ %s\n", m)
	}
	return w.String()
}

// compared is the part of a message that counts.
func compared(message string, how Comparison) string {
	if how == Exact {
		return message
	}
	words := strings.SplitN(message, " ", 4)
	if len(words) < 4 || (words[0] != "ErrorResponse" && words[0] != "NoticeResponse") || ofProtocol(words[2]) {
		return message
	}
	return strings.Join(words[:3], " ")
}

// ofProtocol says that errors of this code are the protocol's, not the engine's.
func ofProtocol(code string) bool {
	switch code {
	case "42P03", "42P05":
		return true
	}
	switch code[:min(2, len(code))] {
	case "08", "25", "26", "34", "55":
		return true
	}
	return false
}
