package duckdb

import (
	"errors"

	duck "github.com/duckdb/duckdb-go-bindings"
)

// PostgreSQL's numeric has a scale for each value, DuckDB's DECIMAL one for each
// type. So the values that have no scale before they are computed, as averages
// and quotients, have a type of their own: a BLOB by the name of pg_numeric that
// holds a key (package numeric), which sorts as the number does. DuckDB's binder
// treats it like a type of its own: other numbers are cast to it where they meet
// one in a comparison, a CASE or a UNION, and operators and functions have
// overloads for it. No cast is implicit: it would compete with DuckDB's own.
//
// Keys of equal values differ if their scales do. Where that counts, in
// comparisons, the rewriter calls csvsql_key.

// numericName is the alias that makes a BLOB a numeric; numeric itself is DuckDB's
// name for DECIMAL.
const numericName = "pg_numeric"

// numericOpaque is the name under which it leaves the engine (engine.OpaqueVendor).
const numericOpaque = "numeric"

// newNumericType is the type, which the caller destroys.
func newNumericType() duck.LogicalType {
	t := duck.CreateLogicalType(duck.TypeBlob)
	duck.LogicalTypeSetAlias(t, numericName)
	return t
}

func isNumericType(t duck.LogicalType) bool {
	return duck.GetTypeId(t) == duck.TypeBlob && duck.LogicalTypeGetAlias(t) == numericName
}

// registerNumeric makes the casts, functions and aggregates of numeric.
func (c *connection) registerNumeric() error {
	numeric := newNumericType()
	defer duck.DestroyLogicalType(&numeric)
	if duck.RegisterLogicalType(c.native, numeric, duck.CreateTypeInfo{}) == duck.StateError {
		return errors.New("numeric cannot be registered")
	}
	others := []duck.LogicalType{}
	defer func() { destroyTypes(others) }()
	for _, id := range []duck.Type{
		duck.TypeTinyInt, duck.TypeSmallInt, duck.TypeInteger, duck.TypeBigInt, duck.TypeHugeInt,
		duck.TypeUTinyInt, duck.TypeUSmallInt, duck.TypeUInteger, duck.TypeUBigInt, duck.TypeUHugeInt,
		duck.TypeDouble, duck.TypeFloat, duck.TypeVarchar,
	} {
		others = append(others, duck.CreateLogicalType(id))
	}
	for width := 1; width <= maxDecimalWidth; width++ {
		for scale := 0; scale <= width; scale++ {
			others = append(others, duck.CreateDecimalType(uint8(width), uint8(scale)))
		}
	}
	for _, t := range others {
		if err := errors.Join(c.registerCast(t, numeric), c.registerCast(numeric, t)); err != nil {
			return err
		}
	}
	if err := c.registerScalars(numericScalars()); err != nil {
		return err
	}
	return c.registerAggregates(aggregates())
}

// maxDecimalWidth is how many digits DuckDB's widest DECIMAL has.
const maxDecimalWidth = 38
