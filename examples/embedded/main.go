// Command embedded has csvsql inside a program of its own: it loads files, serves
// them while it runs, and ends in good order.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"net"
	"os"
	"os/signal"
	"time"

	"github.com/csvsql/csvsql"
	"github.com/csvsql/csvsql/datasets"
	"github.com/csvsql/csvsql/wire"
)

func main() {
	worker := csvsql.Main() // the engine's process is this program, too, and ends here
	listen := flag.String("listen", "127.0.0.1:5434", "address to listen on")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, worker, *listen, flag.Args()); err != nil {
		log.Fatal(err)
	}
}

// run serves the files until ctx ends.
func run(ctx context.Context, worker csvsql.Worker, listen string, files []string) (err error) {
	// The files may be read and nothing else; the tables are gone at the end.
	server, err := csvsql.New(ctx, csvsql.Options{DataFiles: files, Memory: 256 << 20, Worker: worker})
	if err != nil {
		return err
	}
	defer func() {
		// Statements that run have a moment to end.
		last, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		err = errors.Join(err, server.Shutdown(last))
	}()

	requests, unusable := datasets.Expand(files)
	if len(unusable) > 0 {
		return errors.Join(unusable...)
	}
	for report, err := range server.LoadAll(ctx, requests) {
		if err != nil {
			return err
		}
		log.Printf("%s: %d rows", report.Table.Name, report.Table.Rows)
	}

	l, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	log.Print("listening on ", l.Addr())
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	select {
	case <-ctx.Done():
		log.Print("shutting down")
		return nil
	case err := <-served:
		if errors.Is(err, wire.ErrServerClosed) {
			return nil
		}
		return err
	}
}
