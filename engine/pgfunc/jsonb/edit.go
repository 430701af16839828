package jsonb

import (
	"slices"
	"strconv"
)

// Concat is v || w of two jsonb: the members of both objects, else the elements
// of both, where what is no array is one element.
func Concat(v, w Value) Value {
	if v.Kind == Object && w.Kind == Object {
		return Value{Kind: Object, Items: sorted(slices.Concat(v.Items, w.Items))}
	}
	return Value{Kind: Array, Items: slices.Concat(v.elements(), w.elements())}
}

func (v Value) elements() []Item {
	if v.Kind == Array {
		return v.Items
	}
	return []Item{{Value: v}}
}

func errCall(message string) error { return &Error{"22023", message} }

// Without is v - keys: an object without members, an array without strings.
func (v Value) Without(keys ...string) (Value, error) {
	if v.IsScalar() {
		return v, errCall("cannot delete from scalar")
	}
	out := Value{Kind: v.Kind}
	for _, item := range v.Items {
		drop := v.Kind == Object && slices.Contains(keys, item.Key) ||
			v.Kind == Array && item.Kind == String && slices.Contains(keys, item.Text)
		if !drop {
			out.Items = append(out.Items, item)
		}
	}
	return out, nil
}

// WithoutAt is v - index of an array.
func (v Value) WithoutAt(index int64) (Value, error) {
	if v.IsScalar() {
		return v, errCall("cannot delete from scalar")
	}
	if v.Kind == Object {
		return v, errCall("cannot delete from object using integer index")
	}
	if index < 0 {
		index += int64(len(v.Items))
	}
	if index < 0 || index >= int64(len(v.Items)) {
		return v, nil
	}
	return Value{Kind: Array, Items: slices.Delete(slices.Clone(v.Items), int(index), int(index)+1)}, nil
}

// StripNulls is v without the members that are null, at any depth.
func (v Value) StripNulls() Value {
	out := Value{Kind: v.Kind, Text: v.Text}
	for _, item := range v.Items {
		if v.Kind != Object || item.Kind != Null {
			out.Items = append(out.Items, Item{item.Key, item.StripNulls()})
		}
	}
	return out
}

// Change is what happens at the end of a path.
type Change uint8

const (
	Create       Change = 1 << iota // the value is replaced, or made if there is none
	Delete                          // it is taken away
	Replace                         // it is replaced if it is there
	InsertBefore                    // another element is put before it
	InsertAfter                     // or behind it

	creates = Create | InsertBefore | InsertAfter
)

// ChangeAt changes what is at the end of a path, a nil step of which is NULL.
func (v Value) ChangeAt(path []*string, change Change, with Value) (Value, error) {
	if v.IsScalar() {
		if change == Delete {
			return v, errCall("cannot delete path in scalar")
		}
		return v, errCall("cannot set path in scalar")
	}
	if len(path) == 0 || len(v.Items) == 0 && change&creates == 0 {
		return v, nil
	}
	return v.changeAt(path, 0, change, with)
}

func (v Value) changeAt(path []*string, level int, change Change, with Value) (Value, error) {
	if v.IsScalar() {
		return v, nil
	}
	if path[level] == nil {
		return v, &Error{"22004", "path element at position " + strconv.Itoa(level+1) + " is null"}
	}
	if v.Kind == Object {
		return v.changeMember(path, level, change, with)
	}
	return v.changeElement(path, level, change, with)
}

func (v Value) changeMember(path []*string, level int, change Change, with Value) (Value, error) {
	key, last := *path[level], level == len(path)-1
	out := Value{Kind: Object}
	found := false
	for _, item := range v.Items {
		switch {
		case item.Key != key:
			out.Items = append(out.Items, item)
			continue
		case !last:
			inner, err := item.changeAt(path, level+1, change, with)
			if err != nil {
				return v, err
			}
			out.Items = append(out.Items, Item{key, inner})
		case change&(InsertBefore|InsertAfter) != 0:
			return v, errCall("cannot replace existing key")
		case change != Delete:
			out.Items = append(out.Items, Item{key, with})
		}
		found = true
	}
	if !found && last && change&creates != 0 {
		out.Items = sorted(append(out.Items, Item{key, with}))
	}
	return out, nil
}

func (v Value) changeElement(path []*string, level int, change Change, with Value) (Value, error) {
	n, last := len(v.Items), level == len(path)-1
	index, ok := parseIndex(*path[level])
	if !ok {
		return v, &Error{"22P02", "path element at position " + strconv.Itoa(level+1) + " is not an integer: \"" + *path[level] + `"`}
	}
	if index < 0 {
		index += n // still negative: before the first
	}
	if last && change&creates != 0 && (index < 0 || index >= n) {
		if index < 0 {
			return Value{Kind: Array, Items: slices.Insert(slices.Clone(v.Items), 0, Item{Value: with})}, nil
		}
		return Value{Kind: Array, Items: append(slices.Clone(v.Items), Item{Value: with})}, nil
	}
	if index < 0 || index >= n {
		return v, nil
	}
	if !last {
		inner, err := v.Items[index].changeAt(path, level+1, change, with)
		if err != nil {
			return v, err
		}
		out := Value{Kind: Array, Items: slices.Clone(v.Items)}
		out.Items[index].Value = inner
		return out, nil
	}
	var there []Item
	if change&(InsertBefore|Create|Replace) != 0 {
		there = append(there, Item{Value: with})
	}
	if change&(InsertBefore|InsertAfter) != 0 {
		there = append(there, v.Items[index])
	}
	if change == InsertAfter {
		there = append(there, Item{Value: with})
	}
	return Value{Kind: Array, Items: slices.Concat(v.Items[:index], there, v.Items[index+1:])}, nil
}

// parseIndex reads a step of a path that is an index: a number of 32 bits, with
// blanks before it.
func parseIndex(s string) (int, bool) {
	for len(s) > 0 && (s[0] == ' ' || s[0] >= '\t' && s[0] <= '\r') {
		s = s[1:]
	}
	n, err := strconv.ParseInt(s, 10, 32)
	return int(n), err == nil
}
