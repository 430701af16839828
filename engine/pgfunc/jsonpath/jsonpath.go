// Package jsonpath finds values in a jsonb by expressions of the SQL/JSON path
// language (PostgreSQL documentation, 9.16.2).
//
// [Parse] reads an expression, [Path.Query] and its like evaluate it. Of the
// language datetime() is missing, and refused with 0A000.
package jsonpath

import "github.com/csvsql/csvsql/engine/pgfunc/regex"

// Error is what is wrong with an expression, or with a value for it.
type Error struct {
	Code         string // SQLSTATE
	Message      string
	Detail, Hint string
}

func (e *Error) Error() string { return e.Message }

// SQLState is the code.
func (e *Error) SQLState() string { return e.Code }

// Path is an expression. It is only read, by any number of goroutines.
type Path struct {
	strict bool
	root   *node
}

// node is an expression, and next what is applied to each of its values. A chain
// like $.a[*].size() is a list of nodes.
type node struct {
	kind        kind
	text        string // of a literal, a key, a variable, or an operator
	left, right *node
	subscripts  []subscript
	first, last int // levels of .**
	regex       *regex.Regex
	next        *node
}

// subscript is a part of [1, 3 to last]; to is nil for a single one.
type subscript struct{ from, to *node }

type kind uint8

const (
	literalNull kind = iota
	literalBool
	literalNumber
	literalString
	variable   // $name
	root       // $
	current    // @
	last       // the last subscript
	key        // .name
	anyKey     // .*
	anyElement // [*]
	elements   // [1, 2 to 3]
	anyLevel   // .**{2 to 3}
	filter     // ?(left)
	method     // .size()
	arithmetic // left + right
	sign       // -left
	comparison // left < right
	and        // left && right
	or         // left || right
	not        // !left
	isUnknown  // (left) is unknown
	exists     // exists (left)
	startsWith // left starts with right
	likeRegex  // left like_regex
)

// deepest is the level that last stands for in .**.
const deepest = 1<<31 - 1

// isPredicate reports whether a node is true, false or unknown.
func (n *node) isPredicate() bool { return n.kind >= comparison && n.kind <= likeRegex }
