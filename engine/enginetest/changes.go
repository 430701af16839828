package enginetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/engine"
)

// prepared are statements that are executed again and again.
type prepared map[string]engine.Statement

// prepareAll prepares statements that an engine may plan by what it knows of the
// rows of c(a, b): that no a is 1000, or NULL, that there are few of them.
func prepareAll(t *testing.T, s engine.Session) prepared {
	t.Helper()
	p := prepared{}
	for _, sql := range []string{
		"SELECT a, b FROM c WHERE a = 1000",
		"SELECT b FROM c WHERE a IS NULL",
		"SELECT count(*) FROM c WHERE a IS NOT NULL AND a > 500",
		"SELECT a, count(*) FROM c GROUP BY a ORDER BY a",
		"SELECT a FROM c ORDER BY a DESC",
		"SELECT CAST(sum(a) AS bigint) FROM c",
		"SELECT x.a FROM c AS x JOIN c AS y ON x.a = y.a + 990",
		"SELECT a, b FROM c WHERE a = 1000 AND $1",
		"SELECT a, count(*) FROM c WHERE $1 GROUP BY a ORDER BY a",
		"SELECT a FROM (SELECT a, $1 FROM c) AS x ORDER BY a DESC",
		"UPDATE c SET b = b || '!' WHERE a = 1000 AND $1 RETURNING a",
		"UPDATE c SET b = b || '?' WHERE a > 60000 RETURNING a",
		"INSERT INTO copies SELECT a FROM c WHERE a > 60000 AND $1 RETURNING a",
	} {
		st, err := s.Prepare(t.Context(), sql, []arrow.DataType{arrow.FixedWidthTypes.Boolean}[:strings.Count(sql, "$1")])
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		t.Cleanup(func() { st.Close(context.Background()) })
		p[sql] = st
	}
	return p
}

// check executes the statements: their rows have to be those of ones that have just
// been prepared.
func (p prepared) check(t *testing.T, s engine.Session, when string) {
	t.Helper()
	for sql, st := range p {
		var args arrow.RecordBatch
		if len(st.Params()) > 0 {
			args = yes(t)
		}
		r, err := st.Execute(t.Context(), args)
		if err != nil {
			t.Errorf("%s: %s: %v", when, sql, err)
			continue
		}
		got := texts(r)
		if err := r.Err(); err != nil {
			t.Errorf("%s: %s: %v", when, sql, err)
		}
		r.Release()
		slices.Sort(got)
		want := query(t, s, strings.Replace(sql, "$1", "true", 1))
		if slices.Sort(want); !slices.Equal(got, want) {
			t.Errorf("%s: %s\n got %q\nwant %q", when, sql, got, want)
		}
	}
}

// yes is true as the one argument.
func yes(t *testing.T) arrow.RecordBatch {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{field("yes", arrow.FixedWidthTypes.Boolean)}, nil)
	b, _, err := array.RecordFromJSON(memory.DefaultAllocator, schema, strings.NewReader(`[{"yes": true}]`))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Release)
	return b
}

// testRowsChange: a prepared statement sees what has changed since, whoever has
// changed it, and however.
func testRowsChange(t *testing.T, f *fixture) {
	s, other := f.session(t), f.session(t)
	exec(t, s, "CREATE TABLE c (a integer, b varchar)")
	exec(t, s, "CREATE TABLE copies (a integer)")
	exec(t, s, "INSERT INTO c VALUES (1, 'x'), (2, 'y'), (10, 'z')")
	all := prepareAll(t, s)
	all.check(t, s, "at first")

	exec(t, s, "INSERT INTO c VALUES (1000, 'own')")
	all.check(t, s, "after an INSERT")
	exec(t, other, "INSERT INTO c VALUES (NULL, 'other'), (1000000, 'large')")
	all.check(t, s, "after an INSERT of another session")
	exec(t, other, "UPDATE c SET a = 2000000000 WHERE a = 1000")
	all.check(t, s, "after an UPDATE of another session")
	if got := query(t, other, "INSERT INTO c VALUES (300000, 'returned') RETURNING a"); len(got) != 1 {
		t.Errorf("RETURNING gives %q", got)
	}
	all.check(t, s, "after an INSERT ... RETURNING")
	if in, ok := other.(engine.Inserter); ok {
		fields := []arrow.Field{field("a", arrow.PrimitiveTypes.Int64)}
		spec := engine.InsertSpec{Table: engine.TableName{Name: "c"}, Columns: []string{"a"}}
		if _, err := in.Insert(t.Context(), spec, jsonRows(t, fields, nil, `[{"a": -2000000000}]`)); err != nil {
			t.Fatal(err)
		}
		all.check(t, s, "after rows were inserted")
	}
	f.load(t, other, "d", "a\n5\n")
	all.check(t, s, "after a LOAD")

	tx, theirs := transactor(t, s), transactor(t, other)
	if err := tx.Begin(t.Context(), engine.TxOptions{}); err != nil {
		t.Fatal(err)
	}
	all.check(t, s, "in a transaction")
	exec(t, s, "INSERT INTO c VALUES (70000, 'in it')")
	all.check(t, s, "after an INSERT in it")
	if err := theirs.Begin(t.Context(), engine.TxOptions{}); err != nil {
		t.Fatal(err)
	}
	exec(t, other, "INSERT INTO c VALUES (2100000000, 'in theirs')")
	all.check(t, s, "while another transaction has changed rows")
	if err := theirs.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	all.check(t, s, "after its end, in the older one")
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	all.check(t, s, "after both")
}

