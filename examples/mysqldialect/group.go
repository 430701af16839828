package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/compute"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/xwb1989/sqlparser"

	"github.com/csvsql/csvsql/wire"
)

// groupBy are the groups of a batch.
type groupBy struct {
	rows  int
	of    []int    // the group of each row
	first []int    // the first row of each group; -1 for none
	keys  []string // what is grouped by, as text
}

// newGroups finds the groups, in the order in which they come. Without keys all
// rows are one, even if there are none.
func newGroups(ctx context.Context, keys sqlparser.GroupBy, batch arrow.RecordBatch) (groupBy, error) {
	g := groupBy{rows: int(batch.NumRows())}
	g.of = make([]int, g.rows)
	if len(keys) == 0 {
		g.first = []int{-1}
		if g.rows > 0 {
			g.first[0] = 0
		}
		return g, nil
	}
	var columns []arrow.Array
	for _, key := range keys {
		column, err := evaluate(ctx, key, batch)
		if err != nil {
			return g, err
		}
		columns = append(columns, column)
		g.keys = append(g.keys, sqlparser.String(key))
	}
	known := map[string]int{}
	var key strings.Builder
	for row := range g.rows {
		key.Reset()
		for _, column := range columns {
			// Quoted, so that no two lists of values are one text.
			key.WriteString(strconv.FormatBool(column.IsNull(row)) + strconv.Quote(column.ValueStr(row)))
		}
		group, ok := known[key.String()]
		if !ok {
			group = len(g.first)
			known[key.String()] = group
			g.first = append(g.first, row)
		}
		g.of[row] = group
	}
	return g, nil
}

// column is one value for each group: of an aggregate, or of what is grouped by.
func (g groupBy) column(ctx context.Context, e sqlparser.Expr, batch arrow.RecordBatch) (arrow.Array, error) {
	if f, ok := e.(*sqlparser.FuncExpr); ok {
		return g.aggregate(ctx, f, batch)
	}
	for _, key := range g.keys {
		if key == sqlparser.String(e) {
			column, err := evaluate(ctx, e, batch)
			if err != nil {
				return nil, err
			}
			return take(ctx, column, g.first)
		}
	}
	return nil, wire.Errorf("42803", "\"%s\" must be in GROUP BY or in an aggregate", sqlparser.String(e))
}

// take returns the values of some rows; that of row -1 is NULL.
func take(ctx context.Context, values arrow.Array, rows []int) (arrow.Array, error) {
	b := array.NewInt64Builder(memory.DefaultAllocator)
	for _, row := range rows {
		if row < 0 {
			b.AppendNull()
		} else {
			b.Append(int64(row))
		}
	}
	return compute.TakeArray(ctx, values, b.NewArray())
}
