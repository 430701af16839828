// Package pglex cuts SQL text into tokens, as PostgreSQL does
// (PostgreSQL documentation, 4.1 Lexical Structure).
//
// It knows no grammar. Its tokens are spans of the text, nothing is copied, and
// a [Lexer] allocates nothing per token. A Lexer is a value: a copy of it is a
// bookmark.
//
// The lexer is also the guard in front of parsers written in C: it bounds the
// size of a text, its tokens and its nesting ([Limits]) before any other parser
// sees it. For that purpose it reads a few things as those parsers do, where
// they differ from PostgreSQL; each is noted where it is done.
package pglex
