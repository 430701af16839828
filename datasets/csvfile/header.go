package csvfile

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// maxPreamble is how many lines there may be before the header.
const maxPreamble = 50

// table is what the beginning of a text says about its columns.
type table struct {
	skip     int // lines before the header, or before the first row
	preamble int // of them, those with something in them
	width    int
	header   bool
	names    []string
	renamed  bool // because a name was empty or came twice
}

// findTable finds the header, or the first row, and names the columns.
func findTable(head []byte, d Dialect, o Options) table {
	head = wholeLines(head, d.NewLine)
	var t table
	if o.Skip != nil {
		t.skip, t.preamble = *o.Skip, *o.Skip
		for range t.skip {
			_, head, _ = bytes.Cut(head, d.lineEnd())
		}
	}
	records := headRecords(head, d, o)
	if o.Skip == nil {
		for range preamble(records) {
			records = t.leaveOut(records)
		}
		for len(records) > 1 && slices.Equal(records[0].values, records[1].values) && isHeader(records[:1], o) {
			records = t.leaveOut(records) // a header that comes again
		}
	}
	if len(records) == 0 {
		return t
	}
	t.skip += records[0].blank
	first := records[0].values
	t.width = len(first)
	if o.Header != nil {
		t.header = *o.Header
	} else {
		t.header = isHeader(records, o)
	}
	if !t.header {
		t.width = max(t.width, modalWidth(records))
		first = nil
	}
	t.names, t.renamed = columnNames(first, t.width, t.header, o.Names)
	return t
}

// leaveOut moves a record before the table.
func (t *table) leaveOut(records []record) []record {
	t.skip += records[0].blank + records[0].lines
	t.preamble += records[0].lines
	return records[1:]
}

// record is a record of the head, its values trimmed.
type record struct {
	values []string
	lines  int // of the file
	blank  int // lines before it that are blank, or comments
}

func headRecords(head []byte, d Dialect, o Options) []record {
	var (
		records []record
		fields  []field
		blank   int
	)
	for len(head) > 0 && len(records) < sampled {
		var n int
		fields, n = d.split(head, fields[:0])
		raw := head[:n]
		head = head[n:]
		lines := bytes.Count(raw, d.lineEnd())
		if len(bytes.TrimSpace(raw)) == 0 || o.Comment != "" && bytes.HasPrefix(raw, []byte(o.Comment)) {
			blank += lines
			continue
		}
		r := record{lines: max(1, lines), blank: blank}
		blank = 0
		for _, f := range fields {
			r.values = append(r.values, strings.TrimSpace(string(d.unescape(f))))
		}
		records = append(records, r)
	}
	return records
}

func modalWidth(records []record) int {
	widths := map[int]int{}
	best := 0
	for _, r := range records {
		w := len(r.values)
		widths[w]++
		if widths[w] > widths[best] || widths[w] == widths[best] && w > best {
			best = w
		}
	}
	return best
}

// preamble is how many records come before the table: as long as fewer than half
// of the usual fields have something in them.
func preamble(records []record) int {
	width := modalWidth(records)
	for i, r := range records {
		if i == maxPreamble {
			break
		}
		filled := 0
		for _, v := range r.values {
			if v != "" {
				filled++
			}
		}
		if len(r.values) == width && 2*filled >= width || len(r.values) != width && 2*filled > width {
			return i
		}
	}
	return 0
}

// isHeader tells names from data: no name is a value of another kind than text,
// and none comes twice, unless they are years or what is below them is of another
// kind than they are.
func isHeader(records []record, o Options) bool {
	first := records[0].values
	if len(o.Names) > 0 && slices.EqualFunc(first, o.Names, strings.EqualFold) {
		return true
	}
	others, words := 0, 0
	var years []string
	seen := map[string]bool{}
	for i, v := range first {
		if v == "" {
			continue
		}
		words++
		if k := classify([]byte(v), anyKind); k != text || nullWord([]byte(v)) >= 0 {
			others++
			if len(v) == 4 && k&integer != 0 && "1900" <= v && v <= "2100" && !seen[v] {
				years = append(years, v)
			}
		} else if seen[v] && i > 0 {
			others++
		}
		seen[v] = true
	}
	return words > 0 && (others == 0 || len(years) > 1 && len(years) == others && others < words) || contrast(records, first)
}

// contrast reports whether a first record with repeated names stands above columns
// of which most are no text, while it is nothing but text.
func contrast(records []record, first []string) bool {
	if len(records) < 2 {
		return false
	}
	for _, v := range first {
		if v != "" && classify([]byte(v), anyKind) != text {
			return false
		}
	}
	typed := 0
	for i := range first {
		var t tally
		t.can = anyKind
		for _, r := range records[1:] {
			if i < len(r.values) && r.values[i] != "" {
				t.add([]byte(r.values[i]), 0, true)
			}
		}
		if t.can != text && t.values > 0 {
			typed++
		}
	}
	return typed > 0
}

// columnNames makes names of the fields of a header, or of given names: none is
// empty, and none comes twice in any case of its letters.
func columnNames(fields []string, width int, header bool, given []string) (names []string, changed bool) {
	taken := map[string]bool{}
	for i := range width {
		name := ""
		switch {
		case header && i < len(fields):
			name = strings.TrimSpace(fields[i])
		case !header && i < len(given):
			name = given[i]
		}
		if name == "" {
			name = fmt.Sprintf("column%d", i)
			changed = changed || header
		}
		unique := name
		for n := 1; taken[strings.ToLower(unique)]; n++ {
			unique = fmt.Sprintf("%s_%d", name, n)
			changed = true
		}
		taken[strings.ToLower(unique)] = true
		names = append(names, unique)
	}
	return names, changed
}
