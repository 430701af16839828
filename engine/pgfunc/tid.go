package pgfunc

import "github.com/csvsql/csvsql/wire/pgvalue"

// ParseTID reads a text as a tid, in the storage of engine.TypeTID.
func ParseTID(text []byte) (int64, error) {
	v, err := pgvalue.ParseTID(text)
	return int64(v), withCodeOrNil(err)
}

// AppendTID appends a tid as text.
func AppendTID(dst []byte, v int64) []byte { return pgvalue.AppendTID(dst, pgvalue.TID(v)) }
