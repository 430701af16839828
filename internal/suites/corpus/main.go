// Command corpus sends the statements of other projects' tests to a real PostgreSQL
// and to csvsql, and counts how many of csvsql's answers are PostgreSQL's:
//
//	go run ./internal/suites/corpus -failing out.txt DIRECTORY
//
// It reads sqllogictest's files (.slt, .part, .test) and scripts of psql (.sql), and takes
// nothing but the statements from them: what is right is what PostgreSQL says. Each
// file has a database of its own on both servers. The corpora themselves stay where
// they are.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/csvsql/csvsql"
	"github.com/csvsql/csvsql/internal/difftest"
	"github.com/csvsql/csvsql/internal/pgtest"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

func main() {
	log.SetFlags(0)
	failing := flag.String("failing", "", "write the statements that are answered otherwise into this file")
	limit := flag.Int("limit", 1<<30, "of each file no more statements than this")
	perFile := flag.Bool("files", false, "print the counts of each file too")
	flag.Parse()
	out := io.Discard
	if *failing != "" {
		f, err := os.Create(*failing)
		if err != nil {
			log.Fatal(err)
		}
		defer f.Close()
		out = f
	}
	worker := csvsql.Main()
	if err := run(context.Background(), worker, flag.Args(), out, *perFile, *limit); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, worker csvsql.Worker, roots []string, failing io.Writer, perFile bool, limit int) error {
	pg, err := pgtest.Run(ctx, pgtest.Options{Settings: map[string]string{"statement_timeout": "10s"}})
	if err != nil {
		return err
	}
	defer pg.Stop()
	for _, root := range roots {
		total := counts{}
		paths, err := find(root)
		if err != nil {
			return err
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			list := statements(filepath.Ext(path), string(text))
			c := counts{}
			if err := compare(ctx, worker, pg, path, list[:min(limit, len(list))], failing, &c); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			if perFile {
				fmt.Printf("%s: %s\n", path, c)
			}
			total.add(c)
		}
		fmt.Printf("%s: %d files: %s\n", root, len(paths), total)
	}
	return nil
}

// find are the files below a directory whose statements can be read.
func find(root string) (paths []string, err error) {
	err = filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if slices.Contains([]string{".slt", ".part", ".test", ".sql"}, filepath.Ext(path)) {
			paths = append(paths, path)
		}
		return err
	})
	return paths, err
}

// compare asks both servers all statements of a file.
func compare(ctx context.Context, worker csvsql.Worker, pg *pgtest.Postgres, path string, list []string, failing io.Writer, c *counts) error {
	reference, err := freshPostgres(ctx, pg)
	if err != nil {
		return err
	}
	defer reference.Close()
	ours, stop, err := freshCSVSQL(ctx, worker)
	if err != nil {
		return err
	}
	defer stop()
	defer func() { ours.Close() }()
	for _, sql := range list {
		if !repeatable(sql) {
			c.skipped++
			continue
		}
		want, err := difftest.Ask(ctx, reference, sql)
		if err != nil {
			return err
		}
		got, err := difftest.Ask(ctx, ours, sql)
		if err != nil {
			return err
		}
		sortUnordered(sql, &want, &got)
		class := difftest.Compare(want, got)
		if c.count(want, got, class) {
			fmt.Fprintf(failing, "-- %s: %s\n%s-- csvsql:\n%s\n", path, class, difftest.Case{SQL: sql, Answer: want}, difftest.Case{Answer: got})
		}
	}
	return nil
}

// counts are the answers to the statements of a corpus: those that PostgreSQL
// accepts and that return rows, the others that it accepts, and those it refuses.
type counts struct {
	rows        difftest.Counts
	empty       int // of rows: PostgreSQL's answer has none
	commandsAll int
	refused     int // of them, by csvsql
	wrongAll    int
	wrong, code int // of them, csvsql answers, or refuses with another SQLSTATE
	skipped     int
}

// count counts one pair of answers, and reports whether they differ.
func (c *counts) count(want, got difftest.Answer, class difftest.Class) bool {
	switch {
	case want.Code != "":
		c.wrongAll++
		if class == difftest.Lenient {
			c.wrong++
		} else if class == difftest.Code {
			c.code++
		}
		return false
	case want.Columns == nil:
		c.commandsAll++
		if got.Code != "" {
			c.refused++
		}
		return got.Code != ""
	}
	c.rows[class]++
	if len(want.Rows) == 0 {
		c.empty++
	}
	return class != difftest.Exact
}

func (c *counts) add(other counts) {
	c.rows.Add(other.rows)
	c.empty += other.empty
	c.commandsAll += other.commandsAll
	c.refused += other.refused
	c.wrongAll += other.wrongAll
	c.wrong += other.wrong
	c.code += other.code
	c.skipped += other.skipped
}

func (c counts) String() string {
	n := 0
	for _, k := range c.rows {
		n += k
	}
	return fmt.Sprintf("%d queries (%d of no rows): %s; %d commands, %d refused; of %d that PostgreSQL refuses %d answered, %d of another SQLSTATE; %d not repeatable",
		n, c.empty, c.rows, c.commandsAll, c.refused, c.wrongAll, c.wrong, c.code, c.skipped)
}

// repeatable reports whether a statement may have the same answer twice, and leaves
// the servers alone.
func repeatable(sql string) bool {
	lower := strings.ToLower(sql)
	return !slices.ContainsFunc([]string{
		"random()", "now()", "current_timestamp", "current_time", "current_date", "localtime", "clock_timestamp", "gen_random_uuid",
		"pg_sleep", "pg_backend_pid", "txid_current", "copy ", "create database", "drop database", "alter system", "version()", "explain",
	}, func(word string) bool { return strings.Contains(lower, word) })
}

// sortUnordered sorts the rows of both answers if the statement does not.
func sortUnordered(sql string, answers ...*difftest.Answer) {
	if strings.Contains(strings.ToLower(sql), "order by") {
		return
	}
	for _, a := range answers {
		slices.Sort(a.Rows)
	}
}

var databases int

// freshPostgres connects to a new database.
func freshPostgres(ctx context.Context, pg *pgtest.Postgres) (*client.Conn, error) {
	c, err := client.Dial(ctx, pg.Addr, client.Config{User: pgtest.User, Database: pgtest.User})
	if err != nil {
		return nil, err
	}
	defer c.Close()
	databases++
	name := fmt.Sprintf("corpus%d", databases)
	if _, err := c.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		return nil, err
	}
	return client.Dial(ctx, pg.Addr, client.Config{User: pgtest.User, Database: name})
}

// freshCSVSQL starts a server and connects to it.
func freshCSVSQL(ctx context.Context, worker csvsql.Worker) (*client.Conn, func(), error) {
	srv, err := csvsql.New(ctx, csvsql.Options{Worker: worker, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	stop := func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := srv.Shutdown(ctx); err != nil {
			log.Print(err)
		}
		if err := <-served; err != nil && !errors.Is(err, wire.ErrServerClosed) {
			log.Print(err)
		}
	}
	c, err := client.Dial(ctx, l.Addr().String(), client.Config{User: pgtest.User, Database: pgtest.User})
	if err != nil {
		stop()
		return nil, nil, err
	}
	if _, err := c.Exec(ctx, "SET statement_timeout = '10s'"); err != nil {
		return nil, nil, errors.Join(err, c.Close())
	}
	return c, stop, nil
}
