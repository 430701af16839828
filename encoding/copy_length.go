package encoding

import (
	"bytes"
	"unicode/utf8"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// length is the n of varchar(n) and char(n), 0 of other types.
func (t Type) length() int {
	if (t.OID == oid.Varchar || t.OID == oid.Bpchar) && t.Mod > varHeader {
		return int(t.Mod) - varHeader
	}
	return 0
}

// varHeader is what a typmod of these types is more than their length (PostgreSQL's
// VARHDRSZ).
const varHeader = 4

// Declare gives a column of text, counted from 0, the type that it was declared with:
// what is too long for a varchar(n) or char(n) is an error. It is called before the
// first Next.
func (c *CopyIn) Declare(column int, t Type) {
	length := t.length()
	if length == 0 || !isText(c.columns[column].typ) {
		return
	}
	name := "character varying"
	if t.OID == oid.Bpchar {
		name = "character"
	}
	next := c.columns[column].append
	c.columns[column].append = func(v []byte) error {
		trimmed := v
		if t.OID == oid.Bpchar {
			trimmed = bytes.TrimRight(v, " ") // it means nothing
		}
		if len(trimmed) > length { // bytes
			if utf8.RuneCount(bytes.TrimRight(v, " ")) > length {
				return wire.Errorf("22001", "value too long for type %s(%d)", name, length)
			}
			trimmed = firstRunes(trimmed, length)
		}
		return next(trimmed)
	}
}

// firstRunes are the first n characters of a text.
func firstRunes(v []byte, n int) []byte {
	end := 0
	for ; n > 0 && end < len(v); n-- {
		_, size := utf8.DecodeRune(v[end:])
		end += size
	}
	return v[:end]
}
