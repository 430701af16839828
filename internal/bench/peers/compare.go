package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/csvsql/csvsql/wire/client"
)

// sample is one round of one server.
type sample struct {
	rate float64       // queries a second
	cpu  time.Duration // of the server, for each query
}

// compare runs the rounds of all servers in turns and prints their medians, and
// how they compare to the first.
func compare(w io.Writer, rounds int, all []*process, measure func(*process) (queries int64, err error)) error {
	samples := make([][]sample, len(all))
	for round := range rounds {
		for i, p := range all {
			used, err := p.cpu()
			if err != nil {
				return err
			}
			begin := time.Now()
			queries, err := measure(p)
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			took := time.Since(begin)
			now, err := p.cpu()
			if err != nil {
				return err
			}
			if round > 0 {
				samples[i] = append(samples[i], sample{float64(queries) / took.Seconds(), (now - used) / time.Duration(queries)})
			}
		}
	}
	fmt.Fprintf(w, "  %-16s %12s %10s %18s %10s\n", "server", "queries/s", "spread", "server CPU/query", "wire is")
	first := medianOf(samples[0], func(s sample) float64 { return s.rate })
	for i, p := range all {
		rate := medianOf(samples[i], func(s sample) float64 { return s.rate })
		cpu := medianOf(samples[i], func(s sample) float64 { return float64(s.cpu) })
		byRate := func(a, b sample) int { return int(a.rate - b.rate) }
		spread := (slices.MaxFunc(samples[i], byRate).rate - slices.MinFunc(samples[i], byRate).rate) / rate
		fmt.Fprintf(w, "  %-16s %12.0f %9.0f%% %18v %9.2fx\n", p.name, rate, 100*spread,
			time.Duration(cpu).Round(100*time.Nanosecond), first/rate)
	}
	return nil
}

func medianOf(samples []sample, f func(sample) float64) float64 {
	var values []float64
	for _, s := range samples {
		values = append(values, f(s))
	}
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

const (
	clients  = 1000
	duration = time.Second / 2
)

// select1 compares throughput with many clients.
func select1(w io.Writer, rounds int) error {
	all, stop, err := startAll()
	if err != nil {
		return err
	}
	defer stop()
	conns := map[*process][]net.Conn{}
	for _, p := range all {
		for range clients {
			c, err := client.Dial(context.Background(), p.addr, client.Config{User: "bench"})
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			defer c.Close()
			conns[p] = append(conns[p], c.NetConn())
		}
	}
	return compare(w, rounds, all, func(p *process) (int64, error) { return askAll(conns[p]) })
}

// askAll has all clients ask again and again, and counts the answers.
func askAll(conns []net.Conn) (int64, error) {
	var answers atomic.Int64
	var failed atomic.Pointer[error]
	var group sync.WaitGroup
	until := time.Now().Add(duration)
	for _, c := range conns {
		group.Go(func() {
			n, err := ask(c, until)
			answers.Add(n)
			if err != nil {
				failed.Store(&err)
			}
		})
	}
	group.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return answers.Load(), nil
}

// ask is one client. It only looks for the end of an answer, so that the clients
// cost as little as they can.
func ask(c net.Conn, until time.Time) (answers int64, err error) {
	question := append(binary.BigEndian.AppendUint32([]byte{'Q'}, uint32(4+len(one)+1)), one+"\x00"...)
	end := []byte("Z\x00\x00\x00\x05I")
	buf := make([]byte, 512)
	for time.Now().Before(until) {
		if _, err := c.Write(question); err != nil {
			return answers, err
		}
		for n := 0; !bytes.HasSuffix(buf[:n], end); {
			m, err := c.Read(buf[n:])
			if err != nil {
				return answers, err
			}
			n += m
		}
		answers++
	}
	return answers, nil
}

// manyRows compares a result with many rows, on one connection, and what the
// servers allocate for it.
func manyRows(w io.Writer, rounds int) error {
	all, stop, err := startAll()
	if err != nil {
		return err
	}
	defer stop()
	ctx := context.Background()
	conns := map[*process]*client.Conn{}
	for _, p := range all {
		c, err := client.Dial(ctx, p.addr, client.Config{User: "bench"})
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		defer c.Close()
		conns[p] = c
	}
	const queries = 20
	ask := func(p *process) (int64, error) {
		for range queries {
			if n, err := drain(conns[p], rows, nil); err != nil || n != rowCount {
				return 0, fmt.Errorf("%d rows: %w", n, err)
			}
		}
		return queries, nil
	}
	if err := compare(w, rounds, all, ask); err != nil {
		return err
	}
	fmt.Fprintf(w, "  %-16s %s\n", "server", "allocations for each row")
	for _, p := range all {
		before, err := askMallocs(conns[p])
		if err != nil {
			return err
		}
		if _, err := ask(p); err != nil {
			return err
		}
		after, err := askMallocs(conns[p])
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "  %-16s %.3f\n", p.name, float64(after-before)/(queries*rowCount))
	}
	return nil
}

func askMallocs(c *client.Conn) (n int64, err error) {
	_, drainErr := drain(c, mallocs, func(field []byte) { n, err = strconv.ParseInt(string(field), 10, 64) })
	if drainErr != nil {
		return 0, drainErr
	}
	return n, err
}

// drain reads all rows, and shows the first field of each.
func drain(c *client.Conn, sql string, show func(field []byte)) (rows int64, err error) {
	r := c.Query(context.Background(), sql)
	var fields [][]byte
	for r.NextResult() {
		for r.NextRow() {
			rows++
			if show == nil {
				continue
			}
			if fields, err = r.Row().AppendFields(fields[:0]); err == nil {
				show(fields[0])
			}
		}
	}
	return rows, r.Close()
}
