//go:build debug_bindings

package duckdb_test

import (
	"os"
	"testing"

	duck "github.com/duckdb/duckdb-go-bindings"
)

// TestMain, with this build tag, has the bindings count their handles, and fails
// if any is left when all tests have closed their engines.
func TestMain(m *testing.M) {
	status := m.Run()
	duck.VerifyAllocationCounters()
	os.Exit(status)
}