// testRowsChangeMeanwhile: statements that are prepared and executed while others
// change rows have the rows of one moment.
func testRowsChangeMeanwhile(t *testing.T, f *fixture) {
	s := f.session(t)
	exec(t, s, "CREATE TABLE c (a integer, g integer)")
	exec(t, s, "INSERT INTO c VALUES (0, 0)")
	var wait sync.WaitGroup
	defer wait.Wait()
	stop := make(chan struct{})
	defer close(stop)
	writer := f.session(t)
	wait.Go(func() {
		for n := 1; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			// One row more for each of two values: what is there is always even.
			if err := try(context.Background(), writer, fmt.Sprintf("INSERT INTO c VALUES (%d, %d), (%[1]d, %[2]d)", n*n*n%2_000_000_000, n)); err != nil {
				t.Error(err)
				return
			}
		}
	})
	const sql = "SELECT (SELECT count(*) FROM c WHERE a >= 0), (SELECT CAST(sum(n) AS bigint) FROM (SELECT count(*) AS n FROM c GROUP BY g) AS x)"
	st, err := s.Prepare(t.Context(), sql, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close(t.Context())
	for end := time.Now().Add(time.Second); time.Now().Before(end); {
		r, err := st.Execute(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		got := texts(r)
		if err := r.Err(); err != nil {
			t.Fatal(err)
		}
		r.Release()
		if a, b, _ := strings.Cut(strings.Join(got, ";"), ","); a != b {
			t.Fatalf("%s gives %q", sql, got)
		}
	}
}

// testWritersMeet: what several sessions write at once is written once.
func testWritersMeet(t *testing.T, f *fixture) {
	s := f.session(t)
	exec(t, s, "CREATE TABLE w (who integer, n integer)")
	exec(t, s, "CREATE TABLE q (n integer)")
	exec(t, s, "INSERT INTO q VALUES (1), (2), (3)")
	const sessions, rounds = 3, 40
	var wait sync.WaitGroup
	for who := range sessions {
		own := f.session(t)
		wait.Go(func() {
			for n := range rounds {
				if err := writeOnce(own, who, n); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	for who := range sessions {
		expect(t, s, fmt.Sprintf("SELECT count(*), count(DISTINCT n) FROM w WHERE who = %d", who), fmt.Sprintf("%d,%d", 3*rounds, rounds))
	}
}

// writeOnce inserts the three rows of q with n, in one of the ways there are.
func writeOnce(s engine.Session, who, n int) error {
	ctx := context.Background()
	sql := fmt.Sprintf("INSERT INTO w SELECT %d, %d FROM q WHERE n < 1000", who, n)
	tx, ok := s.(engine.Transactor)
	switch n % 3 {
	case 1:
		return try(ctx, s, sql+" RETURNING n")
	case 2:
		if !ok {
			break
		}
		if err := tx.Begin(ctx, engine.TxOptions{}); err != nil {
			return err
		}
		if err := try(ctx, s, sql); err != nil {
			return err
		}
		return tx.Commit(ctx)
	}
	return try(ctx, s, sql)
}

// testCanceledWhileRowsChange: a session whose statements were canceled, at whatever
// point, while others change rows, has no transaction left open.
func testCanceledWhileRowsChange(t *testing.T, f *fixture) {
	s, other := f.session(t), f.session(t)
	exec(t, s, "CREATE TABLE c (a integer)")
	exec(t, s, "CREATE TABLE done (n integer)")
	var wait sync.WaitGroup
	defer wait.Wait()
	stop := make(chan struct{})
	defer close(stop)
	writer := f.session(t)
	wait.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			if err := try(context.Background(), writer, "INSERT INTO c SELECT n FROM (VALUES (1), (2)) AS v(n)"); err != nil {
				t.Error(err)
				return
			}
		}
	})
	const rounds = 60
	for n := range rounds {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(n)*50*time.Microsecond)
		err := try(ctx, s, "SELECT sum(x.a) FROM c AS x JOIN c AS y ON x.a = y.a WHERE x.a < 1000")
		cancel()
		if e := (*engine.Error)(nil); err != nil && (!errors.As(err, &e) || e.Code != "57014") {
			t.Fatal(err)
		}
		exec(t, s, fmt.Sprintf("INSERT INTO done VALUES (%d)", n))
		expect(t, other, "SELECT count(*) FROM done", fmt.Sprint(n+1))
	}
}
