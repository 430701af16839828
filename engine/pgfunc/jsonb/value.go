// Package jsonb reads, changes and writes JSON as PostgreSQL's types json and
// jsonb do (PostgreSQL documentation, 8.14 and 9.16).
//
// A json is its text. A jsonb is a value: numbers are numerics, the members of
// an object are in an order of their own, and of several with a key the last one
// counts. [Parse] reads either; [Value.Normal] makes of the first the second.
package jsonb

import (
	"cmp"
	"slices"
	"strings"

	"github.com/csvsql/csvsql/wire/pgvalue"
)

// Kind is what a Value is.
type Kind uint8

const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// String is the kind as json_typeof calls it.
func (k Kind) String() string {
	return [...]string{"null", "boolean", "number", "string", "array", "object"}[k]
}

// Value is a JSON value. Values that are read are only read: what changes one
// makes another.
type Value struct {
	Kind Kind
	// Text is the text of a string without its escapes, and of another scalar as
	// it is written.
	Text string
	// Items are the elements of an array, or the members of an object.
	Items []Item

	source string // its text; "" if it was made
}

// Item is an element of an array, or a member of an object.
type Item struct {
	Key string // of a member
	Value
}

// IsScalar reports whether v is neither an array nor an object.
func (v Value) IsScalar() bool { return v.Kind < Array }

// Source is the text that the value was read from.
func (v Value) Source() string { return v.source }

// Error is what is wrong with a text or a call.
type Error struct {
	Code    string // SQLSTATE
	Message string
}

func (e *Error) Error() string { return e.Message }

// SQLState is the code.
func (e *Error) SQLState() string { return e.Code }

// maxText bounds the text of a jsonb, which a few letters of exponent can make
// long.
const maxText = 1<<28 - 1

// Normal is v as a jsonb.
func (v Value) Normal() (Value, error) {
	size := 0
	return v.normal(&size)
}

func (v Value) normal(size *int) (Value, error) {
	out := Value{Kind: v.Kind, Text: v.Text}
	if v.Kind == Number {
		d, err := pgvalue.ParseNumeric([]byte(v.Text))
		if err != nil {
			return out, &Error{"22003", "value overflows numeric format"}
		}
		out.Text = string(pgvalue.AppendDecimal(nil, d))
	}
	if *size += len(out.Text); *size > maxText {
		return out, &Error{"54000", "the text of a jsonb is too long"}
	}
	if v.IsScalar() {
		return out, nil
	}
	out.Items = make([]Item, len(v.Items))
	for i, item := range v.Items {
		n, err := item.Value.normal(size)
		if err != nil {
			return out, err
		}
		out.Items[i] = Item{item.Key, n}
	}
	if v.Kind == Object {
		out.Items = sorted(out.Items)
	}
	return out, nil
}

// sorted puts members in the order of a jsonb: shorter keys first. Of those with
// the same key the last one stays.
func sorted(items []Item) []Item {
	slices.SortStableFunc(items, func(a, b Item) int { return compareKeys(a.Key, b.Key) })
	kept := items[:0]
	for i, item := range items {
		if i+1 == len(items) || items[i+1].Key != item.Key {
			kept = append(kept, item)
		}
	}
	return kept
}

func compareKeys(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

// member is the last member with a key.
func (v Value) member(key string) (Value, bool) {
	if v.Kind != Object {
		return Value{}, false
	}
	for i := len(v.Items) - 1; i >= 0; i-- {
		if v.Items[i].Key == key {
			return v.Items[i].Value, true
		}
	}
	return Value{}, false
}

// Get is the member of an object with a key.
func (v Value) Get(key string) (Value, bool) { return v.member(key) }

// At is the element of an array with an index, which counts from the end if it
// is negative.
func (v Value) At(index int64) (Value, bool) {
	if v.Kind != Array {
		return Value{}, false
	}
	if index < 0 {
		index += int64(len(v.Items))
	}
	if index < 0 || index >= int64(len(v.Items)) {
		return Value{}, false
	}
	return v.Items[index].Value, true
}

// Path is the value at the end of a path of keys and indices.
func (v Value) Path(path []string) (Value, bool) {
	for _, step := range path {
		ok := false
		if v.Kind == Array {
			var index int
			if index, ok = parseIndex(step); ok {
				v, ok = v.At(int64(index))
			}
		} else {
			v, ok = v.member(step)
		}
		if !ok {
			return Value{}, false
		}
	}
	return v, true
}

// AsText is what ->> makes of the value of a jsonb, or, of a json, of its text:
// false is NULL.
func (v Value) AsText() (string, bool) {
	switch {
	case v.Kind == Null:
		return "", false
	case v.Kind == String:
		return v.Text, true
	case v.source != "":
		return v.source, true
	}
	return string(v.Append(nil)), true
}
