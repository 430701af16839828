package examples

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadmes does what every README says: it starts the program with the
// arguments of its "go run" line, runs the sessions of psql that are printed
// there, and expects the output that is printed there.
func TestReadmes(t *testing.T) {
	t.Parallel()
	psql, err := exec.LookPath("psql")
	if err != nil {
		t.Skip("no psql on this machine: it comes with PostgreSQL's client programs")
	}
	readmes, err := filepath.Glob("*/README.md")
	if err != nil || len(readmes) == 0 {
		t.Fatal("no READMEs: ", err)
	}
	for _, path := range readmes {
		t.Run(filepath.Dir(path), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			r, err := parseReadme(string(text))
			if err != nil {
				t.Fatal(err)
			}
			p := start(t, r.name, r.args...)
			for _, s := range r.sessions {
				s.replay(t, psql, p)
			}
		})
	}
}

// TestEveryExampleHasAReadme holds the folders, their READMEs and the list in
// this folder's README together.
func TestEveryExampleHasAReadme(t *testing.T) {
	t.Parallel()
	list, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	mains, err := filepath.Glob("*/main.go")
	if err != nil || len(mains) == 0 {
		t.Fatal("no examples: ", err)
	}
	for _, path := range mains {
		name := filepath.Dir(path)
		if _, err := os.Stat(filepath.Join(name, "README.md")); err != nil {
			t.Error(err)
		}
		if !strings.Contains(string(list), fmt.Sprintf("[%s](%[1]s)", name)) {
			t.Errorf("README.md does not list %s", name)
		}
	}
}

// readme is what can be tried of a README.
type readme struct {
	name     string // of the program
	args     []string
	sessions []session
}

// session is a command and, if it is interactive, what is typed into it.
type session struct {
	command string // with psql in it
	input   string
	output  string
}

// prompt is psql's: the database, the state of the transaction, the user's rank.
var prompt = regexp.MustCompile(`^\w+[=\-'"(][*!]?[>#] `)

func parseReadme(text string) (r readme, err error) {
	var current *session
	fenced := false
	for line := range strings.Lines(text) {
		command, isCommand := strings.CutPrefix(line, "$ ")
		switch {
		case strings.HasPrefix(line, "```"):
			fenced = !fenced
			current = nil
		case !fenced:
			if words := strings.Fields(line); len(words) > 2 && words[0] == "go" && words[1] == "run" && r.name == "" {
				r.name, r.args = filepath.Base(words[2]), words[3:]
			}
		case isCommand && strings.Contains(command, "psql "):
			r.sessions = append(r.sessions, session{command: strings.TrimSpace(command)})
			current = &r.sessions[len(r.sessions)-1]
		case current == nil:
		case prompt.MatchString(line):
			current.input += prompt.ReplaceAllString(line, "")
		default:
			current.output += line
		}
	}
	if r.name == "" {
		return r, fmt.Errorf("a README needs a line with go run")
	}
	return r, nil
}

// replay runs the session against p. Its input is given to psql as from a
// file, so that the output is what a terminal shows but for the prompts.
func (s session) replay(t *testing.T, psql string, p *program) {
	t.Helper()
	_, port, err := net.SplitHostPort(p.addr)
	if err != nil {
		t.Fatal(err)
	}
	command := strings.ReplaceAll(s.command, "5434", port)
	cmd := exec.CommandContext(t.Context(), "sh", "-c", strings.Replace(command, "psql", `"$0" -X`, 1), psql)
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), "PGUSER=ada", "LC_ALL=C", "PAGER=cat")
	cmd.Stdin = strings.NewReader(s.input)
	out, err := cmd.CombinedOutput()
	if err != nil && len(out) == 0 {
		t.Fatal(err)
	}
	if got := string(out); strings.TrimSpace(got) != strings.TrimSpace(s.output) {
		t.Errorf("%s\ngot:\n%s\nthe README has:\n%s", s.command, got, s.output)
	}
}
