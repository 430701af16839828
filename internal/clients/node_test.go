package clients

import (
	"path/filepath"
	"testing"
)

func nodePostgres(t *testing.T, w *workshop) func(*testing.T, target) {
	return nodeRuns(w.node(t, "pg@8.16.3", "pg-cursor@2.15.3", "pg-query-stream@4.10.3"),
		"node.mjs",
		"query-stream.mjs")
}

func postgresJS(t *testing.T, w *workshop) func(*testing.T, target) {
	return nodeRuns(w.node(t, "postgres@3.4.7"), "postgres.mjs")
}

func knex(t *testing.T, w *workshop) func(*testing.T, target) {
	return nodeRuns(w.node(t, "pg@8.16.3", "pg-query-stream@4.10.3", "knex@3.1.0"), "knex.mjs")
}

func kysely(t *testing.T, w *workshop) func(*testing.T, target) {
	return nodeRuns(w.node(t, "pg@8.16.3", "pg-cursor@2.15.3", "kysely@0.28.8"), "kysely.mjs")
}

func typeORM(t *testing.T, w *workshop) func(*testing.T, target) {
	return nodeRuns(w.node(t, "pg@8.16.3", "typeorm@0.3.27", "reflect-metadata@0.2.2"), "typeorm.mjs")
}

func sequelize(t *testing.T, w *workshop) func(*testing.T, target) {
	return nodeRuns(w.node(t, "pg@8.16.3", "pg-hstore@2.3.4", "sequelize@6.37.7"), "sequelize.mjs")
}

// nodeRuns runs programs from copies beside their modules.
func nodeRuns(dir string, programs ...string) func(*testing.T, target) {
	return func(t *testing.T, s target) {
		for _, p := range programs {
			t.Run(p, func(t *testing.T) {
				copyFile(t, filepath.Join(dir, p), testdata(t, p))
				run(t, s, dir, nil, "node", p)
			})
		}
	}
}
