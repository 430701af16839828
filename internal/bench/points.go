package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"github.com/csvsql/csvsql/wire/client"
)

// points is how many rows the table has in which single rows are looked up.
const points = 1_000_000

// makePoints makes that table, with a primary key.
func makePoints(ctx context.Context, c *client.Conn) error {
	_, err := c.Exec(ctx, "CREATE TABLE points (id integer PRIMARY KEY, label text); "+
		fmt.Sprintf("INSERT INTO points SELECT i, 'point ' || i FROM generate_series(1, %d) AS g(i)", points))
	return err
}

// request is one of many alike: the arguments of a prepared statement, and the
// value that it has to return.
type request func(random *rand.Rand) (args [][]byte, want string)

func selectOne(*rand.Rand) ([][]byte, string) { return nil, "1" }

func lookUp(random *rand.Rand) ([][]byte, string) {
	id := strconv.Itoa(1 + random.IntN(points))
	return [][]byte{[]byte(id)}, "point " + id
}

// roundTripsOn has several connections run a statement that each has prepared, at
// the same time, and returns the time in which one request of all is answered.
func roundTripsOn(connections int, r request) func(ctx context.Context, s *server, sql string) (sample, error) {
	return func(ctx context.Context, s *server, sql string) (sample, error) {
		clients := make([]*client.Conn, connections)
		for i := range clients {
			c, err := s.connect(ctx)
			if err != nil {
				return sample{}, err
			}
			defer c.Close()
			if _, err := c.Prepare(ctx, "s", sql, nil); err != nil {
				return sample{}, err
			}
			clients[i] = c
		}
		if err := runOn(ctx, clients, roundTrips/10, r); err != nil { // caches and branch predictors
			return sample{}, err
		}
		each := max(roundTrips, 1000*connections) / connections
		start := time.Now()
		err := runOn(ctx, clients, each, r)
		return sample{time: time.Since(start) / time.Duration(each*connections)}, err
	}
}

// runOn sends n requests on each connection.
func runOn(ctx context.Context, clients []*client.Conn, n int, r request) error {
	errs := make([]error, len(clients))
	var wait sync.WaitGroup
	for i, c := range clients {
		wait.Go(func() {
			random := rand.New(rand.NewPCG(uint64(i), 0))
			for range n {
				if errs[i] = runOnce(ctx, c, random, r); errs[i] != nil {
					return
				}
			}
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

func runOnce(ctx context.Context, c *client.Conn, random *rand.Rand, r request) error {
	args, want := r(random)
	c.SendBind("", "s", args, nil, nil)
	c.SendExecute("", 0)
	c.SendSync()
	got := c.Results(ctx)
	found := got.NextResult() && got.NextRow() && bytes.HasSuffix(got.Row(), []byte(want))
	err := got.Close()
	if err == nil && !found {
		err = fmt.Errorf("the answer is not %q", want)
	}
	return err
}
