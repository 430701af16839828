package pglex

// Kind is the kind of a token. Keywords are identifiers: which words are
// keywords depends on the grammar that reads them.
type Kind uint8

const (
	EOF         Kind = iota // the end of the text
	Ident                   // select, größe
	QuotedIdent             // "Name", U&"n\00e4me"
	String                  // '...', E'...', U&'...', $tag$...$tag$
	BitString               // B'101', X'1F'
	Number                  // 1, 1.5e3, .5, 1_000, 0x1F
	Param                   // $1
	Operator                // +, <>, ->>, ::, :=
	Punct                   // one of ( ) [ ] { } , ; . :
	Other                   // a byte that begins no token
)

// Token is a span of the text, [Start, End) in bytes. Between two tokens there
// are only white space and comments.
type Token struct {
	Kind       Kind
	Start, End int
}

// Text is the token as it is written in sql, the text it was read from.
func (t Token) Text(sql string) string { return sql[t.Start:t.End] }

// Is reports whether t is the punctuation character or one-character operator c.
func (t Token) Is(sql string, c byte) bool {
	return (t.Kind == Punct || t.Kind == Operator) && t.End-t.Start == 1 && sql[t.Start] == c
}

// IsWord reports whether t is the unquoted identifier word, which has to be in
// lower case, in any case of letters.
func (t Token) IsWord(sql, word string) bool {
	if t.Kind != Ident || t.End-t.Start != len(word) {
		return false
	}
	for i := range len(word) {
		if lower(sql[t.Start+i]) != word[i] {
			return false
		}
	}
	return true
}

// lower folds as PostgreSQL does in UTF-8: ASCII letters only.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + ('a' - 'A')
	}
	return c
}
