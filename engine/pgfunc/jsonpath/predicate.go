package jsonpath

import (
	"errors"
	"strings"

	"github.com/csvsql/csvsql/engine/pgfunc/jsonb"
)

// truth is the value of a predicate.
type truth uint8

const (
	isFalse truth = iota
	isTrue
	unknown
)

func truthOf(b bool) truth {
	if b {
		return isTrue
	}
	return isFalse
}

// value is a truth as a value of JSON.
func (b truth) value() jsonb.Value {
	switch b {
	case isTrue:
		return jsonb.Value{Kind: jsonb.Bool, Text: "true"}
	case isFalse:
		return jsonb.Value{Kind: jsonb.Bool, Text: "false"}
	}
	return jsonNull
}

// predicate evaluates a predicate. Errors of its operands make it unknown.
func (e *evaluator) predicate(n *node, v jsonb.Value) (truth, error) {
	switch n.kind {
	case and, or:
		left, err := e.predicate(n.left, v)
		decides := truthOf(n.kind == or)
		if err != nil || left == decides {
			return left, err
		}
		right, err := e.predicate(n.right, v)
		if err == nil && right == truthOf(n.kind == and) {
			return left, nil
		}
		return right, err
	case not:
		b, err := e.predicate(n.left, v)
		if b != unknown {
			b = truthOf(b == isFalse)
		}
		return b, err
	case isUnknown:
		b, err := e.predicate(n.left, v)
		return truthOf(b == unknown), err
	case exists:
		return e.exists(n.left, v)
	}
	return e.compareAll(n, v)
}

// operand are the values of an operand. known is false after an error.
func (e *evaluator) operand(n *node, v jsonb.Value, unwrap bool) (found []jsonb.Value, known bool, err error) {
	was := e.Silent
	e.Silent = true
	err = e.unwrapped(n, v, unwrap, &found)
	e.Silent = was
	if errors.Is(err, errSilent) {
		return found, false, nil
	}
	return found, err == nil, err
}

// unwrapped adds the values of a node, and of arrays their elements if unwrap says
// so and the path is lax.
func (e *evaluator) unwrapped(n *node, v jsonb.Value, unwrap bool, found *[]jsonb.Value) error {
	return e.item(n, v, e.lax, func(v jsonb.Value) error {
		if !unwrap || !e.lax || v.Kind != jsonb.Array {
			*found = append(*found, v)
			return nil
		}
		for _, item := range v.Items {
			*found = append(*found, item.Value)
		}
		return nil
	})
}

// exists evaluates exists (...).
func (e *evaluator) exists(n *node, v jsonb.Value) (truth, error) {
	was := e.Silent
	e.Silent = true
	b, err := e.anything(n, v)
	e.Silent = was
	if errors.Is(err, errSilent) {
		return unknown, nil
	}
	return b, err
}

// anything says whether a node has a value. A lax path meets no error behind the
// first one.
func (e *evaluator) anything(n *node, v jsonb.Value) (truth, error) {
	if !e.lax {
		var found []jsonb.Value
		err := e.item(n, v, false, collect(&found))
		return truthOf(len(found) > 0), err
	}
	err := e.item(n, v, true, nil)
	if errors.Is(err, errFound) {
		return isTrue, nil
	}
	return isFalse, err
}

// compareAll evaluates a predicate of all pairs of values of its operands: whether
// one is true. A strict path knows only if none is unknown.
func (e *evaluator) compareAll(n *node, v jsonb.Value) (truth, error) {
	left, known, err := e.operand(n.left, v, true)
	if err != nil || !known {
		return unknown, err
	}
	right := []jsonb.Value{{}}
	if n.right != nil {
		if right, known, err = e.operand(n.right, v, n.kind == comparison); err != nil || !known {
			return unknown, err
		}
	}
	result := isFalse
	for _, l := range left {
		for _, r := range right {
			b, err := n.test(l, r)
			switch {
			case err != nil:
				return unknown, err
			case b == isTrue && e.lax, b == unknown && !e.lax:
				return b, nil
			case b != isFalse:
				result = b
			}
		}
	}
	return result, nil
}

// test evaluates a predicate of two values.
func (n *node) test(l, r jsonb.Value) (truth, error) {
	switch n.kind {
	case startsWith:
		if l.Kind != jsonb.String || r.Kind != jsonb.String {
			return unknown, nil
		}
		return truthOf(strings.HasPrefix(l.Text, r.Text)), nil
	case likeRegex:
		if l.Kind != jsonb.String {
			return unknown, nil
		}
		match, err := n.regex.Match(l.Text)
		return truthOf(match), err
	}
	return compare(n.text, l, r)
}

// compare compares two values.
func compare(operator string, l, r jsonb.Value) (truth, error) {
	if l.Kind != r.Kind {
		if l.Kind == jsonb.Null || r.Kind == jsonb.Null {
			return truthOf(operator == "!="), nil
		}
		return unknown, nil
	}
	order := 0
	switch l.Kind {
	case jsonb.Null:
	case jsonb.Bool, jsonb.String: // false is before true
		order = strings.Compare(l.Text, r.Text)
	case jsonb.Number:
		var err error
		if order, err = compareNumbers(l, r); err != nil {
			return unknown, err
		}
	default:
		return unknown, nil
	}
	switch operator {
	case "==":
		return truthOf(order == 0), nil
	case "!=":
		return truthOf(order != 0), nil
	case "<":
		return truthOf(order < 0), nil
	case "<=":
		return truthOf(order <= 0), nil
	case ">":
		return truthOf(order > 0), nil
	}
	return truthOf(order >= 0), nil
}
