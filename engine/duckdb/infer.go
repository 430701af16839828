package duckdb

import (
	"cmp"
	"context"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

// DuckDB knows a parameter's type by its surroundings only, and if it cannot
// tell one it may describe the whole statement as one column of unknown type.
// So what the client declared, and what nobody knows, is written into the
// statement as a cast, until every parameter has a type.

// guesses are the types a parameter of unknown type is tried with: text, as in
// PostgreSQL, and then what operators that do not take text may want.
func guesses() [4]arrow.DataType {
	return [...]arrow.DataType{
		arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64,
		arrow.PrimitiveTypes.Float64, arrow.FixedWidthTypes.MonthDayNanoInterval,
	}
}

// maxTrials bounds how many parameters are tried one by one.
const maxTrials = 16

// inference finds the types of a statement's parameters.
type inference struct {
	session *session
	src     *source
	index   []int            // by parameter: its place among those that occur, from 1, or 0
	used    int              // how many occur
	types   []arrow.DataType // by parameter: what is known; nil: nothing yet
	casts   []bool           // by parameter: whether it is cast to its type
	numeric []bool           // by parameter: whether it is cast to the type of its value
	again   bool             // whether casts have been found to be needed that the last try did not have
}

// prepareTyped prepares a statement and gives its parameters types: what the
// client declared, else what DuckDB infers, else text.
func (s *session) prepareTyped(ctx context.Context, src *source, declared []arrow.DataType) (*statement, error) {
	n := max(src.paramCount(), len(declared))
	in := &inference{session: s, src: src, index: src.index(n), types: make([]arrow.DataType, n), casts: make([]bool, n), numeric: make([]bool, n)}
	for _, place := range in.index {
		in.used = max(in.used, place)
	}
	st, first := in.try(ctx)
	if n == 0 || first != nil && in.used == 0 {
		return st, first
	}
	// If it failed, it may be only because its parameters have no types yet.
	again, err := in.declare(ctx, declared)
	if err != nil {
		st.free()
		return nil, cmp.Or(first, err)
	}
	if again {
		st.free()
		st, err = in.try(ctx)
		first = cmp.Or(first, err)
	}
	if st, err = in.castUnknown(ctx, st, first); err != nil {
		return nil, err
	}
	st.params = slices.Clone(in.types)
	if slices.Contains(in.numeric, true) {
		st.numerics = in
	}
	for i, t := range st.params {
		if t == nil {
			st.free()
			return nil, engine.Errorf("42P18", "could not determine data type of parameter $%d", i+1)
		}
	}
	return st, nil
}

// try prepares the statement with the casts there are, and learns the types that
// DuckDB then infers.
func (in *inference) try(ctx context.Context) (*statement, error) {
	in.again = false
	casts := make([]string, len(in.types))
	for i, cast := range in.casts {
		if cast {
			var err error
			if casts[i], err = sqlType(in.types[i]); err != nil {
				return nil, err
			}
		}
	}
	text := in.src.castParams(casts, in.index)
	st, err := in.session.prepareText(ctx, text.sql, in.src)
	if err != nil {
		return nil, text.relocate(err)
	}
	st.text, st.index = text, in.index
	if int(duck.NParams(st.native)) != in.used {
		st.free()
		return nil, engine.Errorf("42601", "parameters have to be written as $1, $2, ...")
	}
	for i, place := range in.index {
		// What was known stays: DuckDB forgets the type of a parameter that is
		// cast twice.
		if place > 0 && in.types[i] == nil {
			t := duck.ParamLogicalType(st.native, duck.IdxT(place))
			in.types[i] = paramType(t)
			if isNumericType(t) { // a value of it has a type of its own
				in.numeric[i], in.casts[i], in.again = true, true, true
			}
			duck.DestroyLogicalType(&t)
		}
	}
	return st, nil
}

// declare takes the types that the client declared, and where neither it nor
// DuckDB knows one, what the user casts the parameter to. It reports whether the
// statement needs casts that it did not need before.
func (in *inference) declare(ctx context.Context, declared []arrow.DataType) (bool, error) {
	added := in.again
	for i := range in.types {
		var t arrow.DataType
		if i < len(declared) {
			t = declared[i]
		}
		if cast := in.src.castOf(i + 1); t == nil && in.types[i] == nil && cast != "" {
			var err error
			if t, err = in.session.typeOf(ctx, cast); err != nil {
				return false, err
			}
		}
		if t == nil || in.types[i] != nil && arrow.TypeEqual(in.types[i], t) {
			continue
		}
		if isNumeric(t) && i < len(declared) && declared[i] != nil {
			if inferredNumeric(in.types[i]) {
				continue
			}
			in.numeric[i] = in.index[i] > 0
		}
		in.types[i] = t
		if in.index[i] > 0 {
			in.casts[i], added = true, true
		}
	}
	return added, nil
}

// typeOf is the type of a parameter that the user casts to the type of this
// name.
func (s *session) typeOf(ctx context.Context, name string) (arrow.DataType, error) {
	st, err := s.prepareOwn(ctx, "SELECT CAST(NULL AS "+name+"\n)")
	if err != nil {
		return nil, err
	}
	defer st.free()
	types, _ := st.columnTypes()
	defer destroyTypes(types)
	return paramType(types[0]), nil
}

// castUnknown gives every parameter that has no type one. st, which it takes
// over, is nil if the statement could not be prepared so far, because of first.
func (in *inference) castUnknown(ctx context.Context, st *statement, first error) (*statement, error) {
	for st != nil {
		unknown := in.unknown()
		if len(unknown) == 0 {
			return st, nil
		}
		better := in.castOne(ctx, unknown)
		if better == nil {
			break
		}
		st.free()
		st = better
	}
	st.free()
	unknown := in.unknown()
	for _, guess := range guesses() {
		for _, i := range unknown {
			in.types[i], in.casts[i] = guess, true
		}
		guessed, err := in.try(ctx)
		if err == nil {
			return guessed, nil
		}
		first = cmp.Or(first, err)
		if len(unknown) == 0 {
			break
		}
	}
	return nil, first
}

// castOne looks for one parameter whose type, once known, tells the types of
// others. Without it "SELECT $1, $2::int" would make $2 text as well.
func (in *inference) castOne(ctx context.Context, unknown []int) *statement {
	if len(unknown) == 1 {
		return nil
	}
	before := slices.Clone(in.types)
	for _, i := range unknown[:min(len(unknown), maxTrials)] {
		in.casts[i] = true
		for _, guess := range guesses() {
			in.types[i] = guess
			st, err := in.try(ctx)
			if err != nil {
				continue
			}
			if len(in.unknown()) < len(unknown)-1 {
				return st
			}
			st.free()
			break
		}
		copy(in.types, before)
		in.casts[i] = false
	}
	return nil
}

// unknown are the parameters that occur and have no type.
func (in *inference) unknown() []int {
	var unknown []int
	for i, place := range in.index {
		if place > 0 && in.types[i] == nil {
			unknown = append(unknown, i)
		}
	}
	return unknown
}
