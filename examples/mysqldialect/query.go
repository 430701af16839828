package main

import (
	"context"
	"fmt"
	"strconv"
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

func newBatch(names []string, columns []arrow.Array) arrow.RecordBatch {
	fields := make([]arrow.Field, len(names))
	for i, name := range names {
		fields[i] = arrow.Field{Name: name, Type: columns[i].DataType(), Nullable: true}
	}
	return array.NewRecordBatch(arrow.NewSchema(fields, nil), columns, int64(columns[0].Len()))
}

// expandStars replaces * by the columns that there are.
func expandStars(exprs sqlparser.SelectExprs, schema *arrow.Schema) ([]*sqlparser.AliasedExpr, error) {
	var items []*sqlparser.AliasedExpr
	for _, e := range exprs {
		switch e := e.(type) {
		case *sqlparser.AliasedExpr:
			items = append(items, e)
		case *sqlparser.StarExpr:
			for _, f := range schema.Fields() {
				items = append(items, &sqlparser.AliasedExpr{Expr: &sqlparser.ColName{Name: sqlparser.NewColIdent(f.Name)}})
			}
		default:
			return nil, wire.Errorf("0A000", "\"%s\" is not understood", sqlparser.String(e))
		}
	}
	return items, nil
}

// limit is LIMIT count OFFSET offset.
func limit(l *sqlparser.Limit, batch arrow.RecordBatch) (arrow.RecordBatch, error) {
	if l == nil {
		return batch, nil
	}
	from, err := rowNumber(l.Offset, 0)
	if err != nil {
		return nil, err
	}
	count, err := rowNumber(l.Rowcount, batch.NumRows())
	if err != nil {
		return nil, err
	}
	from = min(from, batch.NumRows())
	return batch.NewSlice(from, from+min(count, batch.NumRows()-from)), nil
}

func rowNumber(e sqlparser.Expr, missing int64) (int64, error) {
	if e == nil {
		return missing, nil
	}
	n, err := strconv.ParseInt(sqlparser.String(e), 10, 64)
	if err != nil || n < 0 {
		return 0, wire.Errorf("22023", "\"%s\" is not a number of rows", sqlparser.String(e))
	}
	return n, nil
}
