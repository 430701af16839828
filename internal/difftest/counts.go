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

// ParseCounts reads what String writes.
func ParseCounts(text string) (c Counts) {
	fields := strings.Fields(text)
	for class := range c {
		if n := 2*class + 1; n < len(fields) {
			c[class], _ = strconv.Atoi(fields[n])
		}
	}
	return c
}

// Worse reports whether there are fewer answers with PostgreSQL's values than in
// want, or more that are wrong.
func (c Counts) Worse(want Counts) bool {
	return c[Exact] < want[Exact] || c[Exact]+c[Value] < want[Exact]+want[Value] ||
		c[Differs]+c[Lenient] > want[Differs]+want[Lenient]
}
