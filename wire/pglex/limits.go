package pglex

// The limits that hold where [Limits] has a zero.
const (
	DefaultBytes  = 64 << 20
	DefaultTokens = 16 << 20
	DefaultDepth  = 200
)

// Limits bound what a Lexer accepts; a zero field stands for its default.
// Beyond them it fails with SQLSTATE 54000 (program limit exceeded) or 54001
// (statement too complex).
type Limits struct {
	Bytes  int // of the whole text
	Tokens int // of the whole text
	// Depth bounds how deep brackets of the three kinds nest in each other, and
	// how deep comments do. Brackets do not bound what a parser builds for
	// "1 + 1 + 1 ..." or "NOT NOT ...": Tokens does.
	Depth int
}

func (l Limits) orDefaults() Limits {
	if l.Bytes == 0 {
		l.Bytes = DefaultBytes
	}
	if l.Tokens == 0 {
		l.Tokens = DefaultTokens
	}
	if l.Depth == 0 {
		l.Depth = DefaultDepth
	}
	return l
}
