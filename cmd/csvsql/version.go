package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	duckdb "github.com/duckdb/duckdb-go-bindings"
)

// versionCommand is csvsql version.
type versionCommand struct{}

// Run prints a line that tells this csvsql from the one of csvkit.
func (versionCommand) Run(std streams) error {
	version := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version // of the module, or of the commit
	}
	_, err := fmt.Fprintf(std.out, "csvsql (PostgreSQL server for files) %s DuckDB %s %s\n",
		version, strings.TrimPrefix(duckdb.LibraryVersion(), "v"), runtime.Version())
	return err
}
