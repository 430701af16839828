package csvsql_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestManyClients runs different queries on 50 connections at once; every fifth
// one is cancelled while its rows are streaming. The others must be right to
// the last row. TestMain watches for goroutines that stay.
func TestManyClients(t *testing.T) {
	t.Parallel()
	const clients, rounds = 50, 4
	addr := serve(t, t.TempDir())
	conns := make([]*pgx.Conn, clients)
	for i := range conns {
		modes := []pgx.QueryExecMode{pgx.QueryExecModeSimpleProtocol, pgx.QueryExecModeExec, pgx.QueryExecModeCacheStatement}
		conns[i] = connect(t, addr, modes[i%len(modes)])
	}
	var all sync.WaitGroup
	for i, c := range conns {
		all.Go(func() {
			for round := range rounds {
				var err error
				if i%5 == 0 {
					err = cancelMidway(t.Context(), c)
				} else {
					err = sumOf(t.Context(), c, 1000*(i+1)+round)
				}
				if err != nil {
					t.Errorf("client %d, round %d: %v", i, round, err)
				}
			}
		})
	}
	all.Wait()
}

// sumOf reads the numbers below n and compares their sum, and their text.
func sumOf(ctx context.Context, c *pgx.Conn, n int) error {
	rows, err := c.Query(ctx, fmt.Sprintf("SELECT i AS i, 'row ' || i AS s FROM range(%d) AS r(i)", n))
	if err != nil {
		return err
	}
	var i, sum, count int
	var s string
	_, err = pgx.ForEachRow(rows, []any{&i, &s}, func() error {
		if s != fmt.Sprint("row ", i) {
			return fmt.Errorf("number %d came with %q", i, s)
		}
		sum += i
		count++
		return nil
	})
	if err != nil {
		return err
	}
	if want := n * (n - 1) / 2; count != n || sum != want {
		return fmt.Errorf("%d rows with the sum %d, want %d and %d", count, sum, n, want)
	}
	return nil
}

// cancelMidway cancels an endless query after its first rows and then uses the
// connection again.
func cancelMidway(ctx context.Context, c *pgx.Conn) error {
	rows, err := c.Query(ctx, "SELECT i AS i, i * 2 AS j FROM range(1000000000000) AS r(i)")
	if err != nil {
		return err
	}
	for range 100 {
		if !rows.Next() {
			return fmt.Errorf("the stream ended early: %w", rows.Err())
		}
	}
	if err := c.PgConn().CancelRequest(ctx); err != nil {
		return fmt.Errorf("cancel request: %w", err)
	}
	for rows.Next() {
	}
	if got := sqlstate(rows.Err()); got != "57014" {
		return fmt.Errorf("cancelled query ended with %v, want 57014", rows.Err())
	}
	return sumOf(ctx, c, 10)
}
