package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"github.com/csvsql/csvsql"
)

// serveMetrics serves what Prometheus collects at http://where/metrics, for as long
// as the process lives. Without an address there is nothing to serve.
func serveMetrics(where string, stats func() csvsql.Stats) error {
	if where == "" {
		return nil
	}
	l, err := net.Listen("tcp", where)
	if err != nil {
		return fmt.Errorf("--metrics: %w", err)
	}
	metrics.ExposeMetadata(true)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		writeMetrics(w, stats())
		metrics.WriteProcessMetrics(w)
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second}
	go server.Serve(l) // it ends with the process
	return nil
}

// writeMetrics writes counts in the text format of Prometheus.
func writeMetrics(w io.Writer, s csvsql.Stats) {
	gauge := func(name string, n int) { metrics.WriteGaugeUint64(w, "csvsql_"+name, uint64(n)) }
	counter := func(name string, n int64) { metrics.WriteCounterUint64(w, "csvsql_"+name+"_total", uint64(n)) }
	gauge("connections", s.Conns)
	gauge("connections_active", s.Active)
	counter("connections_accepted", s.Accepted)
	counter("executions", s.Executions)
	counter("errors", s.Errors)
	counter("received_bytes", s.BytesIn)
	counter("sent_bytes", s.BytesOut)
	if e := s.Engine; e != nil {
		counter("engine_starts", e.Starts)
		counter("engine_deaths", e.Deaths)
		counter("engine_kills", e.Kills)
		counter("engine_broken_statements", e.Broken)
		gauge("engine_processes", e.Processes)
		gauge("engine_sessions", e.Sessions)
		gauge("engine_rings", e.Rings)
		counter("engine_ring_results", e.Results)
		counter("engine_ring_bytes", e.Bytes)
	}
}
