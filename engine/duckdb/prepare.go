package duckdb

import (
	"context"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

// prepare analyses one statement. mu is held and the connection is free.
func (s *session) prepare(ctx context.Context, sql string, declared []arrow.DataType) (*statement, error) {
	src, err := readSource(sql)
	if err != nil {
		return nil, err
	}
	if err := s.engine.access.check(ctx, &src.files); err != nil {
		return nil, err
	}
	return s.prepareSource(ctx, src, declared)
}

// prepareSource is prepare for a statement whose files may be read.
func (s *session) prepareSource(ctx context.Context, src *source, declared []arrow.DataType) (*statement, error) {
	watch := s.c.interruptOn(ctx)
	defer watch.stop()
	st, err := s.prepareTyped(ctx, src, declared)
	if err != nil {
		return nil, err
	}
	if returnsRows(st.kind, st.native, src) {
		types, names := st.columnTypes()
		defer destroyTypes(types)
		if st.schema, err = newSchema(s.arrow, types, names); err != nil {
			duck.DestroyPrepare(&st.native)
			return nil, err
		}
	}
	s.statements[st] = struct{}{}
	return st, nil
}

// prepareOwn prepares a statement of the engine's own, only to look at it. The
// caller frees it.
func (s *session) prepareOwn(ctx context.Context, sql string) (*statement, error) {
	src, err := readSource(sql)
	if err != nil {
		return nil, err
	}
	return s.prepareText(ctx, sql, src)
}

// prepareText prepares a text that has to be one statement that may pass. It is
// src, or src with casts.
func (s *session) prepareText(ctx context.Context, sql string, src *source) (*statement, error) {
	if strings.IndexByte(sql, 0) >= 0 { // the text would end there in C
		return nil, engine.Errorf("22021", `invalid byte sequence for encoding "UTF8": 0x00`)
	}
	if err := src.checkVerb(); err != nil {
		return nil, err
	}
	st := &statement{session: s, src: src, reusable: len(src.files.list) == 0}
	st.made, st.epoch = s.engine.changes.now(), s.epoch
	var list duck.ExtractedStatements
	defer duck.DestroyExtracted(&list)
	n := duck.ExtractStatements(s.c.native, sql, &list)
	if text := duck.ExtractStatementsError(list); n == 0 && text != "" {
		return nil, s.failure(ctx, text)
	}
	switch {
	case n == 0:
		return nil, engine.Errorf("42601", "the text has no statement")
	case src.several:
		return nil, engine.Errorf("42601", "cannot insert multiple commands into a prepared statement")
	case n > 1:
		st.reusable = false
		if err := s.runPreparations(ctx, list, n-1); err != nil {
			return nil, err
		}
	}
	if duck.PrepareExtractedStatement(s.c.native, list, n-1, &st.native) == duck.StateError {
		err := s.failure(ctx, duck.PrepareError(st.native))
		duck.DestroyPrepare(&st.native)
		return nil, err
	}
	var err error
	if st.kind, err = kindOf(duck.PreparedStatementType(st.native)); err == nil && st.kind == engine.Explain {
		err = s.checkExplained(ctx, src)
	}
	if err != nil {
		duck.DestroyPrepare(&st.native)
		return nil, err
	}
	return st, nil
}

// runPreparations runs the n statements that DuckDB puts before the one the user
// wrote: a PIVOT without a list of values needs a temporary type that has them.
func (s *session) runPreparations(ctx context.Context, list duck.ExtractedStatements, n duck.IdxT) error {
	for i := range n {
		if err := s.runPreparation(ctx, list, i); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) runPreparation(ctx context.Context, list duck.ExtractedStatements, i duck.IdxT) error {
	var native duck.PreparedStatement
	defer duck.DestroyPrepare(&native)
	if duck.PrepareExtractedStatement(s.c.native, list, i, &native) == duck.StateError {
		return s.failure(ctx, duck.PrepareError(native))
	}
	if duck.PreparedStatementType(native) != duck.StatementTypeCreate {
		return engine.Errorf("42601", "cannot insert multiple commands into a prepared statement")
	}
	var r duck.Result
	defer duck.DestroyResult(&r)
	if duck.ExecutePrepared(native, &r) == duck.StateError {
		return s.failure(ctx, duck.ResultError(&r))
	}
	return nil
}

// checkExplained lets the explained statement pass the gate: EXPLAIN ANALYZE
// executes it.
func (s *session) checkExplained(ctx context.Context, src *source) error {
	if src.explained == "" {
		return notHere("this form of EXPLAIN")
	}
	inner, err := readSource(src.explained)
	if err != nil {
		return err
	}
	st, err := s.prepareText(ctx, inner.sql, inner)
	if err != nil {
		return err
	}
	duck.DestroyPrepare(&st.native)
	return nil
}

// columnTypes are the types, which the caller destroys, and the names of the
// statement's columns.
func (st *statement) columnTypes() ([]duck.LogicalType, []string) {
	n := int(duck.PreparedStatementColumnCount(st.native))
	types, names := make([]duck.LogicalType, n), make([]string, n)
	for i := range n {
		types[i] = duck.PreparedStatementColumnLogicalType(st.native, duck.IdxT(i))
		names[i] = duck.PreparedStatementColumnName(st.native, duck.IdxT(i))
	}
	return types, names
}

func destroyTypes(types []duck.LogicalType) {
	for i := range types {
		duck.DestroyLogicalType(&types[i])
	}
}
