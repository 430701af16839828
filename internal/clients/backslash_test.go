package clients

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// backslash runs psql's commands that read the catalog. Their output was recorded
// from PostgreSQL 15, which the test shows by running it there too.
func backslash(t *testing.T, _ *workshop) func(*testing.T, target) {
	path := need(t, "psql")
	return func(t *testing.T, s target) {
		out, err := exec.CommandContext(t.Context(), path, "-X", "-q", s.url(), "-f", testdata(t, "backslash.sql")).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		sameLines(t, folded(string(out)), folded(contents(t, testdata(t, "backslash.out"))))
	}
}

// folded is a text without the differences that white space and the width of
// columns make.
func folded(s string) string {
	s = regexp.MustCompile(`-{2,}`).ReplaceAllString(s, "--")
	var lines []string
	for line := range strings.Lines(s) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
