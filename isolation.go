package csvsql

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/csvsql/csvsql/catalog"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/duckdb"
	"github.com/csvsql/csvsql/engine/worker"
	"github.com/csvsql/csvsql/engine/worker/sandbox"
)

// Isolation says where the engine runs.
type Isolation string

const (
	// IsolateProcess runs it in a process of its own: a statement that crashes
	// it costs what was running, and nothing else. On Linux that process is also
	// kept from the network, from other programs and from all files but those
	// that the Options name.
	IsolateProcess Isolation = "process"
	// IsolateNone runs it in this process.
	IsolateNone Isolation = "none"
)

// Worker is what Main returns, for Options.Worker.
type Worker struct{ program *worker.Program }

// Main is the first line of the main function of a program whose engine is to
// run in a process of its own, and of the TestMain of its tests. That process is
// the same program once more; in it Main serves the engine and does not return.
func Main() Worker { return Worker{worker.Main(openEngine)} }

// openEngine opens the engine in whichever process it runs.
func openEngine(ctx context.Context, config []byte) (engine.Engine, error) {
	var o duckdb.Options
	if err := json.Unmarshal(config, &o); err != nil {
		return nil, fmt.Errorf("engine options: %w", err)
	}
	o.Builtins = catalog.Builtins()
	return duckdb.Open(ctx, o)
}

// startEngine opens the engine where o says. A process of its own counts in counts.
func startEngine(ctx context.Context, o Options, counts *worker.Counts, db duckdb.Options) (engine.Engine, error) {
	switch o.Isolation {
	case IsolateNone:
		return openHere(ctx, db)
	case "", IsolateProcess:
	default:
		return nil, fmt.Errorf("isolation %q: it is %q or %q", o.Isolation, IsolateProcess, IsolateNone)
	}
	eng, err := startWorker(ctx, o, counts, db)
	var failure *engine.Error
	switch {
	case err == nil || o.Isolation == IsolateProcess || o.RequireSandbox || errors.As(err, &failure):
		return eng, err // what keeps the engine itself from opening would do so here, too
	case o.Worker.program == nil:
		o.Log.Info("the engine runs in this process: the program did not call csvsql.Main")
	default:
		o.Log.Warn("the engine runs in this process, for it cannot have one of its own", "err", err)
	}
	return openHere(ctx, db)
}

// openHere opens the engine in this process, where its rows are encoded.
func openHere(ctx context.Context, db duckdb.Options) (engine.Engine, error) {
	db.ReadAhead = true
	return duckdb.Open(ctx, db)
}

func startWorker(ctx context.Context, o Options, counts *worker.Counts, db duckdb.Options) (engine.Engine, error) {
	config, err := json.Marshal(db)
	if err != nil {
		return nil, err
	}
	if exposed := writableData(db); exposed != nil {
		const problem = "the engine's process can change the data: the database is in the same directory, or in one above"
		if o.RequireSandbox {
			return nil, fmt.Errorf("%s: %s", problem, exposed[0])
		}
		o.Log.Warn(problem, "data", exposed)
	}
	return worker.Start(ctx, o.Worker.program, worker.Options{
		Config:    config,
		KillAfter: o.KillAfter,
		Log:       o.Log,
		Counts:    counts,
		Sandbox: sandbox.Spec{
			ReadOnly:  slices.Concat(db.DataDirs, db.DataFiles),
			ReadWrite: []string{db.TempDir, filepath.Dir(db.Path)},
			Memory:    memoryBound(o.Memory, sandbox.MachineMemory()),
			Require:   o.RequireSandbox,
		},
	})
}

// memoryBound is what the engine's process may have if the engine is to keep to
// memory bytes. Its own count leaves out much, and an error is better than a
// process that dies: hence the margin. An engine that keeps to its default, 80 % of
// the machine's, may have as much as the machine. 0 is no bound.
func memoryBound(memory, machine int64) int64 {
	const least = 1 << 30
	switch {
	case memory > 0:
		return memory + max(memory/2, least)
	case machine > 0:
		return max(machine, machine/10*8+least)
	}
	return 0
}

// writableData are the data directories and files that the engine's process could
// change, because it may write where the database is: DuckDB makes files beside it.
func writableData(db duckdb.Options) []string {
	dir, err := filepath.EvalSymlinks(filepath.Dir(db.Path))
	if err != nil {
		return nil // then it cannot be opened
	}
	var all []string
	for _, data := range slices.Concat(db.DataDirs, db.DataFiles) {
		real, err := filepath.EvalSymlinks(data)
		if err != nil {
			continue
		}
		if below, err := filepath.Rel(dir, real); err == nil && filepath.IsLocal(below) {
			all = append(all, data)
		}
	}
	return all
}
