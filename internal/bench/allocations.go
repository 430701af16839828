package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"runtime"

	"github.com/csvsql/csvsql"
)

// allocations runs a server in this process and counts what Go allocates while it
// answers SELECT * of lineitem, less what it allocates for the same answer
// without rows. The client is counted along; it allocates nothing per row.
func allocations(ctx context.Context, e *environment, w io.Writer) (err error) {
	srv, err := csvsql.New(ctx, csvsql.Options{
		DataDirs: []string{filepath.Dir(e.csv)},
		Log:      slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, srv.Shutdown(context.WithoutCancel(ctx))) }()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go srv.Serve(l) // until Shutdown
	s := &server{kind: isCSVSQL, addr: l.Addr().String(), csv: e.csv}
	if err := s.prepare(ctx); err != nil {
		return err
	}
	for _, format := range []struct {
		name  string
		drain func(context.Context, *server, string) (sample, error)
	}{
		{"text", drainText},
		{"binary", drainBinary},
	} {
		const all = "SELECT * FROM lineitem"
		if _, err := format.drain(ctx, s, all); err != nil { // fills pools and caches
			return err
		}
		none, err := counting(func() (sample, error) { return format.drain(ctx, s, all+" LIMIT 0") })
		if err != nil {
			return err
		}
		many, err := counting(func() (sample, error) { return format.drain(ctx, s, all) })
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "  %-7s %.4f allocations and %.2f bytes for a row; %d allocations and %d bytes for an answer of none\n", format.name,
			float64(many.allocations-none.allocations)/float64(many.rows),
			float64(many.bytes-none.bytes)/float64(many.rows), none.allocations, none.bytes)
	}
	return nil
}

// counted is what a call has allocated on Go's heap.
type counted struct {
	rows               int64
	allocations, bytes int64
}

func counting(f func() (sample, error)) (counted, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s, err := f()
	runtime.ReadMemStats(&after)
	return counted{s.rows, int64(after.Mallocs - before.Mallocs), int64(after.TotalAlloc - before.TotalAlloc)}, err
}
