package main

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"os"
	"strings"
	"time"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

// benchmark is a case that both servers run.
type benchmark struct {
	name, what string
	sql        string
	postgres   string // in place of sql for PostgreSQL, where it has to differ
	measure    func(ctx context.Context, s *server, sql string) (sample, error)
	unequal    bool // the answer is not compared, as it is not read to its end, or not the same
}

func (b benchmark) sqlFor(s *server) string {
	if b.postgres != "" && s.kind == isPostgres {
		return b.postgres
	}
	return b.sql
}

// sample is one measurement.
type sample struct {
	time  time.Duration // for one operation
	rows  int64
	bytes int64 // of DataRows

	cpu time.Duration // of the server, for all of it
}

// The measuring functions below use a new connection and count no time but that
// from the first byte of the request to the last one of the answer.

// drainText reads an answer in the simple protocol and throws it away.
func drainText(ctx context.Context, s *server, sql string) (sample, error) {
	return withConn(ctx, s, func(c *client.Conn) (sample, error) {
		start := time.Now()
		return drain(c.Query(ctx, sql), start)
	})
}

// drainBinary reads it in the extended protocol, in binary.
func drainBinary(ctx context.Context, s *server, sql string) (sample, error) {
	return withConn(ctx, s, func(c *client.Conn) (sample, error) {
		start := time.Now()
		c.SendParse("", sql, nil)
		c.SendBind("", "", nil, nil, []wire.Format{wire.Binary})
		c.SendExecute("", 0)
		c.SendSync()
		return drain(c.Results(ctx), start)
	})
}

func drain(r *client.Results, start time.Time) (sample, error) {
	var s sample
	for r.NextResult() {
		for r.NextRow() {
			s.rows++
			s.bytes += int64(len(r.Row()))
		}
	}
	err := r.Close()
	s.time = time.Since(start)
	return s, err
}

const (
	roundTrips = 5000
	latencies  = 20 // single measurements of which the median is taken
)

// roundTripsSimple runs sql again and again and returns the time of one.
func roundTripsSimple(ctx context.Context, s *server, sql string) (sample, error) {
	return withConn(ctx, s, func(c *client.Conn) (sample, error) {
		return repeat(func() error {
			_, err := drain(c.Query(ctx, sql), time.Time{})
			return err
		})
	})
}

func repeat(f func() error) (sample, error) {
	for range roundTrips / 10 { // caches and branch predictors
		if err := f(); err != nil {
			return sample{}, err
		}
	}
	start := time.Now()
	for range roundTrips {
		if err := f(); err != nil {
			return sample{}, err
		}
	}
	return sample{time: time.Since(start) / roundTrips}, nil
}

// load loads lineitem into a table of another name and drops it.
func load(ctx context.Context, s *server, _ string) (sample, error) {
	return withConn(ctx, s, func(c *client.Conn) (sample, error) {
		start := time.Now()
		if err := s.load(ctx, c, "loaded"); err != nil {
			return sample{}, err
		}
		spent := time.Since(start)
		_, err := c.Exec(ctx, "DROP TABLE loaded")
		return sample{time: spent}, err
	})
}

// copyOut reads the data of a COPY TO STDOUT and throws it away.
func copyOut(ctx context.Context, s *server, sql string) (sample, error) {
	return withConn(ctx, s, func(c *client.Conn) (sample, error) {
		var out counter
		start := time.Now()
		_, err := c.CopyOut(ctx, sql, &out)
		return sample{time: time.Since(start), rows: out.rows, bytes: out.bytes}, err
	})
}

// counter counts what is written to it: a row with each Write.
type counter struct{ rows, bytes int64 }

func (c *counter) Write(b []byte) (int, error) {
	c.rows++
	c.bytes += int64(len(b))
	return len(b), nil
}

