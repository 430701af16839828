package clients

import (
	"path/filepath"
	"testing"
)

func nodePostgres(t *testing.T, w *workshop) func(*testing.T, target) {
	return nodeRuns(w.node(t, "pg@8.16.3", "pg-cursor@2.15.3", "pg-query-stream@4.10.3"),
		program{"node.mjs", nil},
		program{"query-stream.mjs", nil})
}

func postgresJS(t *testing.T, w *workshop) func(*testing.T, target) {
	return nodeRuns(w.node(t, "postgres@3.4.7"), program{"postgres.mjs", nil})
}

func knex(t *testing.T, w *workshop) func(*testing.T, target) {
	return nodeRuns(w.node(t, "pg@8.16.3", "pg-query-stream@4.10.3", "knex@3.1.0"), program{"knex.mjs", nil})
}

func kysely(t *testing.T, w *workshop) func(*testing.T, target) {
	return nodeRuns(w.node(t, "pg@8.16.3", "pg-cursor@2.15.3", "kysely@0.28.8"), program{"kysely.mjs", nil})
}

func typeORM(t *testing.T, w *workshop) func(*testing.T, target) {
	return nodeRuns(w.node(t, "pg@8.16.3", "typeorm@0.3.27", "reflect-metadata@0.2.2"), program{"typeorm.mjs", nil})
}

func sequelize(t *testing.T, w *workshop) func(*testing.T, target) {
	return nodeRuns(w.node(t, "pg@8.16.3", "pg-hstore@2.3.4", "sequelize@6.37.7"), program{"sequelize.mjs", nil})
}

// nodeRuns runs programs from copies beside their modules.
func nodeRuns(dir string, programs ...program) func(*testing.T, target) {
	return func(t *testing.T, s target) {
		for _, p := range programs {
			t.Run(p.file, func(t *testing.T) {
				s.needs(t, p.needs...)
				copyFile(t, filepath.Join(dir, p.file), testdata(t, p.file))
				run(t, s, dir, nil, "node", p.file)
			})
		}
	}
}
