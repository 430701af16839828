package csvsql

import (
	"context"
	"encoding/json"
	"path/filepath"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/duckdb"
	"github.com/csvsql/csvsql/engine/worker"
)

// MainThen is Main of a program whose engine's process calls then, each time that
// it has opened its engine, with the directory of the database.
func MainThen(then func(dir string) error) Worker {
	return Worker{worker.Main(func(ctx context.Context, config []byte) (engine.Engine, error) {
		e, err := openEngine(ctx, config)
		if err != nil {
			return nil, err
		}
		var o duckdb.Options
		if err := json.Unmarshal(config, &o); err != nil {
			return nil, err
		}
		return e, then(filepath.Dir(o.Path))
	})}
}
