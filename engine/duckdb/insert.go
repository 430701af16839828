package duckdb

import (
	"context"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

const (
	// appended is the name that the rows have within the INSERT.
	appended = "csvsql_rows"
	// staging is the temporary table of rows that a condition chooses from.
	staging = "csvsql_staging"

	// DuckDB collects rows in memory until it is told to insert them. It stores
	// them in groups of 122,880, so that many at a time are the cheapest; of wide
	// rows fewer are taken.
	flushRows = 122_880
)

// flushBytes is how much of the engine's memory rows may take that are not inserted
// yet. Twice as much is taken, and DuckDB does not account for it.
func flushBytes(memory int64) int64 {
	const least, most = 4 << 20, 48 << 20
	if memory == 0 {
		return most
	}
	return min(max(memory/16, least), most)
}

// Insert implements [engine.Inserter].
func (s *session) Insert(ctx context.Context, spec engine.InsertSpec, rows array.RecordReader) (n int64, err error) {
	own := !s.inTransaction
	if own {
		if err := s.Begin(ctx, engine.TxOptions{}); err != nil {
			return 0, err
		}
	}
	if spec.Where == "" {
		n, err = s.append(ctx, s.qualified(spec.Table), spec.Columns, rows)
	} else {
		n, err = s.insertWhere(ctx, spec, rows)
	}
	if !own {
		return n, err
	}
	if err == nil {
		err = s.Commit(ctx)
	}
	if err != nil {
		// ctx may be what has ended the rows, or come before the COMMIT.
		_ = s.Rollback(context.WithoutCancel(ctx)) // the first error is the one to tell
		return 0, err
	}
	return n, nil
}

// insertWhere puts all rows into a temporary table first: what DuckDB does with
// rows that are appended, it does not count.
func (s *session) insertWhere(ctx context.Context, spec engine.InsertSpec, rows array.RecordReader) (int64, error) {
	columns := columnList(spec.Columns)
	table := s.qualified(spec.Table)
	if err := s.locked(ctx, func() error {
		return s.run(ctx, "CREATE TEMP TABLE "+staging+" AS SELECT "+columns+" FROM "+table+" LIMIT 0")
	}); err != nil {
		return 0, err
	}
	_, err := s.append(ctx, "temp.main."+staging, spec.Columns, rows)
	var n int64
	if err == nil {
		err = s.locked(ctx, func() (err error) {
			n, err = s.insertStaged(ctx, table, spec, columns)
			return err
		})
	}
	// Where the transaction has failed this fails, too, and the table goes with it.
	drop := s.locked(context.WithoutCancel(ctx), func() error { return s.run(ctx, "DROP TABLE temp.main."+staging) })
	if err != nil {
		return 0, err
	}
	return n, drop
}

func (s *session) insertStaged(ctx context.Context, table string, spec engine.InsertSpec, columns string) (int64, error) {
	before := "INSERT INTO " + table + " (" + columns + ") SELECT " + columns +
		" FROM temp.main." + staging + " AS " + identifier(spec.Table.Name) + " WHERE ("
	st, err := s.prepare(ctx, before+spec.Where+"\n)", nil)
	if err != nil {
		if e, ok := err.(*engine.Error); ok {
			e.Position = max(e.Position-len(before), 0)
		}
		return 0, err
	}
	defer st.free()
	r, err := st.execute(ctx, nil)
	if err != nil {
		return 0, err
	}
	delete(s.results, r)
	return r.affected, nil
}

// columnList is a list of names in SQL.
func columnList(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = identifier(n)
	}
	return strings.Join(quoted, ", ")
}

// locked runs f while the connection is free.
func (s *session) locked(ctx context.Context, f func() error) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	return f()
}

// checkInsert says what is wrong with an INSERT before there are rows for it.
func (s *session) checkInsert(ctx context.Context, table, columns string) error {
	st, err := s.prepareOwn(ctx, "INSERT INTO "+table+" ("+columns+") SELECT "+columns+" FROM "+table)
	if err != nil {
		if e, ok := err.(*engine.Error); ok {
			e.Position = 0 // in a statement that nobody wrote
		}
		return err
	}
	duck.DestroyPrepare(&st.native)
	return nil
}

