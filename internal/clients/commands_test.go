package clients

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/internal/pgtest"
)

// The tables of the statements that clients were seen to send.
const commandTables = "../difftest/testdata/clients/setup.sql"

// differentCommands are the lines of commands.sql that are answered otherwise, with
// the reason; one that no longer is has to leave the list.
func differentCommands() map[string]string {
	return map[string]string{
		`\dt *.*`:        "there are no TOAST tables",
		`\sv big_orders`: "a view is shown as it was written",
	}
}

// TestCommands runs psql's commands on csvsql and on PostgreSQL, of this machine's
// psql and, with -install, of the newest one that can be had: those of commands.sql
// print the same, and those of commands_all.sql are answered without an error.
func TestCommands(t *testing.T) {
	psql := need(t, "psql")
	t.Run("psql", func(t *testing.T) { runCommands(t, psql) })
	t.Run("newest psql", func(t *testing.T) {
		w := &workshop{dir: t.TempDir()}
		runCommands(t, filepath.Join(w.newestTools(t), "psql"))
	})
}

func runCommands(t *testing.T, psql string) {
	version, err := exec.CommandContext(t.Context(), psql, "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s", version)
	csvsql, postgres := newTarget(t, runCSVSQL(t)), newTarget(t, pgtest.Start(t).Addr)
	for _, s := range []target{csvsql, postgres} {
		run(t, s, "", nil, psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", commandTables)
	}
	different := differentCommands()
	for _, command := range lines(t, "commands.sql") {
		got, want := printed(t, psql, csvsql, command), printed(t, psql, postgres, command)
		switch why, known := different[command]; {
		case known && got == want:
			t.Errorf("%s prints the same, and not otherwise: %s", command, why)
		case !known && got != want:
			t.Errorf("%s\n got %s\nwant %s", command, got, want)
		}
	}
	out, _ := exec.CommandContext(t.Context(), psql, "-X", csvsql.url(), "-f", testdata(t, "commands_all.sql")).CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "ERROR") {
			t.Error(line)
		}
	}
}

// lines are the lines of a file in testdata.
func lines(t *testing.T, name string) []string {
	return strings.Split(strings.TrimSpace(contents(t, testdata(t, name))), "\n")
}

// port is what the address of a server differs in.
var port = regexp.MustCompile(`(?i)port( at)? "\d+"|(Server Port \|) \d+|Superuser \| \w+|Backend PID \| \d+`)

// printed is what a command prints, without what is another one on each server.
func printed(t *testing.T, psql string, s target, command string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "command.sql")
	write(t, file, command+"\n")
	out, _ := exec.CommandContext(t.Context(), psql, "-X", s.url(), "-f", file).CombinedOutput()
	text := strings.NewReplacer(file, "command", "C.UTF-8", "C").Replace(string(out)) // locales sort alike
	return port.ReplaceAllString(folded(text), "port")
}
