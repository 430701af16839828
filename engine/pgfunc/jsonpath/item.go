package jsonpath

import (
	"strconv"

	"github.com/csvsql/csvsql/engine/pgfunc/jsonb"
)

var jsonNull = jsonb.Value{Kind: jsonb.Null, Text: "null"}

// next passes a value on to what is applied to it.
func (e *evaluator) next(n *node, v jsonb.Value, out sink) error {
	switch {
	case n.next != nil:
		return e.item(n.next, v, e.lax, out)
	case out == nil:
		return errFound
	}
	return out(v)
}

// item evaluates a node at a value. unwrap says that of an array its elements are
// taken, where the node is not about arrays.
func (e *evaluator) item(n *node, v jsonb.Value, unwrap bool, out sink) error {
	if n.isPredicate() {
		b, err := e.predicate(n, v)
		if err != nil {
			return err
		}
		return e.next(n, b.value(), out)
	}
	switch n.kind {
	case literalNull:
		return e.next(n, jsonNull, out)
	case literalBool:
		return e.next(n, jsonb.Value{Kind: jsonb.Bool, Text: n.text}, out)
	case literalNumber:
		number, err := normalNumber(n.text)
		if err != nil {
			return err
		}
		return e.next(n, number, out)
	case literalString:
		return e.next(n, jsonb.Value{Kind: jsonb.String, Text: n.text}, out)
	case variable:
		value, ok := e.Vars.Get(n.text)
		if !ok {
			return &Error{Code: "42704", Message: `could not find jsonpath variable "` + n.text + `"`}
		}
		return e.next(n, value, out)
	case root:
		return e.next(n, e.Target, out)
	case current:
		return e.next(n, e.current, out)
	case last:
		return e.next(n, jsonb.Value{Kind: jsonb.Number, Text: strconv.Itoa(e.size - 1)}, out)
	case key, anyKey:
		return e.members(n, v, unwrap, out)
	case anyElement:
		return e.allElements(n, v, out)
	case elements:
		return e.elements(n, v, out)
	case anyLevel:
		return e.levels(n, v, out)
	case filter:
		return e.filter(n, v, unwrap, out)
	case arithmetic:
		return e.arithmetic(n, v, out)
	case sign:
		return e.sign(n, v, out)
	}
	return e.method(n, v, unwrap, out)
}

// each evaluates a node at the elements of an array, none of which is unwrapped.
func (e *evaluator) each(n *node, v jsonb.Value, out sink) error {
	for _, item := range v.Items {
		if err := e.item(n, item.Value, false, out); err != nil {
			return err
		}
	}
	return nil
}

// members evaluates .key and .*.
func (e *evaluator) members(n *node, v jsonb.Value, unwrap bool, out sink) error {
	switch {
	case v.Kind == jsonb.Object && n.kind == anyKey:
		for _, item := range v.Items {
			if err := e.next(n, item.Value, out); err != nil {
				return err
			}
		}
		return nil
	case v.Kind == jsonb.Object:
		if member, ok := v.Get(n.text); ok {
			return e.next(n, member, out)
		}
		if e.lenient {
			return nil
		}
		return e.fail("2203A", `JSON object does not contain key "`+n.text+`"`)
	case v.Kind == jsonb.Array && unwrap:
		return e.each(n, v, out)
	case e.lenient:
		return nil
	case n.kind == anyKey:
		return e.fail("2203C", "jsonpath wildcard member accessor can only be applied to an object")
	}
	return e.fail("2203A", "jsonpath member accessor can only be applied to an object")
}

// allElements evaluates [*].
func (e *evaluator) allElements(n *node, v jsonb.Value, out sink) error {
	switch {
	case v.Kind == jsonb.Array:
		for _, item := range v.Items {
			if err := e.next(n, item.Value, out); err != nil {
				return err
			}
		}
		return nil
	case e.lax:
		return e.next(n, v, out)
	case e.lenient:
		return nil
	}
	return e.fail("22039", "jsonpath wildcard array accessor can only be applied to an array")
}

// elements evaluates [1, 2 to 3]. What is no array counts as one of one element, if
// the path is lax.
func (e *evaluator) elements(n *node, v jsonb.Value, out sink) error {
	list := v.Items
	if v.Kind != jsonb.Array {
		if !e.lax {
			if e.lenient {
				return nil
			}
			return e.fail("22039", "jsonpath array accessor can only be applied to an array")
		}
		list = []jsonb.Item{{Value: v}}
	}
	for _, s := range n.subscripts {
		was := e.size
		e.size = len(list)
		from, err := e.index(s.from, v)
		to := from
		if err == nil && s.to != nil {
			to, err = e.index(s.to, v)
		}
		e.size = was
		if err != nil {
			return err
		}
		if !e.lenient && (from < 0 || from > to || to >= len(list)) {
			return e.fail("22033", "jsonpath array subscript is out of bounds")
		}
		for i := max(from, 0); i <= min(to, len(list)-1); i++ {
			if err := e.next(n, list[i].Value, out); err != nil {
				return err
			}
		}
	}
	return nil
}

// index evaluates a subscript.
func (e *evaluator) index(n *node, v jsonb.Value) (int, error) {
	var found []jsonb.Value
	if err := e.item(n, v, e.lax, collect(&found)); err != nil {
		return 0, err
	}
	if len(found) != 1 || found[0].Kind != jsonb.Number {
		return 0, e.fail("22033", "jsonpath array subscript is not a single numeric value")
	}
	i, ok := truncated(found[0])
	if !ok {
		return 0, e.fail("22033", "jsonpath array subscript is out of integer range")
	}
	return i, nil
}

// levels evaluates .**: v itself is at level 0, what is in it at level 1. Whether a
// member is missing there does not count.
func (e *evaluator) levels(n *node, v jsonb.Value, out sink) error {
	was := e.lenient
	e.lenient = true
	defer func() { e.lenient = was }()
	if n.first == 0 {
		if err := e.next(n, v, out); err != nil {
			return err
		}
	}
	return e.below(n, v, 1, out)
}

// below evaluates what is applied to the values in v, which are at a level.
func (e *evaluator) below(n *node, v jsonb.Value, level int, out sink) error {
	if level > n.last {
		return nil
	}
	leaves := n.first == deepest && n.last == deepest
	for _, item := range v.Items {
		if level >= n.first || leaves && item.IsScalar() {
			if err := e.next(n, item.Value, out); err != nil {
				return err
			}
		}
		if level < n.last && !item.IsScalar() {
			if err := e.below(n, item.Value, level+1, out); err != nil {
				return err
			}
		}
	}
	return nil
}

// filter passes a value on for which the predicate is true.
func (e *evaluator) filter(n *node, v jsonb.Value, unwrap bool, out sink) error {
	if v.Kind == jsonb.Array && unwrap {
		return e.each(n, v, out)
	}
	was := e.current
	e.current = v
	b, err := e.predicate(n.left, v)
	e.current = was
	if err != nil || b != isTrue {
		return err
	}
	return e.next(n, v, out)
}
