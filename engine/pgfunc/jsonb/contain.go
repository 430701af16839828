package jsonb

import "strings"

// Contains is v @> w of two jsonb: whether what is in w is in v, at the same
// place (PostgreSQL documentation, 8.14.3).
func (v Value) Contains(w Value) bool {
	if v.Kind == Array && w.IsScalar() { // an array may contain a scalar
		w = Value{Kind: Array, Items: []Item{{Value: w}}}
	}
	return v.contains(w)
}

func (v Value) contains(w Value) bool {
	if v.Kind != w.Kind {
		return false
	}
	switch v.Kind {
	case Object:
		for _, item := range w.Items {
			mine, ok := v.member(item.Key)
			if !ok || !mine.contains(item.Value) {
				return false
			}
		}
		return true
	case Array:
		for _, item := range w.Items {
			if !v.anyContains(item.Value) {
				return false
			}
		}
		return true
	}
	return v.equalScalar(w)
}

func (v Value) anyContains(w Value) bool {
	for _, item := range v.Items {
		if item.contains(w) {
			return true
		}
	}
	return false
}

// equalScalar compares scalars of a kind; numbers by their value: 1.0 is 1.
func (v Value) equalScalar(w Value) bool {
	if v.Kind == Number {
		return canonical(v.Text) == canonical(w.Text)
	}
	return v.Text == w.Text
}

// canonical drops what does not count from a numeric's text.
func canonical(number string) string {
	if strings.Contains(number, ".") {
		number = strings.TrimSuffix(strings.TrimRight(number, "0"), ".")
	}
	return number
}

// Has is v ? key: whether a string is the key of a member, or an element.
func (v Value) Has(key string) bool {
	switch v.Kind {
	case Object:
		_, ok := v.member(key)
		return ok
	case Array:
		for _, item := range v.Items {
			if item.Kind == String && item.Text == key {
				return true
			}
		}
		return false
	}
	return v.Kind == String && v.Text == key
}
