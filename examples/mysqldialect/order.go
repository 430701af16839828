package main

import (
	"context"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/compute"
	"github.com/xwb1989/sqlparser"

	"github.com/csvsql/csvsql/wire"
)

// orderBy sorts by columns of the answer, named or numbered. As MySQL has it, NULL
// comes before all values.
func orderBy(ctx context.Context, order sqlparser.OrderBy, batch arrow.RecordBatch) (arrow.RecordBatch, error) {
	if len(order) == 0 {
		return batch, nil
	}
	var keys []compute.SortKey
	for _, o := range order {
		column, err := outputColumn(o.Expr, batch.Schema())
		if err != nil {
			return nil, err
		}
		key := compute.SortKey{ColumnIndex: column, Order: compute.SortOrderAscending, NullPlacement: compute.SortNullsAtStart}
		if o.Direction == sqlparser.DescScr {
			key.Order, key.NullPlacement = compute.SortOrderDescending, compute.SortNullsAtEnd
		}
		keys = append(keys, key)
	}
	sorted, err := compute.SortRecordBatch(ctx, batch, keys)
	if err != nil {
		return nil, wire.Errorf("0A000", "%w", err)
	}
	return sorted, nil
}

func outputColumn(e sqlparser.Expr, schema *arrow.Schema) (int, error) {
	switch e := e.(type) {
	case *sqlparser.ColName:
		if found := schema.FieldIndices(e.Name.String()); len(found) > 0 {
			return found[0], nil
		}
	case *sqlparser.SQLVal:
		if n, err := strconv.Atoi(string(e.Val)); err == nil && n >= 1 && n <= schema.NumFields() {
			return n - 1, nil
		}
	}
	return 0, wire.Errorf("42703", "ORDER BY \"%s\" is no column of the answer", sqlparser.String(e))
}
