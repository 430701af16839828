package server

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/catalog"
	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// query is a statement for the engine.
type query struct {
	s        *session
	src      source
	declared []oid.OID
	catalog  bool // it may read the catalog
	alone    bool // the only statement of a simple Query: it commits by itself
	own      bool // the server's own, which may do what users may not

	described // once it is
	key       textKey
	keep      bool // if it is executed without an error, for when the text comes again
	version   uint64

	bound *wire.Bind // what args were read of
	args  arrow.RecordBatch

	affected int64 // rows that it has written, if it has none of its own
}

// Describe implements wire.Statement.
func (q *query) Describe(ctx context.Context) (wire.Description, error) {
	if err := q.s.database.Data.Wait(ctx, q.src.Words); err != nil {
		return wire.Description{}, toWire(err, &q.src)
	}
	q.catalog = slices.ContainsFunc(q.src.Words, catalog.Mentioned)
	q.key, q.version = newTextKey(q.src.SQL, q.declared), q.s.engine.Version()
	if d, ok := q.s.kept.take(q.key, q.version); ok {
		q.described, q.keep = d, true
		return d.description, nil
	}
	if err := q.prepare(ctx); err != nil {
		return wire.Description{}, err
	}
	q.keep = q.mayKeep(q.version)
	return q.description, nil
}

// prepare has the engine prepare the statement, and describes it.
func (q *query) prepare(ctx context.Context) error {
	params, err := q.declaredParams(ctx)
	if err != nil {
		return err
	}
	types, err := q.s.check(ctx, &q.src)
	if err != nil {
		return q.explain(err)
	}
	if !q.own {
		if err := q.s.checkTarget(ctx, &q.src); err != nil {
			return q.explain(err)
		}
	}
	var stmt engine.Statement
	err = q.withCatalog(ctx, func(ctx context.Context) (err error) {
		stmt, err = q.s.translate(ctx, q.src.SQL, params, types)
		return err
	})
	if err != nil {
		return q.explain(err)
	}
	q.stmt = stmt
	d := &q.description
	d.Params = q.paramTypes()
	if schema := q.stmt.Schema(); schema != nil {
		q.plan = encoding.Compile(schema)
		d.Columns = q.describe(ctx)
		if slices.Contains(d.Params, oid.Numeric) || slices.Contains(d.Params, oid.NumericArray) {
			forgetScale(d.Columns)
		}
	}
	return nil
}

// withCatalog calls f with what the statement may read of the catalog.
func (q *query) withCatalog(ctx context.Context, f func(ctx context.Context) error) error {
	if !q.catalog {
		return f(ctx)
	}
	return q.s.withCatalog(ctx, q.src.Words, f)
}

// declaredParams are the types of parameters as the engine is told them: those
// that the client has declared, and those of arrays.
func (q *query) declaredParams(ctx context.Context) ([]arrow.DataType, error) {
	params := make([]arrow.DataType, len(q.declared))
	for i, o := range q.declared {
		t, err := encoding.ArrowType(o)
		if err != nil {
			return nil, err
		}
		params[i] = t
	}
	for number, o := range q.s.arrayParams(ctx, &q.src) {
		for number > len(params) {
			params = append(params, nil)
		}
		if params[number-1] == nil {
			t, err := encoding.ArrowType(oid.OID(o))
			if err != nil {
				continue // of such arrays the engine knows nothing
			}
			params[number-1] = t
		}
	}
	return params, nil
}

// forgetScale describes numerics without precision and scale, but for columns of
// tables: where an argument is one, they follow from its.
func forgetScale(columns []wire.Column) {
	for i := range columns {
		if t := columns[i].Type; columns[i].Table == 0 && (t == oid.Numeric || t == oid.NumericArray) {
			columns[i].Mod = -1
		}
	}
}

// paramTypes are the declared types, and the engine's where there are none.
func (q *query) paramTypes() []oid.OID {
	types := make([]oid.OID, len(q.stmt.Params()))
	for i, t := range q.stmt.Params() {
		if i < len(q.declared) && q.declared[i] != oid.Unspecified {
			types[i] = q.declared[i]
		} else {
			types[i] = encoding.OIDOf(t)
			if x, ok := q.stmt.(*translated); ok && x.t.Catalog {
				types[i] = ofCatalog(t, types[i])
			}
		}
	}
	return types
}

// explain puts into PostgreSQL's words what the engine does not know: why a
// table is missing whose load failed, and which command it is that may not write.
func (q *query) explain(err error) error {
	var e *engine.Error
	if !errors.As(err, &e) {
		return toWire(err, &q.src)
	}
	switch e.Code {
	case "42P01":
		for _, word := range q.src.Words {
			if why := q.s.database.Data.Failure(word); why != nil {
				e.Detail = "The table was not loaded: " + why.Error()
				break
			}
		}
	case "25006":
		command := strings.TrimSuffix(q.src.Tag, " 0")
		if command == "SELECT" { // of those, only this one writes
			command = "CREATE TABLE AS"
		}
		e.Message = "cannot execute " + command + " in a read-only transaction"
	}
	return toWire(err, &q.src)
}

