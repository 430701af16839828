package jsonpath

import (
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/engine/numeric"
	"github.com/csvsql/csvsql/engine/pgfunc/jsonb"
)

// method evaluates .name().
func (e *evaluator) method(n *node, v jsonb.Value, unwrap bool, out sink) error {
	name := strings.ToLower(n.text)
	switch name {
	case "type":
		return e.next(n, jsonb.Value{Kind: jsonb.String, Text: v.Kind.String()}, out)
	case "size":
		size := 1
		switch {
		case v.Kind == jsonb.Array:
			size = len(v.Items)
		case !e.lax && !e.lenient:
			return e.fail("22039", "jsonpath item method .size() can only be applied to an array")
		}
		return e.next(n, jsonb.Value{Kind: jsonb.Number, Text: strconv.Itoa(size)}, out)
	}
	if v.Kind == jsonb.Array && unwrap {
		return e.each(n, v, out)
	}
	switch name {
	case "keyvalue":
		return e.keyValue(n, v, out)
	case "double":
		f, err := e.double(v)
		if err != nil {
			return err
		}
		return e.next(n, f, out)
	}
	if v.Kind != jsonb.Number {
		return e.fail("22036", "jsonpath item method ."+name+"() can only be applied to a numeric value")
	}
	d, err := decimal(v)
	if err != nil {
		return err
	}
	compute := numeric.Abs
	switch name {
	case "floor":
		compute = numeric.Floor
	case "ceiling":
		compute = numeric.Ceil
	}
	if err := compute(d, d); err != nil {
		return err
	}
	return e.next(n, numberOf(d), out)
}

// keyValue evaluates .keyvalue(): an object of each member, with a number that the
// members of one object have in common.
func (e *evaluator) keyValue(n *node, v jsonb.Value, out sink) error {
	if v.Kind != jsonb.Object {
		return e.fail("2203C", "jsonpath item method .keyvalue() can only be applied to an object")
	}
	id := e.objects
	e.objects++
	for _, item := range v.Items {
		member := jsonb.Value{Kind: jsonb.Object, Items: []jsonb.Item{
			{Key: "id", Value: jsonb.Value{Kind: jsonb.Number, Text: strconv.FormatInt(id, 10)}},
			{Key: "key", Value: jsonb.Value{Kind: jsonb.String, Text: item.Key}},
			{Key: "value", Value: item.Value},
		}}
		if err := e.next(n, member, out); err != nil {
			return err
		}
	}
	return nil
}
