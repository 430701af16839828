package main

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/wire/client"
)

// TestMetrics: what is served counts what was done, and the engine's processes.
func TestMetrics(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	where := l.Addr().String()
	l.Close() // its port is free again
	p := &served{}
	if err := p.start(t.TempDir(), []string{"TMPDIR=" + t.TempDir()}, "--metrics", where); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	uri, err := url.Parse(p.uri)
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.Dial(t.Context(), uri.Host, client.Config{User: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, sql := range []string{"SELECT 1", "SELECT * FROM range(100000)", "SELECT nothing"} {
		c.Exec(t.Context(), sql) // what becomes of it is counted
	}
	wanted := []string{"# TYPE csvsql_executions_total counter", "csvsql_executions_total 2", "csvsql_errors_total 1", "csvsql_connections 1"}
	if runtime.GOOS == "linux" && os.Getenv("CSVSQL_ISOLATION") != "none" {
		wanted = append(wanted, "csvsql_engine_starts_total 1", "csvsql_engine_deaths_total 0", "csvsql_engine_processes 1", "csvsql_engine_ring_results_total 1", "csvsql_engine_rings 0")
	}
	text := get(t, "http://"+where+"/metrics")
	for _, want := range wanted {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatal(r.Status, err)
	}
	return string(text)
}
