package clients

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestConnect holds docs/connect.md to the programs: a block that names a file has
// lines of that file, in their order.
func TestConnect(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/connect.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```\\w+ (\\S+)\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	const least = 23
	if len(blocks) < least {
		t.Fatalf("%d blocks", len(blocks))
	}
	for _, client := range []string{
		"psql", "pgcli", "pg_dump", "pgbench", "vacuumdb", "PgBouncer", "postgres_fdw", "psycopg2", "psycopg 3", "asyncpg", "pg8000",
		"SQLAlchemy", "pandas", "polars", "connectorx", "ADBC", "DuckDB", "pgjdbc", "node-postgres", "postgres.js", "knex", "kysely", "TypeORM",
		"Sequelize", "pgx", "lib/pq", "tokio-postgres", "sqlx", "diesel", "psqlODBC", "DBD::Pg", "PDO", "ruby-pg", "RPostgreSQL",
		"DBeaver", "DataGrip", "Metabase", "Grafana", "Tableau", "Power BI", "Superset", "pgAdmin", "Npgsql",
	} {
		if !strings.Contains(string(text), client) {
			t.Errorf("nothing about %s", client)
		}
	}
	for _, b := range blocks {
		path := filepath.Join("testdata", b[1])
		if strings.HasSuffix(path, "_test.go") {
			path = b[1]
		}
		program, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
			continue
		}
		rest := string(program)
		for line := range strings.Lines(strings.TrimSpace(b[2])) {
			_, after, ok := strings.Cut(rest, strings.TrimSpace(line))
			if !ok {
				t.Errorf("%s does not have, or not there: %s", b[1], line)
				break
			}
			rest = after
		}
	}
}
