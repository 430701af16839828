package csvsql_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/goleak"

	"github.com/csvsql/csvsql"
	"github.com/csvsql/csvsql/datasets"
	"github.com/csvsql/csvsql/wire"
)

// worker lets the servers of these tests run their engine in a process of its
// own.
var worker csvsql.Worker

func TestMain(m *testing.M) {
	worker = engineProgram()
	goleak.VerifyTestMain(m)
}

// isolated makes the options those of a server as the command starts it, or, if
// CSVSQL_ISOLATION is set, as that says.
func isolated(o csvsql.Options) csvsql.Options {
	o.Worker = worker
	o.Isolation = csvsql.Isolation(os.Getenv("CSVSQL_ISOLATION"))
	return o
}

// serve starts a server over the files of dir and returns its port's address.
func serve(t *testing.T, dir string, files ...string) string {
	t.Helper()
	srv, addr := start(t, csvsql.Options{DataDirs: []string{dir}})
	var requests []datasets.Request
	for _, f := range files {
		requests = append(requests, datasets.Request{Files: []string{filepath.Join(dir, f)}})
	}
	for report, err := range srv.LoadAll(t.Context(), requests) {
		if err != nil {
			t.Fatalf("loading %v: %v", report.Files, err)
		}
	}
	return addr
}

func start(t *testing.T, o csvsql.Options) (*csvsql.Server, string) {
	t.Helper()
	srv, err := csvsql.New(t.Context(), isolated(o))
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
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := srv.Shutdown(ctx); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if err := <-served; !errors.Is(err, wire.ErrServerClosed) {
			t.Errorf("Serve: %v", err)
		}
	})
	return srv, l.Addr().String()
}

// connect is a pgx connection that the test closes at its end.
func connect(t *testing.T, addr string, mode pgx.QueryExecMode) *pgx.Conn {
	t.Helper()
	cfg, err := pgx.ParseConfig(fmt.Sprintf("postgres://ann@%s/books?sslmode=disable", addr))
	if err != nil {
		t.Fatal(err)
	}
	cfg.DefaultQueryExecMode = mode
	c, err := pgx.ConnectConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c
}

// write puts a file into dir.
func write(t *testing.T, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// sqlstate is the code of an error that came from the server.
func sqlstate(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
