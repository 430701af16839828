// Command csvsql serves CSV, JSON and Parquet files as a PostgreSQL server.
//
//	csvsql flights.csv
//	psql "postgres://user@127.0.0.1:5433/csvsql"
//
// This package is flags and start-up, and what csvsql query prints; the server is
// package github.com/csvsql/csvsql.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/csvsql/csvsql"
	"github.com/csvsql/csvsql/engine"
)

// The exit codes.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

const help = `Usage: csvsql [FILE | DIR | GLOB | name=FILE] ... [flags]
       csvsql query -c SQL [FILE ...] [flags]
       csvsql user add|passwd|list [NAME] --users FILE
       csvsql version

Serve CSV, JSON and Parquet files as a PostgreSQL server: every file becomes a
table named after it. Connect with psql, a driver, a notebook or a BI tool.

  csvsql flights.csv                 the table flights
  csvsql data/                       a table for each data file in data/
  csvsql 'data/*.csv'                a table for each file that matches
  csvsql sales='data/sales-*.csv'    one table, sales, of all that match
  csvsql --db tables.duckdb data/    keep the tables; load changed files only
  csvsql query -c 'SELECT count(*) FROM flights' flights.csv
`

// commandLine is what kong parses; its fields' tags are the flags.
type commandLine struct {
	Serve   serveCommand   `cmd:"" default:"withargs" help:"Serve files to PostgreSQL clients (without a command, this is what csvsql does)."`
	Query   queryCommand   `cmd:"" help:"Run SQL on files and print the result; no server is started."`
	User    userCommand    `cmd:"" help:"Add users, change their passwords, list them."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// streams are where a command writes: what was asked for, and what goes wrong.
type streams struct{ out, err io.Writer }

func main() {
	worker := csvsql.Main()
	for _, variable := range os.Environ() {
		// One that is set to nothing, as container tools do, is not set.
		if name, value, _ := strings.Cut(variable, "="); value == "" && strings.HasPrefix(name, "CSVSQL_") {
			os.Unsetenv(name)
		}
	}
	// A reader of our output that goes away, as head does, is an error of write and
	// not our death.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(run(os.Args[1:], streams{os.Stdout, os.Stderr}, worker))
}

// run is main without the process around it. It returns the exit code.
func run(args []string, std streams, worker csvsql.Worker) int {
	var c commandLine
	exit := -1 // what kong wants to exit with, after --help
	parser := kong.Must(&c,
		kong.Name("csvsql"),
		kong.Description("Serve CSV, JSON and Parquet files as a PostgreSQL server."),
		kong.Writers(std.out, std.err),
		kong.Exit(func(code int) { exit = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Help(printHelp),
		kong.DefaultEnvars("CSVSQL"),
	)
	command, err := parser.Parse(args)
	switch {
	case exit >= 0:
		return exit
	case err != nil:
		err = usageError{err}
	default:
		err = command.Run(std, worker)
	}
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errTold):
		return exitError
	case errors.As(err, &usage):
		complain(std.err, err)
		fmt.Fprintln(std.err, "Try csvsql --help.")
		return exitUsage
	default:
		complain(std.err, err)
		return exitError
	}
}

// printHelp prints the help of a command, and with none the help above and that
// of the default command.
func printHelp(o kong.HelpOptions, ctx *kong.Context) error {
	if ctx.Selected() != nil {
		return kong.DefaultHelpPrinter(o, ctx)
	}
	if _, err := fmt.Fprint(ctx.Stdout, help); err != nil {
		return err
	}
	serve, err := kong.Trace(ctx.Kong, []string{"serve"})
	if err != nil {
		return err
	}
	o.NoAppSummary = true // the usage line
	return kong.DefaultHelpPrinter(o, serve)
}

// usageError is a mistake on the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usageErrorf(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

// errTold is returned by a command that has said itself what went wrong.
var errTold = errors.New("the error is printed")

// complain tells the user of an error, with its detail and hint if it has any.
func complain(w io.Writer, err error) {
	fmt.Fprintf(w, "csvsql: %v\n", err)
	var e *engine.Error
	if !errors.As(err, &e) {
		return
	}
	for _, more := range []string{e.Detail, e.Hint} {
		if more != "" {
			fmt.Fprintf(w, "        %s\n", more)
		}
	}
}
