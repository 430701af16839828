package jsonb

import (
	"bytes"
	"encoding/binary"
)

// The classes of values in the order of PostgreSQL's: Null < String < Number <
// Boolean < Array < Object (documentation, 8.14.4).
const (
	keyEmpty = iota // an empty array that is in nothing, which is less than all
	keyNull
	keyString
	keyNumber
	keyBool
	keyArray
	keyObject
)

// AppendKey appends bytes that sort as PostgreSQL sorts values of jsonb: v is one.
// The key of a number is number's to append. Texts are compared by their bytes.
func (v Value) AppendKey(dst []byte, number func(dst []byte, text string) ([]byte, error)) ([]byte, error) {
	if v.Kind == Array && len(v.Items) == 0 {
		return append(dst, keyEmpty), nil
	}
	return v.appendKey(dst, number)
}

func (v Value) appendKey(dst []byte, number func(dst []byte, text string) ([]byte, error)) ([]byte, error) {
	switch v.Kind {
	case Null:
		return append(dst, keyNull), nil
	case String:
		return appendEnded(append(dst, keyString), []byte(v.Text)), nil
	case Number:
		key, err := number(nil, v.Text)
		return appendEnded(append(dst, keyNumber), key), err
	case Bool:
		return append(dst, keyBool, v.Text[0]&0x10), nil // of t, not of f
	}
	class := byte(keyArray)
	if v.Kind == Object {
		class = keyObject
	}
	dst = binary.BigEndian.AppendUint32(append(dst, class), uint32(len(v.Items)))
	for _, item := range v.Items {
		if v.Kind == Object {
			dst = appendEnded(dst, []byte(item.Key))
		}
		var err error
		if dst, err = item.appendKey(dst, number); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// appendEnded appends bytes of any length such that what follows does not count
// before they end.
func appendEnded(dst, text []byte) []byte {
	dst = append(dst, bytes.ReplaceAll(text, []byte{0}, []byte{0, 0xff})...)
	return append(dst, 0, 0)
}
