package main

import (
	"context"
	"errors"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/compute"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/arrow/scalar"
	"github.com/xwb1989/sqlparser"

	"github.com/csvsql/csvsql/wire"
)

// evaluate computes an expression for each row of a batch.
func evaluate(ctx context.Context, e sqlparser.Expr, batch arrow.RecordBatch) (arrow.Array, error) {
	d, err := datum(ctx, e, batch)
	if err != nil {
		return nil, err
	}
	if d, ok := d.(*compute.ScalarDatum); ok {
		return scalar.MakeArrayFromScalar(d.Value, int(batch.NumRows()), memory.DefaultAllocator)
	}
	return d.(*compute.ArrayDatum).MakeArray(), nil
}

// datum is an array, or, for what is the same in all rows, a scalar.
func datum(ctx context.Context, e sqlparser.Expr, batch arrow.RecordBatch) (compute.Datum, error) {
	switch e := e.(type) {
	case *sqlparser.ColName:
		found := batch.Schema().FieldIndices(e.Name.String())
		if len(found) == 0 {
			return nil, wire.Errorf("42703", "column \"%s\" does not exist", e.Name.String())
		}
		return compute.NewDatum(batch.Column(found[0])), nil
	case *sqlparser.SQLVal:
		return literal(e)
	case *sqlparser.NullVal:
		return compute.NewDatum(scalar.ScalarNull), nil
	case *sqlparser.ParenExpr:
		return datum(ctx, e.Expr, batch)
	case *sqlparser.AndExpr:
		return call(ctx, "and_kleene", batch, e.Left, e.Right)
	case *sqlparser.OrExpr:
		return call(ctx, "or_kleene", batch, e.Left, e.Right)
	case *sqlparser.NotExpr:
		return call(ctx, "not", batch, e.Expr)
	case *sqlparser.ComparisonExpr:
		if name, ok := comparisons()[e.Operator]; ok {
			return call(ctx, name, batch, e.Left, e.Right)
		}
	case *sqlparser.BinaryExpr:
		if name, ok := arithmetic()[e.Operator]; ok {
			return call(ctx, name, batch, e.Left, e.Right)
		}
	case *sqlparser.IsExpr:
		switch e.Operator {
		case sqlparser.IsNullStr:
			return call(ctx, "is_null", batch, e.Expr)
		case sqlparser.IsNotNullStr:
			return call(ctx, "is_not_null", batch, e.Expr)
		}
	}
	return nil, wire.Errorf("0A000", "\"%s\" is not understood", sqlparser.String(e))
}

// comparisons and arithmetic are Arrow's functions for MySQL's operators.
func comparisons() map[string]string {
	return map[string]string{
		sqlparser.EqualStr: "equal", sqlparser.NotEqualStr: "not_equal",
		sqlparser.LessThanStr: "less", sqlparser.LessEqualStr: "less_equal",
		sqlparser.GreaterThanStr: "greater", sqlparser.GreaterEqualStr: "greater_equal",
	}
}

func arithmetic() map[string]string {
	return map[string]string{
		sqlparser.PlusStr: "add", sqlparser.MinusStr: "subtract",
		sqlparser.MultStr: "multiply", sqlparser.DivStr: "divide",
	}
}

// call calls a function of arrow-go's with the arguments that it has.
func call(ctx context.Context, name string, batch arrow.RecordBatch, args ...sqlparser.Expr) (compute.Datum, error) {
	values := make([]compute.Datum, len(args))
	for i, arg := range args {
		var err error
		if values[i], err = datum(ctx, arg, batch); err != nil {
			return nil, err
		}
	}
	d, err := compute.CallFunction(ctx, name, nil, values...)
	switch {
	case errors.Is(err, arrow.ErrInvalid): // of the values
		return nil, wire.Errorf("22000", "%w", err)
	case err != nil: // of the types
		return nil, wire.Errorf("42883", "%w", err)
	}
	return d, nil
}

func literal(v *sqlparser.SQLVal) (compute.Datum, error) {
	switch text := string(v.Val); v.Type {
	case sqlparser.IntVal:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return compute.NewDatum(n), nil
		}
		return nil, wire.Errorf("22003", "%s is out of range", text)
	case sqlparser.FloatVal:
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return compute.NewDatum(f), nil
		}
		return nil, wire.Errorf("22003", "%s is out of range", text)
	case sqlparser.StrVal:
		return compute.NewDatum(text), nil
	default:
		return nil, wire.Errorf("0A000", "parameters and literals of this kind are not understood: %s", text)
	}
}
