//go:build linux

package worker

import (
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/csvsql/csvsql/wire/pglex"
)

// fingerprint names a statement in the log, where its text and its values are
// nobody's business: its first word and a number that is the same for statements
// that differ in their literals only.
func fingerprint(sql string) string {
	h := fnv.New32a()
	verb := ""
	l := pglex.New(sql, pglex.Limits{})
	for {
		t, err := l.Next()
		if err != nil || t.Kind == pglex.EOF {
			break
		}
		text := strings.ToUpper(t.Text(sql))
		if verb == "" {
			verb = text
		}
		if t.Kind == pglex.Number || t.Kind == pglex.String {
			text = "?"
		}
		h.Write([]byte(text))
		h.Write([]byte{0})
	}
	return fmt.Sprintf("%.12s %08x", verb, h.Sum32())
}

// lastLine is what is worth telling of what a process wrote before it ended: the
// line in which a Go or C++ crash says what it is, else the last one.
func lastLine(text string) string {
	last := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		for _, start := range []string{"fatal error:", "panic:", "SIG", "terminate called", "what():", "unexpected fault"} {
			if strings.HasPrefix(line, start) {
				return line
			}
		}
		if line != "" {
			last = line
		}
	}
	return last
}

// makesTemporary says whether a statement may make something that only its
// session has: CREATE and TEMP or TEMPORARY among its first words.
func makesTemporary(sql string) bool {
	l := pglex.New(sql, pglex.Limits{})
	create := false
	for range 6 {
		t, err := l.Next()
		switch {
		case err != nil || t.Kind == pglex.EOF:
			return false
		case t.IsWord(sql, "create"):
			create = true
		case t.IsWord(sql, "temp"), t.IsWord(sql, "temporary"):
			return create
		}
	}
	return false
}
