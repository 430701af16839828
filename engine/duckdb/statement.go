package duckdb

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow"
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

// statement is a prepared statement. It implements [engine.Statement].
type statement struct {
	session *session
	src     *source
	plan
	kind   engine.Kind
	params []arrow.DataType
	index  []int   // by parameter: its number in native, 0 if it does not occur
	schema *schema // nil if it returns no rows

	reusable bool

	// numerics is set if there are parameters whose type is that of their value.
	numerics *inference
}

var _ engine.Statement = (*statement)(nil)

// Params implements [engine.Statement].
func (st *statement) Params() []arrow.DataType { return st.params }

// Schema implements [engine.Statement].
func (st *statement) Schema() *arrow.Schema {
	if st.schema == nil {
		return nil
	}
	return st.schema.out
}

// Kind implements [engine.Statement].
func (st *statement) Kind() engine.Kind { return st.kind }

// Reusable implements [engine.Statement].
func (st *statement) Reusable() bool { return st.reusable }

// Close implements [engine.Statement].
func (st *statement) Close(ctx context.Context) error {
	st.session.mu.Lock()
	defer st.session.mu.Unlock()
	st.free()
	return nil
}

// free destroys the statement, unless it is nil. Its open results live on.
func (st *statement) free() {
	if st == nil {
		return
	}
	duck.DestroyPrepare(&st.native)
	delete(st.session.statements, st)
}

// Execute implements [engine.Statement].
func (st *statement) Execute(ctx context.Context, args arrow.RecordBatch) (engine.Result, error) {
	s := st.session
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	if st.native.Ptr == nil {
		return nil, engine.Errorf("26000", "the statement is closed")
	}
	if err := st.fitNumerics(ctx, args); err != nil {
		return nil, err
	}
	defer s.effects.tell(s.options.Host)
	return st.execute(ctx, args)
}

// execute starts the statement. mu is held and the connection is free.
func (st *statement) execute(ctx context.Context, args arrow.RecordBatch) (*result, error) {
	s := st.session
	r := &result{session: s, text: st.text, ctx: ctx, schema: st.schema, writes: st.writes(), live: true, watch: s.c.interruptOn(ctx)}
	r.refs.Store(1)
	if err := st.start(ctx, r, args); err != nil {
		r.closeStream(false)
		return nil, err
	}
	if duck.ResultIsStreaming(r.native) {
		s.stream = r
	} else {
		r.releaseConnection()
	}
	if st.schema == nil {
		r.schema = noRows()
		r.affected = countOf(&r.native)
		r.closeStream(true)
	} else {
		schema, err := st.resultSchema(&r.native)
		if err != nil {
			r.abandon()
			return nil, err
		}
		r.schema = schema
	}
	switch {
	case st.kind == engine.DDL:
		s.catalogChanged()
		if st.src.newSchema {
			s.schemaCreated()
		}
	case st.commits() && s.inTransaction:
		s.wrote()
	}
	if s.stream == nil && (st.kind == engine.DDL || st.commits()) {
		s.saveSchemas()
	}
	s.results[r] = struct{}{}
	return r, nil
}

// writes says whether the statement's rows, if it has any, are rows it wrote.
func (st *statement) writes() bool {
	switch st.kind {
	case engine.Insert, engine.Update, engine.Delete, engine.Merge:
		return true
	}
	return false
}

// failure is the error for DuckDB's text about the statement.
func (st *statement) failure(ctx context.Context, text string) error {
	e := st.session.failure(ctx, text)
	e.Position = st.text.original(e.Position)
	return e
}

// countOf is the number of rows that a statement without rows of its own wrote.
func countOf(r *duck.Result) int64 {
	switch duck.ResultReturnType(*r) {
	case duck.ResultTypeChangedRows:
		return int64(duck.RowsChanged(r))
	case duck.ResultTypeNothing: // CREATE TABLE AS has a row with the count
		chunk := duck.FetchChunk(*r)
		if chunk.Ptr == nil {
			return 0
		}
		defer duck.DestroyDataChunk(&chunk)
		v := duck.DataChunkGetVector(chunk, 0)
		if duck.DataChunkGetSize(chunk) == 1 && duck.ColumnType(r, 0) == duck.TypeBigInt {
			return *(*int64)(duck.VectorGetData(v))
		}
	}
	return 0
}

// resultSchema checks that DuckDB, which plans a statement again when the catalog
// or the types of its arguments change, still gives the columns that were
// described. Decimals may have another precision and scale if arguments do.
func (st *statement) resultSchema(r *duck.Result) (*schema, error) {
	n := int(duck.ColumnCount(r))
	if n != st.schema.out.NumFields() {
		return nil, errResultType()
	}
	same := true
	for i := range n {
		t := duck.ColumnLogicalType(r, duck.IdxT(i))
		was, is := st.schema.keys[i], keyOf(t)
		duck.DestroyLogicalType(&t)
		switch {
		case was == is:
		case st.hasNumericParam() && withoutScale(was) == withoutScale(is):
			same = false
		default:
			return nil, errResultType()
		}
	}
	if same {
		return st.schema, nil
	}
	types, names := make([]duck.LogicalType, n), make([]string, n)
	for i := range n {
		types[i], names[i] = duck.ColumnLogicalType(r, duck.IdxT(i)), st.schema.out.Field(i).Name
	}
	defer destroyTypes(types)
	return newSchema(st.session.arrow, types, names)
}

func errResultType() error {
	return engine.Errorf("0A000", "cached plan must not change result type")
}

// returnsRows says whether the prepared statement has rows, beside the count
// that DuckDB gives for every write.
func returnsRows(kind engine.Kind, native duck.PreparedStatement, src *source) bool {
	switch kind {
	case engine.Select, engine.Explain:
		return true
	case engine.DDL, engine.Other:
		return false
	}
	onlyCount := duck.PreparedStatementColumnCount(native) == 1 &&
		duck.PreparedStatementColumnType(native, 0) == duck.TypeBigInt &&
		duck.PreparedStatementColumnName(native, 0) == "Count"
	return !onlyCount || src.returning
}
