package clients

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestConnect holds docs/connect.md to the programs: a block that names a file has
// lines of that file, in their order.
func TestConnect(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/connect.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```\\w+ (\\S+)\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	const least = 20 // clients
	if len(blocks) < least {
		t.Fatalf("%d blocks", len(blocks))
	}
	for _, b := range blocks {
		path := filepath.Join("testdata", b[1])
		if strings.HasSuffix(path, "_test.go") {
			path = b[1]
		}
		program, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
			continue
		}
		rest := string(program)
		for line := range strings.Lines(strings.TrimSpace(b[2])) {
			_, after, ok := strings.Cut(rest, strings.TrimSpace(line))
			if !ok {
				t.Errorf("%s does not have, or not there: %s", b[1], line)
				break
			}
			rest = after
		}
	}
}