// append adds rows to a table. While DuckDB inserts some of them the next ones are
// collected, by the other of two appenders. The session is not locked while it waits
// for rows: they may come from a client, and the engine may be closed meanwhile.
func (s *session) append(ctx context.Context, table string, columns []string, rows array.RecordReader) (count int64, err error) {
	var one, other appender
	open := func(a *appender) error {
		return s.locked(ctx, func() error { return a.open(ctx, s, table, columns, rows.Schema()) })
	}
	if err := open(&one); err != nil {
		return 0, err
	}
	inserted := make(chan error, 1)
	inserting := false
	defer func() {
		if inserting {
			<-inserted
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		one.close()
		other.close()
	}()
	next, last := &one, &other // last is the one that is inserted, if any is
	for rows.Next() {
		b := rows.RecordBatch()
		if err := next.add(b); err != nil {
			return 0, err
		}
		count += b.NumRows()
		if inserting && (next.isFull() || len(inserted) > 0) {
			inserting = false
			if err := <-inserted; err != nil {
				return 0, err
			}
		}
		if !next.isFull() {
			continue
		}
		if last.native.Ptr == nil {
			if err := open(last); err != nil {
				return 0, err
			}
		}
		next, last = last, next
		inserting = true
		go func(a *appender) {
			inserted <- s.locked(ctx, func() error { return a.flush(ctx) })
		}(last)
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	if inserting {
		inserting = false
		if err := <-inserted; err != nil {
			return 0, err
		}
	}
	return count, s.locked(ctx, func() error { return next.flush(ctx) })
}

// appender is an INSERT that is fed with chunks. Its methods but for add and isFull,
// which touch nothing else, need the session locked and the connection free.
type appender struct {
	session *session
	native  duck.Appender
	chunk   duck.DataChunk
	rows    int64 // that are not inserted yet
	bytes   int64
}

func (a *appender) open(ctx context.Context, s *session, table string, columns []string, schema *arrow.Schema) error {
	a.session = s
	if err := s.checkInsert(ctx, table, columnList(columns)); err != nil {
		return err
	}
	types := make([]duck.LogicalType, 0, len(columns))
	defer func() { destroyTypes(types) }()
	names, values := make([]string, len(columns)), make([]string, len(columns))
	for i, f := range schema.Fields() {
		t, err := logicalType(f.Type)
		if err != nil {
			return err
		}
		types = append(types, t)
		names[i] = "c" + strconv.Itoa(i)
		values[i] = names[i]
		if ext, ok := f.Type.(arrow.ExtensionType); ok && ext.ExtensionName() == "arrow.json" {
			values[i] = "CAST(" + names[i] + " AS JSON)" // from there it can become a STRUCT or MAP
		}
	}
	sql := "INSERT INTO " + table + " (" + columnList(columns) + ") SELECT " + strings.Join(values, ", ") + " FROM " + appended
	if duck.AppenderCreateQuery(s.c.native, sql, types, appended, names, &a.native) == duck.StateError {
		return a.failure(ctx)
	}
	a.chunk = duck.CreateDataChunk(types)
	return nil
}

// close drops what has not been inserted.
func (a *appender) close() {
	duck.DestroyDataChunk(&a.chunk)
	if a.native.Ptr != nil {
		duck.AppenderClear(a.native)
		duck.AppenderDestroy(&a.native)
	}
}

func (a *appender) failure(ctx context.Context) error {
	e := a.session.failure(ctx, duck.AppenderError(a.native))
	e.Position = 0 // in a statement that nobody wrote
	return e
}

// add adds a batch.
func (a *appender) add(b arrow.RecordBatch) error {
	size := int64(duck.VectorSize())
	for from := int64(0); from < b.NumRows(); from += size {
		part := b.NewSlice(from, min(from+size, b.NumRows()))
		err := a.addChunk(part)
		part.Release()
		if err != nil {
			return err
		}
	}
	return nil
}

// isFull says that it is time for a flush.
func (a *appender) isFull() bool {
	return a.rows >= flushRows || a.bytes >= flushBytes(a.session.engine.options.Memory)
}

// addChunk adds a batch that fits into a chunk.
func (a *appender) addChunk(b arrow.RecordBatch) error {
	duck.DataChunkReset(a.chunk)
	for i, c := range b.Columns() {
		n, err := writeVector(duck.DataChunkGetVector(a.chunk, duck.IdxT(i)), c)
		if err != nil {
			return err
		}
		a.bytes += n
	}
	duck.DataChunkSetSize(a.chunk, duck.IdxT(b.NumRows()))
	if duck.AppendDataChunk(a.native, a.chunk) == duck.StateError {
		return a.failure(context.Background())
	}
	a.rows += b.NumRows()
	return nil
}

// flush inserts what was added.
func (a *appender) flush(ctx context.Context) error {
	watch := a.session.c.interruptOn(ctx)
	defer watch.stop()
	a.rows, a.bytes = 0, 0
	if duck.AppenderFlush(a.native) == duck.StateError {
		return a.failure(ctx)
	}
	a.session.wrote()
	return nil
}

var _ engine.Inserter = (*session)(nil)
