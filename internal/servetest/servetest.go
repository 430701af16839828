// Package servetest serves csvsql to the tests of other packages.
package servetest

import (
	"log/slog"
	"net"
	"testing"

	"github.com/csvsql/csvsql"
)

// Serve starts csvsql on a free port of 127.0.0.1, without a log, and returns its
// address. The server is shut down when the test ends.
func Serve(t *testing.T, o csvsql.Options) (addr string) {
	t.Helper()
	o.Log = slog.New(slog.DiscardHandler)
	srv, err := csvsql.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	t.Cleanup(func() {
		if err := srv.Shutdown(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
		<-served
	})
	return l.Addr().String()
}
