package difftest

import (
	"fmt"
	"strconv"
	"strings"
)

// Counts are the numbers of answers by Class.
type Counts [classes]int

// Add adds the numbers of other.
func (c *Counts) Add(other Counts) {
	for i, n := range other {
		c[i] += n
	}
}

func (c Counts) String() string {
	var parts []string
	for class, n := range c {
		parts = append(parts, fmt.Sprintf("%s %4d", Class(class), n))
	}
	return strings.Join(parts, "  ")
}

// DiffCounts are the lines that two tables of counts do not share.
func DiffCounts(want, got string) string {
	var b strings.Builder
	old, lines := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(old), len(lines)) {
		var a, z string
		if i < len(old) {
			a = old[i]
		}
		if i < len(lines) {
			z = lines[i]
		}
		if a != z {
			fmt.Fprintf(&b, "- %s\n+ %s\n", a, z)
		}
	}
	return b.String()
}

// Worse says that a table of counts has a file with fewer answers with
// PostgreSQL's values, or with more that are not PostgreSQL's, than another table.
func Worse(want, got string) bool {
	old := tableOf(want)
	for file, now := range tableOf(got) {
		was := old[file]
		if now[Exact]+now[Value] < was[Exact]+was[Value] || now[Differs]+now[Lenient] > was[Differs]+was[Lenient] {
			return true
		}
	}
	return false
}

// tableOf reads lines of a name and the counts that Counts.String writes.
func tableOf(text string) map[string]Counts {
	table := make(map[string]Counts)
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		var c Counts
		for i := range c {
			c[i], _ = strconv.Atoi(fields[2+2*i]) // written by us: a name, then a class and its count in turns
		}
		table[fields[0]] = c
	}
	return table
}
