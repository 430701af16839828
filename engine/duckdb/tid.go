package duckdb

import (
	"unsafe"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/pgfunc"
)

// PostgreSQL's tid is the place of a row, which clients read, compare, and change
// rows by: WHERE ctid = '(0,1)'. Here it is a BIGINT by that name (engine.TypeTID),
// which the macro ctid makes of DuckDB's rowid.
const tidName = "tid"

// newTIDType is the type, which the caller destroys.
func newTIDType() duck.LogicalType {
	t := duck.CreateLogicalType(duck.TypeBigInt)
	duck.LogicalTypeSetAlias(t, tidName)
	return t
}

func isTIDType(t duck.LogicalType) bool {
	return duck.GetTypeId(t) == duck.TypeBigInt && duck.LogicalTypeGetAlias(t) == tidName
}

// registerTID makes the type, and its casts from text and to it.
func (c *connection) registerTID() error {
	tid := newTIDType()
	defer duck.DestroyLogicalType(&tid)
	if duck.RegisterLogicalType(c.native, tid, duck.CreateTypeInfo{}) == duck.StateError {
		return engine.Errorf("XX000", "the type tid cannot be registered")
	}
	text := duck.CreateLogicalType(duck.TypeVarchar)
	defer duck.DestroyLogicalType(&text)
	if err := c.registerCast(text, tid); err != nil {
		return err
	}
	return c.registerCast(tid, text)
}

// castTIDs casts n values, text to tid or the other way. Of those that cannot be cast
// it makes NULL if it only has to try, and reports false.
func castTIDs(n int, input, output duck.Vector, parse, try bool) (ok bool, err error) {
	mask, data := duck.VectorGetValidity(input), duck.VectorGetData(input)
	ok = true
	for i := range n {
		switch {
		case isNull(mask, i):
			setNull(output, i)
		case !parse:
			duck.VectorAssignStringElementLen(output, duck.IdxT(i), pgfunc.AppendTID(nil, at[int64](data, i)))
		default:
			place, err := pgfunc.ParseTID(textAt(data, i))
			if err != nil && !try {
				return false, err
			}
			if err != nil {
				ok = false
				setNull(output, i)
				continue
			}
			*(*int64)(unsafe.Add(duck.VectorGetData(output), 8*i)) = place
		}
	}
	return ok, nil
}
