package pglex

// The classes of bytes: what a token may begin with.
const (
	space       = 's'
	letter      = 'a' // also _ and every byte of a character beyond ASCII
	digit       = '0'
	quoteMark   = 'q'
	operator    = 'o'
	punctuation = 'p'
	dollar      = '$'
)

// classes has the class of each byte of ASCII; a dot is a byte of none.
const classes = ".........sssss.................." + // 0x00
	"soqo$ooqppoopopo" + // 0x20 " !\"#$%&'()*+,-./"
	"0000000000ppoooo" + // 0x30 "0123456789:;<=>?"
	"oaaaaaaaaaaaaaaaaaaaaaaaaaap.poa" + // 0x40 "@A...Z[\\]^_"
	"oaaaaaaaaaaaaaaaaaaaaaaaaaapopo." // 0x60 "`a...z{|}~"

func classOf(c byte) byte {
	if c >= 0x80 {
		return letter
	}
	return classes[c]
}

// UnicodeSpace is the length of the white space beyond ASCII at the start of s,
// or 0. To PostgreSQL these characters are letters. Here they are spaces, as in
// DuckDB, because texts that are copied from web pages have them where a space
// was meant: U+00A0, U+2000 to U+200B, U+202F, U+205F, U+2060, U+3000, U+FEFF.
//
// DuckDB replaces them before its lexer runs, by a simpler reading of quotes
// than the lexer's, and so not everywhere. A text in which it matters what is a
// space has to be given to it with ASCII spaces.
func UnicodeSpace(s string) int {
	switch {
	case len(s) >= 2 && s[0] == 0xC2 && s[1] == 0xA0:
		return 2
	case len(s) < 3:
		return 0
	}
	switch s[:3] {
	case "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007",
		"\u2008", "\u2009", "\u200A", "\u200B", "\u202F", "\u205F", "\u2060", "\u3000", "\uFEFF":
		return 3
	}
	return 0
}
