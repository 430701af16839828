package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/compute"
	"github.com/xwb1989/sqlparser"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/wire"
)

// query is a SELECT.
type query struct {
	tables    *tables
	statement *sqlparser.Select
	plan      *encoding.Plan
}

// Describe runs the query over no rows: the types of what it computes are those
// that it has over all.
func (q *query) Describe(ctx context.Context) (wire.Description, error) {
	table, err := q.tables.named(q.statement.From[0])
	if err != nil {
		return wire.Description{}, err
	}
	none, err := q.run(ctx, table.NewSlice(0, 0))
	if err != nil {
		return wire.Description{}, err
	}
	q.plan = encoding.Compile(none.Schema())
	return wire.Description{Columns: q.plan.Columns()}, nil
}

func (q *query) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	table, err := q.tables.named(q.statement.From[0])
	if err != nil {
		return nil, err
	}
	answer, err := q.run(ctx, table)
	if err != nil {
		return nil, err
	}
	reader, err := array.NewRecordReader(answer.Schema(), []arrow.RecordBatch{answer})
	if err != nil {
		return nil, err
	}
	tag := func(rows int64) string { return fmt.Sprint("SELECT ", rows) }
	rows := q.plan.Rows(reader, nil, tag)
	return rows, rows.SetFormats(b.Results)
}

// run is the query's way: WHERE, then GROUP BY or the expressions of SELECT, then
// ORDER BY, then LIMIT.
func (q *query) run(ctx context.Context, batch arrow.RecordBatch) (arrow.RecordBatch, error) {
	if where := q.statement.Where; where != nil {
		mask, err := evaluate(ctx, where.Expr, batch)
		if err != nil {
			return nil, err
		}
		batch, err = compute.FilterRecordBatch(ctx, batch, mask, compute.DefaultFilterOptions())
		if err != nil {
			return nil, err
		}
	}
	items, err := expandStars(q.statement.SelectExprs, batch.Schema())
	if err != nil {
		return nil, err
	}
	names, columns := make([]string, len(items)), make([]arrow.Array, len(items))
	var groups groupBy
	grouped := len(q.statement.GroupBy) > 0 || hasAggregate(items)
	if grouped {
		if groups, err = newGroups(ctx, q.statement.GroupBy, batch); err != nil {
			return nil, err
		}
	}
	for i, item := range items {
		names[i] = item.As.String()
		if names[i] == "" {
			names[i] = strings.ReplaceAll(sqlparser.String(item.Expr), "`", "")
		}
		if grouped {
			columns[i], err = groups.column(ctx, item.Expr, batch)
		} else {
			columns[i], err = evaluate(ctx, item.Expr, batch)
		}
		if err != nil {
			return nil, err
		}
	}
	answer := newBatch(names, columns)
	if answer, err = orderBy(ctx, q.statement.OrderBy, answer); err != nil {
		return nil, err
	}
	return limit(q.statement.Limit, answer)
}
