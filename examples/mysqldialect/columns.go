package main

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/xwb1989/sqlparser"

	"github.com/csvsql/csvsql/wire"
)

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
