// Package enginetest is the conformance suite of package engine: what every
// implementation has to do, as tests.
//
// Its SQL is what PostgreSQL and most engines have in common, and its data are
// files that it writes.
package enginetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/engine"
)

// Open opens an empty engine that may read the files below dataDir. It arranges
// for the engine to be closed.
type Open func(t *testing.T, dataDir string) engine.Engine

// Run runs the suite. Each test opens an engine of its own.
func Run(t *testing.T, open Open) {
	for _, test := range []struct {
		name string
		f    func(t *testing.T, f *fixture)
	}{
		{"Info", testInfo},
		{"SchemaIsThatOfTheData", testSchema},
		{"TypesOfFiles", testTypes},
		{"PrepareTakesOneStatement", testOneStatement},
		{"StatementIsReusable", testReuse},
		{"Affected", testAffected},
		{"Kinds", testKinds},

		{"Arguments", testArguments},
		{"ArgumentsInContext", testArgumentsInContext},
		{"UntypedParameters", testUntypedParameters},
		{"WrongArguments", testWrongArguments},

		{"SeveralOpenResults", testOpenResults},
		{"OpenResultSurvivesDDL", testOpenResultDDL},
		{"OpenResultSurvivesTransaction", testOpenResultTransaction},
		{"ReleaseEarly", testReleaseEarly},
		{"BatchOutlivesNext", testRetainedBatch},
		{"ResultOutlivesStatement", testResultOutlivesStatement},

		{"CancelBefore", testCancelBefore},
		{"CancelBetweenBatches", testCancelBetween},
		{"CancelWhileRunning", testCancelRunning},
		{"CancelDoesNotHitTheNextStatement", testCancelNext},
		{"CloseSession", testCloseSession},
		{"CloseEngine", testCloseEngine},

		{"Errors", testErrors},
		{"ErrorInTheMiddle", testErrorInTheMiddle},
		{"SessionLivesOnAfterErrors", testAfterErrors},

		{"RowsChange", testRowsChange},
		{"RowsChangeMeanwhile", testRowsChangeMeanwhile},
		{"WritersMeet", testWritersMeet},
		{"CanceledWhileRowsChange", testCanceledWhileRowsChange},

		{"CommitAndRollback", testTransactions},
		{"ReadOnly", testReadOnly},
		{"TransactionMisuse", testTransactionMisuse},

		{"Load", testLoad},
		{"LoadOptions", testLoadOptions},
		{"LoadNamesLiterally", testLoadNames},
		{"LoadSeveralFiles", testLoadSeveral},
		{"LoadDecided", testLoadDecided},
		{"LoadErrors", testLoadErrors},
		{"LoadReplaces", testLoadReplace},
		{"LoadInTransaction", testLoadInTransaction},

		{"Insert", testInsert},
		{"InsertTypes", testInsertTypes},
		{"InsertWhere", testInsertWhere},
		{"InsertFails", testInsertFails},
		{"InsertInTransaction", testInsertInTransaction},
		{"InsertMany", testInsertMany},
		{"InsertOrder", testInsertOrder},

		{"Tables", testTables},
		{"Version", testVersion},

		{"CurrentUser", testCurrentUser},
		{"Set", testSet},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			test.f(t, &fixture{engine: open(t, dir), dir: dir})
		})
	}
}

// fixture is an engine under test and what the tests do with it.
type fixture struct {
	engine engine.Engine
	dir    string // that the engine may read
}

// session opens a session that is closed with the test.
func (f *fixture) session(t *testing.T) engine.Session {
	t.Helper()
	s, err := f.engine.Open(t.Context(), engine.SessionOptions{User: "alice", Database: "sales"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(context.Background()) })
	return s
}

// file writes a file and returns its path.
func (f *fixture) file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(f.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// load makes a table of CSV text.
func (f *fixture) load(t *testing.T, s engine.Session, table, content string) {
	t.Helper()
	path := f.file(t, table+".csv", content)
	spec := engine.LoadSpec{Table: engine.TableName{Schema: "public", Name: table}, Files: []string{path}, Format: engine.CSV}
	if _, err := s.Load(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
}

// numbersRows is the number of rows of the table that numbers makes: enough for
// dozens of batches.
const numbersRows = 100_000

// numbers makes the table numbers(n) with 0 to numbersRows-1.
func (f *fixture) numbers(t *testing.T, s engine.Session) {
	t.Helper()
	var b strings.Builder
	b.WriteString("n\n")
	for i := range numbersRows {
		fmt.Fprintln(&b, i)
	}
	f.load(t, s, "numbers", b.String())
}

// start prepares and executes; the result is released with the test.
func start(t *testing.T, ctx context.Context, s engine.Session, sql string, params ...arrow.DataType) engine.Result {
	t.Helper()
	st, err := s.Prepare(ctx, sql, params)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	t.Cleanup(func() { st.Close(context.Background()) })
	r, err := st.Execute(ctx, nil)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return r
}

// exec executes a statement and forgets its rows.
func exec(t *testing.T, s engine.Session, sql string) int64 {
	t.Helper()
	r := start(t, t.Context(), s, sql)
	defer r.Release()
	for r.Next() {
	}
	if err := r.Err(); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return r.Affected()
}

// try executes a statement that may fail, at whatever point.
func try(ctx context.Context, s engine.Session, sql string) error {
	st, err := s.Prepare(ctx, sql, nil)
	if err != nil {
		return err
	}
	defer st.Close(ctx)
	r, err := st.Execute(ctx, nil)
	if err != nil {
		return err
	}
	defer r.Release()
	for r.Next() {
	}
	return r.Err()
}

// query is the rows of a query as text: "1,a" for each, NULL as "(null)".
func query(t *testing.T, s engine.Session, sql string) []string {
	t.Helper()
	r := start(t, t.Context(), s, sql)
	defer r.Release()
	rows := texts(r)
	if err := r.Err(); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return rows
}

func texts(r engine.Result) []string {
	var rows []string
	for r.Next() {
		rows = append(rows, batchTexts(r.RecordBatch())...)
	}
	return rows
}

func batchTexts(b arrow.RecordBatch) []string {
	rows := make([]string, b.NumRows())
	for i := range rows {
		cells := make([]string, b.NumCols())
		for j, c := range b.Columns() {
			cells[j] = strings.Clone(c.ValueStr(i))
		}
		rows[i] = strings.Join(cells, ",")
	}
	return rows
}

func expect(t *testing.T, s engine.Session, sql string, want ...string) {
	t.Helper()
	if got := query(t, s, sql); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s\n got %q\nwant %q", sql, got, want)
	}
}

// expectCode fails unless err is an *engine.Error with this SQLSTATE.
func expectCode(t *testing.T, err error, code string) *engine.Error {
	t.Helper()
	var e *engine.Error
	if !errors.As(err, &e) {
		t.Fatalf("got error %v, want an *engine.Error with code %s", err, code)
	}
	if e.Code != code {
		t.Fatalf("got error %s %q, want code %s", e.Code, e.Message, code)
	}
	return e
}

func transactor(t *testing.T, s engine.Session) engine.Transactor {
	t.Helper()
	tx, ok := s.(engine.Transactor)
	if !ok {
		t.Skip("the engine has no transactions")
	}
	return tx
}
