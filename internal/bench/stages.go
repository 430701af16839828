package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"time"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/duckdb"
	"github.com/csvsql/csvsql/wire"
)

// stages runs the way of SELECT * of lineitem in this process, each time one
// stage further, and prints the differences. The stages are
//
//	scan    every value is read by DuckDB, for max() of each column, which adds
//	        its comparisons and leaves out the copy that a result needs; so the
//	        export is charged with somewhat more, or less, than is its own
//	export  record batches are made and released
//	encode  they are encoded as DataRows, which are thrown away
//	socket  the DataRows are written to a TCP connection that is read by another
//	        goroutine
func stages(ctx context.Context, e *environment, w io.Writer) error {
	s, end, err := e.openHere(ctx)
	if err != nil {
		return err
	}
	defer end()
	sink, err := openSink()
	if err != nil {
		return err
	}
	defer sink.Close()

	const all = "SELECT * FROM lineitem"
	names := []string{"scan", "export", "encode", "socket"}
	samples, err := interleave(e.repeats,
		func() (sample, error) { return export(ctx, s, maxOfEach()) },
		func() (sample, error) { return export(ctx, s, all) },
		func() (sample, error) { return encode(ctx, s, all, io.Discard) },
		func() (sample, error) { return encode(ctx, s, all, sink) },
	)
	if err != nil {
		return err
	}
	whole := summarize(samples[len(samples)-1]).median
	var before time.Duration
	for i, name := range names {
		m := summarize(samples[i])
		fmt.Fprintf(w, "  %-8s %10v  %+10v  %3.0f%%   spread %2.0f%%\n", name, round(m.median), round(m.median-before),
			100*(m.median-before).Seconds()/whole.Seconds(), 100*m.spread)
		before = m.median
	}
	fmt.Fprintf(w, "  the whole: %s\n", throughput(samples[len(samples)-1][0], whole))
	return nil
}

// openHere is a session of an engine in this process, with lineitem in it. The
// caller calls end.
func (e *environment) openHere(ctx context.Context) (_ engine.Session, end func(), err error) {
	eng, err := duckdb.Open(ctx, duckdb.Options{DataDirs: []string{filepath.Dir(e.csv)}, ReadAhead: true})
	if err != nil {
		return nil, nil, err
	}
	s, err := eng.Open(ctx, engine.SessionOptions{})
	if err == nil {
		err = loadLineitem(ctx, s, e.csv)
	}
	if err != nil {
		eng.Close(ctx)
		return nil, nil, err
	}
	return s, func() { eng.Close(ctx) }, nil
}

func loadLineitem(ctx context.Context, s engine.Session, csv string) error {
	types := make(map[string]string)
	for _, c := range lineitem().columns {
		types[c.name] = c.typ
	}
	_, err := s.Load(ctx, engine.LoadSpec{
		Table:  engine.TableName{Name: lineitem().name},
		Files:  []string{csv},
		Format: engine.CSV,
		Types:  types,
	})
	return err
}

func maxOfEach() string {
	var parts []string
	for _, c := range lineitem().columns {
		parts = append(parts, "max("+c.name+")")
	}
	return "SELECT " + strings.Join(parts, ", ") + " FROM " + lineitem().name
}

// export runs sql and releases what comes.
func export(ctx context.Context, s engine.Session, sql string) (sample, error) {
	start := time.Now()
	statement, err := s.Prepare(ctx, sql, nil)
	if err != nil {
		return sample{}, err
	}
	defer statement.Close(ctx)
	result, err := statement.Execute(ctx, nil)
	if err != nil {
		return sample{}, err
	}
	defer result.Release()
	var rows int64
	for result.Next() {
		rows += result.RecordBatch().NumRows()
	}
	return sample{time: time.Since(start), rows: rows}, result.Err()
}

// encode runs sql and writes it, as the DataRows that a client gets, to w.
func encode(ctx context.Context, s engine.Session, sql string, w io.Writer) (sample, error) {
	start := time.Now()
	statement, err := s.Prepare(ctx, sql, nil)
	if err != nil {
		return sample{}, err
	}
	defer statement.Close(ctx)
	result, err := statement.Execute(ctx, nil)
	if err != nil {
		return sample{}, err
	}
	plan := encoding.Compile(statement.Schema())
	rows := plan.Rows(result, encoding.DefaultSettings(), func(int64) string { return "" })
	defer rows.Close()
	if err := rows.SetFormats(make([]wire.Format, len(plan.Columns()))); err != nil {
		return sample{}, err
	}
	var got sample
	var out wire.RowWriter
	for {
		n, err := rows.NextBatch(ctx)
		if err == io.EOF {
			break
		}
		if err != nil {
			return got, err
		}
		for next := 0; next < n; {
			if next, err = rows.EncodeRows(&out, next, n); err != nil {
				return got, err
			}
			if !out.Full() {
				continue
			}
			if err := got.send(&out, w); err != nil {
				return got, err
			}
		}
		got.rows += int64(n)
	}
	if err := got.send(&out, w); err != nil {
		return got, err
	}
	got.time = time.Since(start)
	return got, nil
}

// send writes what out holds, and counts it.
func (s *sample) send(out *wire.RowWriter, w io.Writer) error {
	n, err := w.Write(out.Buf())
	s.bytes += int64(n)
	out.SetBuf(out.Buf()[:0])
	return err
}

// openSink is a TCP connection whose other end is read and thrown away.
func openSink() (net.Conn, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer l.Close()
	near, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		return nil, err
	}
	far, err := l.Accept()
	if err != nil {
		near.Close()
		return nil, err
	}
	go func() {
		defer far.Close()
		io.Copy(io.Discard, far)
	}()
	return near, nil
}
