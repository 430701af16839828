package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/csvsql/csvsql/internal/pgtest"
	"github.com/csvsql/csvsql/wire/client"
)

type kind string

const (
	isCSVSQL   kind = "csvsql"
	isPostgres kind = "PostgreSQL"
)

// server is a running server of either kind with the data in dir.
type server struct {
	kind   kind
	config string // for the head of the report
	addr   string
	pid    int
	csv    string // path of lineitem.csv
	stop   func() error
}

// table is a table that both kinds have.
type table struct {
	name    string
	columns []column
}

type column struct{ name, typ string }

// definition is "a integer, b date".
func (t table) definition() string {
	var parts []string
	for _, c := range t.columns {
		parts = append(parts, c.name+" "+c.typ)
	}
	return strings.Join(parts, ", ")
}

// The settings give PostgreSQL what it needs to keep the data in memory and to
// load at its best: no WAL for a table that is new in its transaction, no
// compiler for expressions, which costs more than these queries last.
func postgresSettings() map[string]string {
	return map[string]string{
		"shared_buffers":       "2GB",
		"work_mem":             "256MB",
		"maintenance_work_mem": "512MB",
		"max_wal_size":         "8GB",
		"effective_cache_size": "4GB",
		"random_page_cost":     "1.1",
		"jit":                  "off",
		"autovacuum":           "off",
	}
}

func startPostgres(ctx context.Context, bin, csv string) (*server, error) {
	pg, err := pgtest.Run(ctx, pgtest.Options{Bin: bin, Settings: postgresSettings()})
	if err != nil {
		return nil, err
	}
	return &server{
		kind:   isPostgres,
		config: "PostgreSQL " + pg.Version + ", fsync=off, wal_level=minimal, " + settingsText(postgresSettings()),
		addr:   pg.Addr,
		pid:    pg.PID(),
		csv:    csv,
		stop:   pg.Stop,
	}, nil
}

// startCSVSQL starts the program bin. It may read the folder of the CSV file.
func startCSVSQL(ctx context.Context, bin, csv string, flags ...string) (*server, error) {
	c, err := pgtest.RunCommand(ctx, bin, append([]string{"--data-dir", filepath.Dir(csv)}, flags...)...)
	if err != nil {
		return nil, err
	}
	return &server{
		kind:   isCSVSQL,
		config: "csvsql, " + cmp.Or(strings.Join(flags, " "), "memory and threads by its own defaults"),
		addr:   c.Addr,
		pid:    c.PID(),
		csv:    csv,
		stop:   c.Stop,
	}, nil
}

func (s *server) connect(ctx context.Context) (*client.Conn, error) {
	return client.Dial(ctx, s.addr, client.Config{User: pgtest.User})
}

// load loads the CSV file as the table name.
func (s *server) load(ctx context.Context, c *client.Conn, name string) error {
	sql := fmt.Sprintf("LOAD '%s' AS %s WITH (types '%s')", s.csv, name, lineitem().definition())
	if s.kind == isPostgres {
		// In the transaction that creates the table COPY writes no WAL.
		sql = fmt.Sprintf("BEGIN; CREATE TABLE %s (%s); COPY %s FROM '%s' (FORMAT csv, HEADER, FREEZE); COMMIT",
			name, lineitem().definition(), name, s.csv)
	}
	_, err := c.Exec(ctx, sql)
	return err
}

// prepare makes the tables that the cases read.
func (s *server) prepare(ctx context.Context) error {
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := s.load(ctx, c, lineitem().name); err != nil {
		return err
	}
	if err := makePoints(ctx, c); err != nil {
		return err
	}
	if s.kind == isPostgres {
		_, err = c.Exec(ctx, "VACUUM ANALYZE")
	}
	return err
}

// settingsText lists settings in the order of their names.
func settingsText(settings map[string]string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		parts = append(parts, name+"="+settings[name])
	}
	return strings.Join(parts, " ")
}