// copyIn sends lineitem to a table that is made in the same transaction, and drops
// it.
func copyIn(ctx context.Context, s *server, _ string) (sample, error) {
	return withConn(ctx, s, func(c *client.Conn) (sample, error) {
		f, err := os.Open(s.csv)
		if err != nil {
			return sample{}, err
		}
		defer f.Close()
		if _, err := c.Exec(ctx, "BEGIN; CREATE TABLE copied ("+lineitem().definition()+")"); err != nil {
			return sample{}, err
		}
		start := time.Now()
		_, err = c.CopyIn(ctx, "COPY copied FROM STDIN (FORMAT csv, HEADER)", f)
		spent := time.Since(start)
		if err == nil {
			_, err = c.Exec(ctx, "COMMIT")
		}
		if err == nil {
			_, err = c.Exec(ctx, "DROP TABLE copied")
		}
		return sample{time: spent}, err
	})
}

// firstRow is the time to the first row of a long answer, the median of several.
func firstRow(ctx context.Context, s *server, sql string) (sample, error) {
	return medianOf(latencies, func() (sample, error) {
		return withConn(ctx, s, func(c *client.Conn) (sample, error) {
			start := time.Now()
			r := c.Query(ctx, sql)
			if !r.NextResult() || !r.NextRow() {
				return sample{}, errors.Join(errors.New("no row"), r.Close())
			}
			spent := time.Since(start)
			return sample{time: spent}, cancelRest(ctx, c, r)
		})
	})
}

// cancelLatency is the time from a cancel request in the middle of a long answer
// to its end, the median of several.
func cancelLatency(ctx context.Context, s *server, sql string) (sample, error) {
	return medianOf(latencies, func() (sample, error) {
		return withConn(ctx, s, func(c *client.Conn) (sample, error) {
			r := c.Query(ctx, sql)
			for n := 0; n < 10_000; {
				if r.NextRow() {
					n++
				} else if !r.NextResult() {
					return sample{}, errors.Join(errors.New("the answer has ended early"), r.Close())
				}
			}
			start := time.Now()
			err := cancelRest(ctx, c, r)
			return sample{time: time.Since(start)}, err
		})
	})
}

// cancelRest ends a running statement, which has to say that it was cancelled.
func cancelRest(ctx context.Context, c *client.Conn, r *client.Results) error {
	if err := c.Cancel(ctx); err != nil {
		return err
	}
	err := r.Close()
	var e *wire.Error
	if !errors.As(err, &e) || e.Code != "57014" {
		return fmt.Errorf("a cancelled statement ended with %w", err)
	}
	return nil
}

func withConn(ctx context.Context, s *server, f func(*client.Conn) (sample, error)) (sample, error) {
	c, err := s.connect(ctx)
	if err != nil {
		return sample{}, err
	}
	defer c.Close()
	return f(c)
}

func medianOf(n int, f func() (sample, error)) (sample, error) {
	var times []time.Duration
	for range n {
		s, err := f()
		if err != nil {
			return s, err
		}
		times = append(times, s.time)
	}
	return sample{time: median(times)}, nil
}

// checksum identifies an answer, whatever the order of its rows: their number and
// the sum of their hashes.
type checksum struct {
	rows int64
	sum  uint64
}

func (k checksum) String() string { return fmt.Sprintf("%d rows, hash %016x", k.rows, k.sum) }

func (s *server) checksum(ctx context.Context, seed maphash.Seed, sql string) (checksum, error) {
	var k checksum
	c, err := s.connect(ctx)
	if err != nil {
		return k, err
	}
	defer c.Close()
	if strings.HasPrefix(sql, "COPY ") {
		_, err := c.CopyOut(ctx, sql, writerFunc(func(b []byte) (int, error) {
			k.rows++
			k.sum += maphash.Bytes(seed, b)
			return len(b), nil
		}))
		return k, err
	}
	r := c.Query(ctx, sql)
	for r.NextResult() {
		for r.NextRow() {
			k.rows++
			k.sum += maphash.Bytes(seed, r.Row())
		}
	}
	return k, r.Close()
}

// writerFunc is a function as an io.Writer.
type writerFunc func(b []byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }
