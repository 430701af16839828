package duckdb

import "strings"

// What DuckDB says is read by these.

// firstParagraph is the first line of a message, without the advice below it.
func firstParagraph(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return strings.TrimSpace(line)
}

// after is what follows mark in s, or "".
func after(s, mark string) string {
	_, rest, _ := strings.Cut(s, mark)
	return rest
}

// between is what lies between two marks in s, or "".
func between(s, left, right string) string {
	inner, _, ok := strings.Cut(after(s, left), right)
	if !ok {
		return ""
	}
	return inner
}

// lineAfter is the rest of the line that follows mark.
func lineAfter(s, mark string) string {
	line, _, _ := strings.Cut(after(s, mark), "\n")
	return line
}

// word is what s begins with up to a character that no name has.
func word(s string) string {
	for i := 0; i < len(s); i++ {
		if !isWordByte(s[i]) {
			return s[:i]
		}
	}
	return s
}

func isWord(s string) bool { return s != "" && len(word(s)) == len(s) }

func isWordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80
}
