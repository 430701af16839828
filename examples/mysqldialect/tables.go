package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/csv"
	"github.com/xwb1989/sqlparser"

	"github.com/csvsql/csvsql/wire"
)

// tables are the files that were loaded, each a single batch. Batches are never
// changed, and are left to Go's garbage collector: Release matters only where
// another allocator is used.
type tables struct {
	dir    *os.Root // what clients may read
	mu     sync.Mutex
	byName map[string]arrow.RecordBatch
}

func newTables(dir *os.Root) *tables {
	return &tables{dir: dir, byName: map[string]arrow.RecordBatch{}}
}

// load reads a CSV file; what a column holds is seen from its first value.
func (t *tables) load(path, name string) (wire.Result, error) {
	f, err := t.dir.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, wire.Errorf("58P01", "there is no file \"%s\"", path)
	}
	if err != nil {
		return nil, wire.Errorf("58030", "%w", err)
	}
	defer f.Close()
	reader := csv.NewInferringReader(f, csv.WithHeader(true), csv.WithChunk(-1), csv.WithNullReader(true, "", "null"))
	reader.Next()
	batch := reader.RecordBatch()
	if err := reader.Err(); err != nil || batch == nil {
		return nil, wire.Errorf("22P04", "%s: %w", path, err)
	}
	batch.Retain() // beyond the reader
	t.mu.Lock()
	defer t.mu.Unlock()
	t.byName[name] = batch
	return wire.Tag(fmt.Sprint("LOAD ", batch.NumRows())), nil
}

// named returns the table of a FROM.
func (t *tables) named(from sqlparser.TableExpr) (arrow.RecordBatch, error) {
	aliased, ok := from.(*sqlparser.AliasedTableExpr)
	if !ok {
		return nil, wire.Errorf("0A000", "joins are not understood")
	}
	name := sqlparser.GetTableName(aliased.Expr).String()
	t.mu.Lock()
	defer t.mu.Unlock()
	batch, ok := t.byName[name]
	if !ok {
		return nil, wire.Errorf("42P01", "table \"%s\" does not exist", name)
	}
	return batch, nil
}
