package server

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/engine"
)

// TestProbes: what is missing of the catalog is logged once, and again when it was
// asked ten times; what users mistype is not.
func TestProbes(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	var p probes
	for range 12 {
		p.missing(log, engine.Errorf("42883", "function pg_nope does not exist"), "SELECT pg_nope()")
	}
	p.missing(log, engine.Errorf("42P01", `relation "pg_catalog.pg_none" does not exist`), "SELECT 1 FROM pg_catalog.pg_none")
	p.missing(log, engine.Errorf("42883", "function sume does not exist"), "SELECT sume(1)")
	p.missing(log, engine.Errorf("42601", "syntax error at pg_class"), "SELECT pg_class")
	p.missing(log, errors.New("pg_nope"), "")
	p.missing(nil, engine.Errorf("42883", "function pg_nope does not exist"), "")
	if got := strings.Count(out.String(), "unhandled probe"); got != 3 {
		t.Errorf("%d lines:\n%s", got, &out)
	}
}
