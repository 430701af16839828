package difftest

import (
	"fmt"
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
