// Command timeseries serves a query language that is not SQL, a small relative of
// PromQL: the protocol has no opinion on what a statement looks like.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:5434", "address to listen on")
	flag.Parse()
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	log.Print("listening on ", l.Addr())
	series := sample()
	parse := func(_ context.Context, _ *wire.Conn, q wire.Query) ([]wire.Statement, error) {
		parsed, err := parseQuery(q.SQL)
		if err != nil {
			return nil, err
		}
		return []wire.Statement{statement{parsed, series}}, nil
	}
	server := &wire.Server{Handler: wire.ParseFunc(parse)}
	log.Fatal(server.Serve(l))
}

// statement is a query over the series.
type statement struct {
	query  query
	series []series
}

// Describe knows the columns from the text alone: the time, the labels that are
// grouped by, and the value.
func (s statement) Describe(context.Context) (wire.Description, error) {
	columns := []wire.Column{wire.Col("time", oid.Timestamptz)}
	for _, label := range s.query.by {
		columns = append(columns, wire.Col(label, oid.Text))
	}
	return wire.Description{Columns: append(columns, wire.Col("value", oid.Float8))}, nil
}

func (s statement) Execute(context.Context, *wire.Bind) (wire.Result, error) {
	return &points{all: evaluate(s.query, s.series)}, nil
}

// points are the Rows: they are all one batch.
type points struct {
	all  []point
	read bool
}

func (p *points) NextBatch(context.Context) (int, error) {
	if p.read {
		return 0, io.EOF
	}
	p.read = true
	return len(p.all), nil
}

func (p *points) EncodeRow(w *wire.RowWriter, row int) error {
	one := p.all[row]
	w.Time(one.time)
	for _, label := range one.labels {
		w.Text(label)
	}
	w.Float64(one.value)
	return nil
}

func (p *points) Tag(rows int64) string { return fmt.Sprint("SELECT ", rows) }
func (p *points) Close() error          { return nil }
