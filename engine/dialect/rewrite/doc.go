// Package rewrite turns PostgreSQL's SQL into the engine's, where the two mean
// different things by the same text, and leaves everything else as the user
// wrote it.
//
// [Translate] parses a statement with PostgreSQL's own grammar (pg_query), walks
// the tree, and collects edits of spans of the user's text. No statement is ever
// printed from its tree: a printed tree is PostgreSQL's text, not the engine's.
// Text that the grammar does not know is the engine's own SQL and stays as it is.
//
// Most differences depend on types, which only the engine knows. Such a rewrite
// calls a macro of the engine's schema csvsql.main (engine/duckdb/postgres.sql),
// whose overloads the engine chooses by the types it has bound.
//
// # To add a rewrite
//
//  1. See [internal/difftest] for what PostgreSQL answers, and add statements.
//  2. Find the node in PostgreSQL's grammar, and the method that gets it: operator
//     (operators.go), function (functions.go), cast (casts.go), rangeItem
//     (from.go), query (query.go). Write the rewrite as a method of rewriter in a
//     file of its own, and call it there.
//  3. Edit with wrap, replace and insert (edit.go). Spans of nodes come from
//     span.go, in tokens. A node's children are rewritten before the node
//     itself; render gives the text of a span with the edits so far.
//  4. Name the token that can bring the rewrite about in needed (needed.go), or
//     the statement is not parsed at all.
//
// A rewrite that meets something it does not understand calls giveUp: then the
// whole statement stays as it was.
package rewrite
