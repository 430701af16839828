package main

import (
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/xwb1989/sqlparser"

	"github.com/csvsql/csvsql/wire"
)

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
