package clients

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/lib/pq"
)

// endless is a statement that does not come to its end, and that no server can
// answer without counting.
const endless = `select count(*) from flights_airport a, flights_airport b, flights_airport c
	where a.count + b.count + c.count < 0`

// pgxModes runs the same queries in all of pgx's modes, which differ in protocol,
// in formats, and in who knows the types of parameters.
func pgxModes(*testing.T, *workshop) func(*testing.T, target) {
	modes := []pgx.QueryExecMode{
		pgx.QueryExecModeCacheStatement, pgx.QueryExecModeCacheDescribe, pgx.QueryExecModeDescribeExec,
		pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol,
	}
	return func(t *testing.T, s target) {
		for _, mode := range modes {
			t.Run(mode.String(), func(t *testing.T) {
				config, err := pgx.ParseConfig(s.url())
				if err != nil {
					t.Fatal(err)
				}
				config.DefaultQueryExecMode = mode
				c, err := pgx.ConnectConfig(t.Context(), config)
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close(context.Background())
				for range 2 { // the second time from the cache
					pgxValues(t, c)
				}
				pgxRows(t, c)
				pgxErrors(t, c)
				pgxTransaction(t, c)
				pgxBatch(t, c)
				pgxCopy(t, c)
				pgxCancel(t, c)
			})
		}
	}
}

func pgxValues(t *testing.T, c *pgx.Conn) {
	var (
		b    bool
		i2   int16
		i4   int32
		i8   int64
		f8   float64
		num  string
		text string
		day  time.Time
		at   time.Time
		null *int32
	)
	err := c.QueryRow(t.Context(), `select true, 1::int2, -2::int4, 9007199254740993::int8, 0.1::float8, 12.50::numeric(10,2)::text,
		'héllo', date '2020-02-29', timestamp '2020-02-29 12:34:56.789', null::int4`).
		Scan(&b, &i2, &i4, &i8, &f8, &num, &text, &day, &at, &null)
	if err != nil {
		t.Fatal(err)
	}
	if !b || i2 != 1 || i4 != -2 || i8 != 9007199254740993 || f8 != 0.1 || num != "12.50" || text != "héllo" || null != nil {
		t.Error(b, i2, i4, i8, f8, num, text, null)
	}
	if !day.Equal(time.Date(2020, 2, 29, 0, 0, 0, 0, time.UTC)) || !at.Equal(time.Date(2020, 2, 29, 12, 34, 56, 789e6, time.UTC)) {
		t.Error(day, at)
	}
}

// pgxCopy copies rows in, in binary, and out.
func pgxCopy(t *testing.T, c *pgx.Conn) {
	if _, err := c.Exec(t.Context(), "create temp table copied (a int8, b text, c timestamp, d float8)"); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2020, 2, 29, 12, 34, 56, 789e6, time.UTC)
	n, err := c.CopyFrom(t.Context(), pgx.Identifier{"copied"}, []string{"d", "a", "b", "c"}, pgx.CopyFromRows([][]any{
		{0.5, int64(1), "one", at}, {nil, nil, nil, nil},
	}))
	if err != nil || n != 2 {
		t.Fatal(n, err)
	}
	var out strings.Builder
	if _, err := c.PgConn().CopyTo(t.Context(), &out, "copy copied to stdout with (format csv, header)"); err != nil {
		t.Fatal(err)
	}
	if want := "a,b,c,d\n1,one,2020-02-29 12:34:56.789,0.5\n,,,\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	if _, err := c.Exec(t.Context(), "drop table copied"); err != nil {
		t.Fatal(err)
	}
}

func pgxRows(t *testing.T, c *pgx.Conn) {
	rows, err := c.Query(t.Context(), "select destination, count from flights_airport where origin = $1 and count > $2 order by count desc", "ABE", 900)
	if err != nil {
		t.Fatal(err)
	}
	type flight struct {
		Destination string
		Count       int64
	}
	flights, err := pgx.CollectRows(rows, pgx.RowToStructByName[flight])
	if want := []flight{{"ORD", 1425}, {"DTW", 997}}; err != nil || !slices.Equal(flights, want) {
		t.Errorf("%v, %v", flights, err)
	}
	var rain float64
	var day time.Time
	err = c.QueryRow(t.Context(), "select date, precipitation from seattle_weather where date = $1",
		time.Date(2012, 1, 2, 0, 0, 0, 0, time.UTC)).Scan(&day, &rain)
	if err != nil || rain != 10.9 || day.Format(time.DateOnly) != "2012-01-02" {
		t.Error(day, rain, err)
	}
	var n, sum int64
	rows, err = c.Query(t.Context(), "select count from flights_airport")
	if err != nil {
		t.Fatal(err)
	}
	var count int64
	_, err = pgx.ForEachRow(rows, []any{&count}, func() error {
		n++
		sum += count
		return nil
	})
	if err != nil || n != 5366 || sum != 7009728 {
		t.Error(n, sum, err)
	}
	if tag := rows.CommandTag(); tag.String() != "SELECT 5366" {
		t.Error(tag)
	}
}

