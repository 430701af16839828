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
	watch := s.c.interruptOn(ctx)
	defer watch.stop()
	st, err := s.prepareText(ctx, sql)
	if err != nil {
		return nil, err
	}
	if err := st.describe(sql); err != nil {
		duck.DestroyPrepare(&st.native)
		return nil, err
	}
	s.statements[st] = struct{}{}
	return st, nil
}

// prepareText prepares a text that has to be one statement that may pass.
func (s *session) prepareText(ctx context.Context, sql string) (*statement, error) {
	if strings.IndexByte(sql, 0) >= 0 { // the text would end there in C
		return nil, engine.Errorf("22021", `invalid byte sequence for encoding "UTF8": 0x00`)
	}
	var list duck.ExtractedStatements
	defer duck.DestroyExtracted(&list)
	n := duck.ExtractStatements(s.c.native, sql, &list)
	if text := duck.ExtractStatementsError(list); n == 0 && text != "" {
		return nil, s.failure(ctx, text)
	}
	switch {
	case n == 0:
		return nil, engine.Errorf("42601", "the text has no statement")
	case n > 1:
		return nil, engine.Errorf("42601", "cannot insert multiple commands into a prepared statement")
	}
	st := &statement{session: s}
	if duck.PrepareExtractedStatement(s.c.native, list, 0, &st.native) == duck.StateError {
		err := s.failure(ctx, duck.PrepareError(st.native))
		duck.DestroyPrepare(&st.native)
		return nil, err
	}
	var err error
	if st.kind, err = kindOf(duck.PreparedStatementType(st.native)); err != nil {
		duck.DestroyPrepare(&st.native)
		return nil, err
	}
	return st, nil
}

// describe finds out the types of the parameters and of the columns.
func (st *statement) describe(sql string) error {
	for i := duck.IdxT(1); i <= duck.NParams(st.native); i++ {
		t := duck.ParamLogicalType(st.native, i)
		st.params = append(st.params, paramType(t))
		duck.DestroyLogicalType(&t)
	}
	if !returnsRows(st.kind, st.native, sql) {
		return nil
	}
	types, names := st.columnTypes()
	defer destroyTypes(types)
	var err error
	st.schema, err = newSchema(st.session.arrow, types, names)
	return err
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