// Execute implements wire.Statement.
func (q *query) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	kind := q.stmt.Kind()
	if q.reads() {
		if err := q.s.checkPopulated(ctx, &q.src); err != nil {
			return nil, err
		}
	}
	if _, several := q.stmt.(*declared); several {
		q.alone = false // for the engine it is several statements
	}
	if err := q.s.beginWrite(ctx, kind, q.alone); err != nil {
		return nil, toWire(err, &q.src)
	}
	res, err := q.execute(ctx, b)
	if kind == engine.DDL {
		q.s.catalog.changes = true
	}
	if err != nil {
		q.keep = false
		if writes(kind) {
			q.s.writes-- // what fails writes nothing
		}
	}
	return res, err
}

// reads reports whether the statement, and no other one of the server's, reads the
// tables that it names.
func (q *query) reads() bool {
	switch q.src.Tag {
	case "SELECT", "INSERT 0", "UPDATE", "DELETE", "MERGE":
		return !q.own
	}
	return false
}

func (q *query) execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	res, err := q.run(ctx, b)
	if err != nil {
		return nil, q.explain(err)
	}
	if q.plan == nil {
		return q.finish(res)
	}
	r := &rows{Rows: q.plan.Rows(res, &q.s.output, nil), s: q.s, src: &q.src}
	if err := r.SetFormats(b.Results); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

func (q *query) run(ctx context.Context, b *wire.Bind) (res engine.Result, err error) {
	var args arrow.RecordBatch
	if len(b.Params) > 0 {
		if q.bound != b { // another portal of the statement was bound since
			if err := q.CheckBind(ctx, b); err != nil {
				return nil, err
			}
		}
		args = q.args
	}
	err = q.withCatalog(ctx, func(ctx context.Context) (err error) {
		res, err = q.stmt.Execute(ctx, args)
		return err
	})
	return res, err
}

// CheckBind implements wire.BindChecker. It keeps the arguments for Execute,
// which mostly follows.
func (q *query) CheckBind(_ context.Context, b *wire.Bind) error {
	args, err := encoding.Args(b, q.stmt.Params(), &q.s.output, memory.DefaultAllocator)
	if err != nil {
		return err
	}
	q.bound, q.args = b, args
	return nil
}

// finish runs a statement without rows to its end.
func (q *query) finish(res engine.Result) (wire.Result, error) {
	defer res.Release()
	for res.Next() {
	}
	if err := res.Err(); err != nil {
		return nil, q.explain(err)
	}
	if err := q.s.apply(); err != nil {
		return nil, err
	}
	if strings.HasSuffix(q.src.Tag, " SCHEMA") { // the engine's path has those that there were
		path, _ := q.s.settings.Get("search_path")
		if err := q.s.engine.Set(context.Background(), "search_path", path); err != nil {
			return nil, toWire(err, &q.src)
		}
	}
	q.affected = res.Affected()
	return wire.Tag(tag(q.src.Tag, q.affected)), nil
}

// Close implements io.Closer.
func (q *query) Close() error {
	if q.stmt == nil {
		return nil
	}
	d := q.described
	q.described = described{}
	if q.keep {
		return q.s.kept.put(q.key, q.version, d)
	}
	return d.stmt.Close(context.Background())
}

// tag completes a command tag: the verbs that take a count get it.
func tag(verb string, n int64) string {
	switch verb {
	case "SELECT", "INSERT 0", "UPDATE", "DELETE", "MERGE", "LOAD", "COPY":
		return verb + " " + strconv.FormatInt(n, 10)
	}
	return verb
}

// rows are the rows of a query. Errors of the stream become the client's.
type rows struct {
	*encoding.Rows
	s      *session
	src    *source
	warned bool
}

func (r *rows) NextBatch(ctx context.Context) (int, error) {
	if !r.warned && r.Clamped() > 0 {
		r.warned = true
		r.s.notify(&wire.Error{Severity: "NOTICE", Code: "22008",
			Message: "dates or timestamps beyond PostgreSQL's range are sent as infinity"})
	}
	n, err := r.Rows.NextBatch(ctx)
	if len(r.s.effects) > 0 {
		if failed := r.s.apply(); failed != nil {
			return 0, failed
		}
	}
	return n, toWire(err, r.src)
}

func (r *rows) Tag(n int64) string { return tag(r.src.Tag, n) }