func pgxErrors(t *testing.T, c *pgx.Conn) {
	for sql, code := range map[string]string{
		"select nope from penguins": "42703",
		"select 1 from nowhere":     "42P01",
		"selct 1":                   "42601",
	} {
		_, err := c.Exec(t.Context(), sql)
		var e *pgconn.PgError
		if !errors.As(err, &e) || e.Code != code {
			t.Errorf("%s: %v", sql, err)
		}
	}
	var one int
	if err := c.QueryRow(t.Context(), "select 1").Scan(&one); err != nil || one != 1 {
		t.Error(one, err)
	}
}

func pgxTransaction(t *testing.T, c *pgx.Conn) {
	tx, err := c.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if status := c.PgConn().TxStatus(); status != 'T' {
		t.Errorf("%c", status)
	}
	if _, err := tx.Exec(t.Context(), "select nope from penguins"); err == nil {
		t.Error("no error")
	}
	_, err = tx.Exec(t.Context(), "select 1")
	var e *pgconn.PgError
	if !errors.As(err, &e) || e.Code != "25P02" {
		t.Error(err)
	}
	if err := tx.Commit(t.Context()); !errors.Is(err, pgx.ErrTxCommitRollback) {
		t.Error(err)
	}
	if status := c.PgConn().TxStatus(); status != 'I' {
		t.Errorf("%c", status)
	}
}

func pgxBatch(t *testing.T, c *pgx.Conn) {
	var batch pgx.Batch
	for _, species := range []string{"Adelie", "Gentoo", "Dodo"} {
		batch.Queue("select count(*) from penguins where species = $1", species)
	}
	results := c.SendBatch(t.Context(), &batch)
	for _, want := range []int64{152, 124, 0} {
		var n int64
		if err := results.QueryRow().Scan(&n); err != nil || n != want {
			t.Error(n, want, err)
		}
	}
	if err := results.Close(); err != nil {
		t.Error(err)
	}
}

// pgxCancel asks the server to stop, by pgx's own cancel request.
func pgxCancel(t *testing.T, c *pgx.Conn) {
	done := make(chan error, 1)
	go func() {
		_, err := c.Exec(context.Background(), endless)
		done <- err
	}()
	for { // a request that comes before the statement is lost
		if err := c.PgConn().CancelRequest(t.Context()); err != nil {
			t.Error(err)
		}
		select {
		case err := <-done:
			var e *pgconn.PgError
			if !errors.As(err, &e) || e.Code != "57014" {
				t.Error(err)
			}
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// libPQ is database/sql with lib/pq.
func libPQ(*testing.T, *workshop) func(*testing.T, target) {
	return func(t *testing.T, s target) {
		for _, mode := range []string{"", "&binary_parameters=yes"} {
			t.Run("connection"+mode, func(t *testing.T) {
				db, err := sql.Open("postgres", s.url()+mode)
				if err != nil {
					t.Fatal(err)
				}
				defer db.Close()
				pqValues(t, db)
				pqStatement(t, db)
				pqTransaction(t, db)
			})
		}
	}
}

func pqValues(t *testing.T, db *sql.DB) {
	var (
		i    int64
		f    float64
		text string
		num  string
		day  time.Time
		null sql.NullString
	)
	err := db.QueryRowContext(t.Context(), "select 9007199254740993::int8, 0.1::float8, 'x', 12.50::numeric(10,2), date '2020-02-29', null::text").
		Scan(&i, &f, &text, &num, &day, &null)
	if err != nil {
		t.Fatal(err)
	}
	if i != 9007199254740993 || f != 0.1 || text != "x" || num != "12.50" || day.Format(time.DateOnly) != "2020-02-29" || null.Valid {
		t.Error(i, f, text, num, day, null)
	}
}

func pqStatement(t *testing.T, db *sql.DB) {
	statement, err := db.PrepareContext(t.Context(), "select count(*) from penguins where species = $1")
	if err != nil {
		t.Fatal(err)
	}
	defer statement.Close()
	for species, want := range map[string]int{"Adelie": 152, "Gentoo": 124, "Dodo": 0} {
		var n int
		if err := statement.QueryRowContext(t.Context(), species).Scan(&n); err != nil || n != want {
			t.Errorf("%s: %d, %v", species, n, err)
		}
	}
	rows, err := db.QueryContext(t.Context(), "select species, body_mass_g, beak_length_mm from penguins limit 0")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range types {
		names = append(names, c.Name()+" "+c.DatabaseTypeName())
	}
	if want := []string{"species TEXT", "body_mass_g INT8", "beak_length_mm FLOAT8"}; !slices.Equal(names, want) {
		t.Error(names)
	}
}

func pqTransaction(t *testing.T, db *sql.DB) {
	tx, err := db.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	_, err = tx.ExecContext(t.Context(), "create table forbidden (a int)")
	var e *pq.Error
	if !errors.As(err, &e) || e.Code != "25006" {
		t.Error(err)
	}
	if err := tx.Rollback(); err != nil {
		t.Error(err)
	}
}
