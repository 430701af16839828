package rewrite

import (
	"sort"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/wire/pglex"
)

// The caps on what pg_query gets to see: beyond them it overflows its stack.
const (
	maxTokens = 10000
	maxDepth  = 200
)

// token is a token and, if it is a bracket, the index of its partner; else -1.
type token struct {
	pglex.Token
	match int
}

// tokenize reads the tokens of a statement. It reports false for a text that
// pg_query must not see.
func tokenize(sql string) ([]token, bool) {
	lexer := pglex.New(sql, pglex.Limits{Tokens: maxTokens, Depth: maxDepth})
	var (
		tokens []token
		open   []int
	)
	for {
		t, err := lexer.Next()
		if err != nil {
			return nil, false
		}
		if t.Kind == pglex.EOF {
			return tokens, len(open) == 0
		}
		n := len(tokens)
		tokens = append(tokens, token{t, -1})
		if t.Kind != pglex.Punct {
			continue
		}
		switch sql[t.Start] {
		case '(', '[', '{':
			open = append(open, n)
		case ')', ']', '}':
			if len(open) == 0 {
				return nil, false
			}
			partner := open[len(open)-1]
			open = open[:len(open)-1]
			tokens[n].match, tokens[partner].match = partner, n
		}
	}
}

// at is the index of the token that begins at byte offset; it gives up if there
// is none.
func (r *rewriter) at(offset int32) int {
	i := sort.Search(len(r.tokens), func(i int) bool { return r.tokens[i].Start >= int(offset) })
	if i == len(r.tokens) || r.tokens[i].Start != int(offset) {
		r.giveUp()
		return 0
	}
	return i
}

func (r *rewriter) is(i int, c byte) bool {
	return i >= 0 && i < len(r.tokens) && r.tokens[i].Is(r.sql, c)
}

func (r *rewriter) text(i int) string {
	if i < 0 || i >= len(r.tokens) {
		return ""
	}
	return r.tokens[i].Text(r.sql)
}

func (r *rewriter) kind(i int) pglex.Kind {
	if i < 0 || i >= len(r.tokens) {
		return pglex.EOF
	}
	return r.tokens[i].Kind
}

// isWord reports whether token i is one of the keywords, which are in lower case.
func (r *rewriter) isWord(i int, words ...string) bool {
	if r.kind(i) != pglex.Ident {
		return false
	}
	for _, w := range words {
		if r.tokens[i].IsWord(r.sql, w) {
			return true
		}
	}
	return false
}

// isName reports whether token i is an identifier, a keyword or not.
func (r *rewriter) isName(i int) bool {
	k := r.kind(i)
	return k == pglex.Ident || k == pglex.QuotedIdent
}

// Parse is the tree of one statement of PostgreSQL's SQL; false if it is none, or
// too large to be looked at.
func Parse(sql string) (*pg.Node, bool) {
	if _, ok := tokenize(sql); !ok {
		return nil, false
	}
	return parse(sql)
}

func parse(sql string) (*pg.Node, bool) {
	tree, err := pg.Parse(sql)
	if err != nil || len(tree.Stmts) != 1 {
		return nil, false
	}
	return tree.Stmts[0].Stmt, true
}
