package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/csvsql/csvsql/datasets"
)

// loadFiles loads the files of a command line. It says on out what became a table
// and on err what did not, or how it was read where that is not obvious, and whether
// everything became one. When ctx is done it ends
// without a word about the rest.
func loadFiles(ctx context.Context, src sources, loads iter.Seq2[datasets.Report, error], std streams) bool {
	for _, err := range src.errs {
		complain(std.err, err)
	}
	good := len(src.errs) == 0
	width := 0
	for _, r := range src.requests {
		width = max(width, utf8.RuneCountInString(r.TableName()))
	}
	next := 0
	for report, err := range loads {
		if ctx.Err() != nil {
			continue // LoadAll ends by itself
		}
		r := src.requests[next] // they are loaded in their order
		next++
		if err != nil {
			complain(std.err, fmt.Errorf("cannot load %s: %w", describe(r.Files), err))
			good = false
			continue
		}
		printTable(std.out, width, r, report)
		for _, n := range report.Notices {
			fmt.Fprintln(std.err, "NOTICE: ", n)
		}
	}
	return good
}

// printTable prints a line of the list of tables.
func printTable(w io.Writer, width int, r datasets.Request, report datasets.Report) {
	name := r.TableName()
	if report.Table.Columns == nil { // nobody has it yet
		fmt.Fprintf(w, "  %s%s  for each user, when he connects  %s\n", name, strings.Repeat(" ", width-utf8.RuneCountInString(name)), describe(r.Files))
		return
	}
	unchanged := ""
	if report.Reused {
		unchanged = "  (unchanged, not loaded again)"
	}
	fmt.Fprintf(w, "  %s%s  %12s  %11s  %s%s\n", name, strings.Repeat(" ", width-utf8.RuneCountInString(name)),
		count(report.Table.Rows, "row"), count(int64(len(report.Table.Columns)), "column"), describe(r.Files), unchanged)
}

// greet says how to connect.
func greet(w io.Writer, src sources, l net.Listener, a *access) {
	if len(src.requests) == 0 && len(src.errs) == 0 {
		fmt.Fprintln(w, "No files are named; load some with: LOAD 'file.csv';")
	}
	if a.root != "" {
		fmt.Fprintf(w, "\nThe server shows the certificate %s\n"+
			"Clients on other machines need a copy of it, as sslrootcert, to know that they talk to this server.\n", a.root)
	}
	fmt.Fprintf(w, "\nReady. Connect with:\n\npsql %q\n\n", connectionURI(l.Addr(), a))
}

// describe names files as a reader in the current directory would.
func describe(files []string) string {
	name := files[0]
	if dir, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(dir, name); err == nil && filepath.IsLocal(rel) {
			name = rel
		}
	}
	if len(files) > 1 {
		name += fmt.Sprintf(" and %d more", len(files)-1)
	}
	return name
}

// count prints a number with its noun, so that numbers end in one column when the
// texts do.
func count(n int64, noun string) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if n == 1 {
		return s + " " + noun + " "
	}
	return s + " " + noun + "s"
}

// expand reads the files of a command line.
func expand(args []string) sources {
	requests, errs := datasets.Expand(args)
	return sources{requests: requests, errs: errs}
}
