package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/csvsql/csvsql"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

// queryCommand is csvsql query.
type queryCommand struct {
	SQL    string   `short:"c" name:"sql" env:"-" required:"" placeholder:"SQL" help:"The SQL to run, one statement or several."`
	Files  []string `arg:"" optional:"" name:"file" help:"Files, directories, globs, or name=FILE to name a table."`
	Format string   `enum:"table,csv,json" default:"table" help:"table, csv or json."`
	engineFlags
}

// Run loads the files and runs the SQL as a client of the server would, in memory.
func (c *queryCommand) Run(std streams, worker csvsql.Worker) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	src := expand(c.Files)
	o, err := c.options(worker, src, slog.New(slog.NewTextHandler(std.err, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		return err
	}
	srv, err := csvsql.New(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, srv.Shutdown(context.Background())) }()

	loaded := loadFiles(ctx, src, srv.LoadAll(ctx, src.requests), streams{io.Discard, std.err})
	out := bufio.NewWriter(std.out)
	err = c.query(ctx, srv, out, std.err)
	if e := out.Flush(); e != nil {
		err = e
	}
	switch {
	case errors.Is(err, syscall.EPIPE), ctx.Err() != nil:
		return errTold // whoever reads the output, or types ^C, has had enough
	case err == nil && !loaded:
		return errTold // the result may miss what could not be loaded
	}
	return err
}

// query runs the SQL and prints its results, and its errors as psql does.
func (c *queryCommand) query(ctx context.Context, srv *csvsql.Server, out *bufio.Writer, stderr io.Writer) error {
	dial := func(context.Context) (net.Conn, error) {
		here, there := net.Pipe()
		go srv.ServeConn(there)
		return here, nil
	}
	nc, err := dial(ctx)
	if err != nil {
		return err
	}
	conn, err := client.New(ctx, nc, client.Config{
		User:     "user",
		Database: "csvsql",
		Params:   map[string]string{"application_name": "csvsql query"},
		Redial:   dial,
		OnNotice: func(n *wire.Error) { printMessage(stderr, n, c.SQL) },
	})
	if err != nil {
		return err
	}
	defer conn.Close()
	err = printResults(newPrinter(c.Format, out), out, conn.Query(ctx, c.SQL))
	var failure *wire.Error
	if errors.As(err, &failure) {
		out.Flush() // what came before the error stands before it
		printMessage(stderr, failure, c.SQL)
		return errTold
	}
	return err
}

// printer prints the result of one statement after the other.
type printer interface {
	// begin starts a result with rows.
	begin(columns []wire.Column)
	// row prints a row of text values, nil for NULL. They are valid until it returns.
	row(fields [][]byte)
	// end ends the result that begin started.
	end()
	// tag ends a statement that has no rows.
	tag(tag string)
}

func newPrinter(format string, w *bufio.Writer) printer {
	switch format {
	case "csv":
		return &csvPrinter{w: w}
	case "json":
		return &jsonPrinter{w: w}
	default:
		return &tablePrinter{w: w}
	}
}

// printResults prints all of r and closes it. When w can no longer be written to
// it gives up and leaves r open: the connection has to be closed.
func printResults(p printer, w *bufio.Writer, r *client.Results) error {
	var fields [][]byte
	for r.NextResult() {
		columns := r.Columns()
		if columns != nil {
			p.begin(columns)
		}
		for r.NextRow() {
			if r.CopyOut() {
				w.Write(r.Row())
				continue
			}
			var err error
			if fields, err = r.Row().AppendFields(fields[:0]); err != nil {
				return errors.Join(err, r.Close())
			}
			p.row(fields)
			if _, err := w.Write(nil); err != nil { // of any write so far
				return err
			}
		}
		switch {
		case r.Tag() == "": // it failed on its way: what there is of it is no result
		case columns != nil:
			p.end()
		default:
			p.tag(r.Tag())
		}
	}
	return r.Close()
}

// printMessage prints an error or notice in the manner of psql.
func printMessage(w io.Writer, e *wire.Error, sql string) {
	fmt.Fprintf(w, "%s:  %s\n", e.Severity, e.Message)
	if line, number, column, ok := lineAt(sql, e.Position); ok {
		start := fmt.Sprintf("LINE %d: ", number)
		fmt.Fprintf(w, "%s%s\n%*s\n", start, line, len(start)+column, "^")
	}
	for _, more := range []struct{ title, text string }{{"DETAIL", e.Detail}, {"HINT", e.Hint}} {
		if more.text != "" {
			fmt.Fprintf(w, "%s:  %s\n", more.title, more.text)
		}
	}
}
