package main

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/compute"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/xwb1989/sqlparser"

	"github.com/csvsql/csvsql/wire"
)

func hasAggregate(items []*sqlparser.AliasedExpr) bool {
	for _, item := range items {
		if _, ok := item.Expr.(*sqlparser.FuncExpr); ok {
			return true
		}
	}
	return false
}

// aggregate is count, sum, avg, min or max.
func (g groupBy) aggregate(ctx context.Context, f *sqlparser.FuncExpr, batch arrow.RecordBatch) (arrow.Array, error) {
	name := f.Name.Lowered()
	if len(f.Exprs) != 1 || f.Distinct {
		return nil, wire.Errorf("0A000", "%s of one argument only", name)
	}
	argument, ok := f.Exprs[0].(*sqlparser.AliasedExpr)
	if !ok { // count(*)
		argument = &sqlparser.AliasedExpr{Expr: sqlparser.NewIntVal([]byte("1"))}
	}
	values, err := evaluate(ctx, argument.Expr, batch)
	if err != nil {
		return nil, err
	}
	switch name {
	case "count":
		return g.count(values), nil
	case "min", "max":
		return g.extreme(ctx, values, name)
	case "sum", "avg":
		floats, err := compute.CastArray(ctx, values, compute.SafeCastOptions(arrow.PrimitiveTypes.Float64))
		if err != nil {
			return nil, wire.Errorf("42883", "%s needs numbers: %w", name, err)
		}
		return g.sum(floats.(*array.Float64), name == "avg"), nil
	}
	return nil, wire.Errorf("42883", "there is no function %s", name)
}

func (g groupBy) count(values arrow.Array) arrow.Array {
	counts := make([]int64, len(g.first))
	for row, group := range g.of {
		if values.IsValid(row) {
			counts[group]++
		}
	}
	b := array.NewInt64Builder(memory.DefaultAllocator)
	b.AppendValues(counts, nil)
	return b.NewArray()
}

// sum is the sum or the mean of what is not NULL, and NULL if nothing is.
func (g groupBy) sum(values *array.Float64, mean bool) arrow.Array {
	sums, counts := make([]float64, len(g.first)), make([]float64, len(g.first))
	for row, group := range g.of {
		if values.IsValid(row) {
			sums[group] += values.Value(row)
			counts[group]++
		}
	}
	b := array.NewFloat64Builder(memory.DefaultAllocator)
	for group, sum := range sums {
		switch {
		case counts[group] == 0:
			b.AppendNull()
		case mean:
			b.Append(sum / counts[group])
		default:
			b.Append(sum)
		}
	}
	return b.NewArray()
}

// extreme is the least or the greatest value: the first or the last of each group
// when all are sorted.
func (g groupBy) extreme(ctx context.Context, values arrow.Array, name string) (arrow.Array, error) {
	order, err := compute.SortIndicesArray(ctx, values, compute.DefaultSortKey())
	if err != nil {
		return nil, wire.Errorf("0A000", "%w", err)
	}
	rows := make([]int, len(g.first))
	for group := range rows {
		rows[group] = -1
	}
	for _, row := range order.(*array.Uint64).Uint64Values() {
		group := g.of[row]
		if values.IsValid(int(row)) && (name == "max" || rows[group] < 0) {
			rows[group] = int(row)
		}
	}
	return take(ctx, values, rows)
}
