package duckdb

import (
	"context"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

// A numeric of PostgreSQL has the scale of its value, a decimal of DuckDB that of
// its type, and a parameter gets a type before it has a value. So a statement with
// a numeric that nothing else gives a type is described with some decimal, and
// prepared again with the value's own when it is executed.

// isNumeric reports whether a parameter's type is a decimal, or a list of them.
func isNumeric(t arrow.DataType) bool {
	if list, ok := t.(*arrow.ListType); ok {
		t = list.Elem()
	}
	_, ok := t.(*arrow.Decimal128Type)
	return ok
}

// inferredNumeric reports whether DuckDB itself has found a parameter to be a
// decimal. Integers of 128 and of unsigned 64 bits are taken as decimals without
// a scale, and are none.
func inferredNumeric(t arrow.DataType) bool {
	if list, ok := t.(*arrow.ListType); ok {
		t = list.Elem()
	}
	d, ok := t.(*arrow.Decimal128Type)
	return ok && d.Scale > 0
}

// fitNumerics prepares the statement for the types that its numerics have in
// args. mu is held and the connection is free.
func (st *statement) fitNumerics(ctx context.Context, args arrow.RecordBatch) error {
	in := st.numerics
	if in == nil || args == nil || int(args.NumCols()) != len(in.types) {
		return nil
	}
	before := slices.Clone(in.types)
	for i, numeric := range in.numeric {
		if !numeric {
			continue
		}
		t := args.Column(i).DataType()
		if t.ID() == arrow.STRING {
			return engine.Errorf("22003", "parameter $%d has more digits than the 38 of a DECIMAL", i+1)
		}
		in.types[i] = t
	}
	if slices.EqualFunc(in.types, before, func(a, b arrow.DataType) bool { return arrow.TypeEqual(a, b) }) {
		return nil
	}
	again, err := in.try(ctx)
	if err != nil {
		in.types = before
		return err
	}
	duck.DestroyPrepare(&st.native)
	st.plan = again.plan
	return nil
}

// hasNumericParam reports whether the types of the result may depend on values.
func (st *statement) hasNumericParam() bool { return slices.ContainsFunc(st.params, isNumeric) }

// withoutScale is a decimal type, or that of a list of them, without precision
// and scale.
func withoutScale(k typeKey) typeKey {
	if rest, ok := strings.CutPrefix(k.name, "DECIMAL("); ok {
		_, after, _ := strings.Cut(rest, ")")
		k.name = "DECIMAL" + after
	}
	return k
}
