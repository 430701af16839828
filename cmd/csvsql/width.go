package main

import (
	"strings"
	"unicode"
)

// wide are the blocks of Unicode whose characters take two columns of a terminal
// (East Asian Width W and F, Unicode Standard Annex 11), coarsely.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115F, Stride: 1}, // Hangul Jamo
		{Lo: 0x2E80, Hi: 0x303E, Stride: 1}, // CJK radicals, punctuation
		{Lo: 0x3041, Hi: 0xA4CF, Stride: 1}, // Kana, CJK ideographs, Yi
		{Lo: 0xAC00, Hi: 0xD7A3, Stride: 1}, // Hangul
		{Lo: 0xF900, Hi: 0xFAFF, Stride: 1}, // CJK compatibility ideographs
		{Lo: 0xFE30, Hi: 0xFE6F, Stride: 1}, // CJK compatibility forms
		{Lo: 0xFF00, Hi: 0xFF60, Stride: 1}, // full-width forms
		{Lo: 0xFFE0, Hi: 0xFFE6, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1F300, Hi: 0x1F64F, Stride: 1}, // pictographs, emoticons
		{Lo: 0x1F900, Hi: 0x1F9FF, Stride: 1},
		{Lo: 0x20000, Hi: 0x3FFFD, Stride: 1}, // further CJK ideographs
	},
}

// displayWidth is the number of columns that s takes in a terminal.
func displayWidth(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case unicode.Is(wide, r):
			n += 2
		default:
			n++
		}
	}
	return n
}

// lineAt finds the line of text in which a character stands, counted from 1. The
// column is the number of terminal columns up to and including that character.
func lineAt(text string, position int) (line string, number, column int, ok bool) {
	runes := []rune(text)
	if position < 1 || position > len(runes)+1 {
		return "", 0, 0, false
	}
	before := string(runes[:position-1])
	start := strings.LastIndexByte(before, '\n') + 1
	line, _, _ = strings.Cut(text[start:], "\n")
	// A tab is as wide as the terminal makes it, so there is none.
	before = strings.ReplaceAll(before[start:], "\t", " ")
	return strings.ReplaceAll(strings.TrimSuffix(line, "\r"), "\t", " "),
		strings.Count(text[:start], "\n") + 1, displayWidth(before) + 1, true
}
