package datasets

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// suggest gives the hint for a file that is not at any of the places: the name
// of one that was probably meant, or what there is instead.
func (m *Manager) suggest(name string, places []string) string {
	want := filepath.Base(name)
	var there []string
	for _, p := range places {
		dir := realPath(filepath.Dir(p))
		if !m.allowed(dir) {
			continue
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			if !e.IsDir() && !strings.HasPrefix(e.Name(), ".") && formatOf(e.Name()) != "" {
				there = append(there, e.Name())
			}
		}
	}
	if meant := nearest(want, there); meant != "" {
		return fmt.Sprintf("Did you mean %q?", filepath.ToSlash(filepath.Join(filepath.Dir(name), meant)))
	}
	if len(there) == 0 {
		return "There are no data files in that directory."
	}
	const most = 5
	if len(there) > most {
		return fmt.Sprintf("Files there: %s and %d more.", strings.Join(there[:most], ", "), len(there)-most)
	}
	return "Files there: " + strings.Join(there, ", ") + "."
}

// nearest is the candidate that differs from the word in few letters, or only in
// what TableName leaves out (flights for flights.csv); "" if there is none.
func nearest(word string, candidates []string) string {
	best, least := "", max(1, len(word)/4)+1
	for _, c := range candidates {
		if TableName(c) == TableName(word) {
			return c
		}
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap with a
// neighbour to make b of a (optimal string alignment).
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	var before, last []int
	row := make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := range s {
		before, last = last, slices.Clone(row)
		row[0] = i + 1
		for j := range t {
			same := 1
			if s[i] == t[j] {
				same = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+same)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(t)]
}
