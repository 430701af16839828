// Package template formats and reads dates, times and numbers by PostgreSQL's
// template patterns (PostgreSQL documentation, 9.8 Data Type Formatting
// Functions).
package template

import (
	"strings"
	"unicode/utf8"
)

// Error is what is wrong with a template, or with a text that is read by one.
type Error struct {
	Code         string // SQLSTATE
	Message      string
	Detail, Hint string
}

func (e *Error) Error() string { return e.Message }

// SQLState is the code.
func (e *Error) SQLState() string { return e.Code }

// node is a part of a template: a pattern, or a character that stands for itself.
type node struct {
	pattern   string // as in keywords; "" for a character
	character string
	quoted    bool // the character was in quotes
	fill      bool // FM: no blanks, no zeros
	local     bool // TM
	ordinal   string
}

// keywords are the patterns, of those that begin alike the longest first.
var keywords = strings.Fields(`A.D. A.M. AD AM B.C. BC CC DAY DDD DD DY Day Dy D FF1 FF2 FF3 FF4 FF5 FF6 FX
	HH24 HH12 HH IDDD ID IW IYYY IYY IY I J MI MM MONTH MON MS Month Mon OF P.M. PM Q RM SSSSS SSSS SS TZH TZM TZ
	US WW W Y,YYY YYYY YYY YY Y
	a.d. a.m. ad am b.c. bc cc day ddd dd dy d ff1 ff2 ff3 ff4 ff5 ff6 fx hh24 hh12 hh iddd id iw iyyy iyy iy i j
	mi mm month mon ms of p.m. pm q rm sssss ssss ss tzh tzm tz us ww w y,yyy yyyy yyy yy y`)

// parse takes a template apart.
func parse(s string) []node {
	var nodes []node
	for len(s) > 0 {
		n := node{}
		switch {
		case strings.HasPrefix(s, "FM"), strings.HasPrefix(s, "fm"):
			n.fill, s = true, s[2:]
		case strings.HasPrefix(s, "TM"), strings.HasPrefix(s, "tm"):
			n.local, s = true, s[2:]
		}
		if n.pattern = keyword(s); n.pattern != "" {
			s = s[len(n.pattern):]
			if strings.HasPrefix(s, "TH") || strings.HasPrefix(s, "th") {
				n.ordinal, s = s[:2], s[2:]
			}
			s = strings.TrimPrefix(s, "SP")
			nodes = append(nodes, n)
			continue
		}
		if strings.HasPrefix(s, `"`) {
			nodes, s = quoted(nodes, s[1:])
			continue
		}
		if strings.HasPrefix(s, `\"`) {
			s = s[1:]
		}
		if s == "" {
			break
		}
		_, size := utf8.DecodeRuneInString(s)
		nodes = append(nodes, node{character: s[:size]})
		s = s[size:]
	}
	return nodes
}

func keyword(s string) string {
	for _, k := range keywords {
		if strings.HasPrefix(s, k) {
			return k
		}
	}
	return ""
}

// quoted adds the characters up to the closing quote.
func quoted(nodes []node, s string) ([]node, string) {
	for len(s) > 0 {
		if s[0] == '"' {
			return nodes, s[1:]
		}
		if s[0] == '\\' && len(s) > 1 {
			s = s[1:]
		}
		_, size := utf8.DecodeRuneInString(s)
		nodes = append(nodes, node{character: s[:size], quoted: true})
		s = s[size:]
	}
	return nodes, s
}
