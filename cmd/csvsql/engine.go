package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/csvsql/csvsql"
	"github.com/csvsql/csvsql/datasets"
)

// engineFlags are the flags on what is read and what it is read with, common to
// the commands that open an engine.
type engineFlags struct {
	DataDir []string `placeholder:"DIR" help:"Directory that clients may read files in. Repeat it, or separate several by commas. Default: the current directory and those of the files named."`
	DB      string   `name:"db" placeholder:"FILE" help:"Keep the tables in this DuckDB file. Default: a temporary one."`
	Memory  size     `placeholder:"SIZE" help:"Memory for the engine, as in 512MB or 2GB; what does not fit is spilled to disk. Default: 80% of the machine's."`
	Threads int      `placeholder:"N" help:"Threads for the engine. Default: one for each processor."`

	Isolation      string        `placeholder:"WHERE" help:"process: the engine has a process of its own, and a crash of it costs the running statements only. none: it has not. Default: process on Linux, else none."`
	RequireSandbox bool          `help:"Do not start if the engine's process cannot be kept from the network and from other files."`
	KillAfter      time.Duration `placeholder:"TIME" help:"How long a canceled statement may go on before the engine's process is ended and started again. Default: 2s."`
}

// sources are the files of a command line.
type sources struct {
	requests []datasets.Request
	errs     []error // what cannot be loaded
}

// options are those of the server that the flags describe, which may read the files
// of src.
func (f engineFlags) options(worker csvsql.Worker, src sources, log *slog.Logger) (o csvsql.Options, err error) {
	if f.Threads < 0 {
		return o, usageErrorf("--threads %d: it is 1 or more", f.Threads)
	}
	if f.KillAfter < 0 {
		return o, usageErrorf("--kill-after %s: it is more than 0", f.KillAfter)
	}
	isolation := csvsql.Isolation(f.Isolation)
	switch isolation {
	case "", csvsql.IsolateProcess, csvsql.IsolateNone:
	default:
		return o, usageErrorf("--isolation %s: it is process or none", f.Isolation)
	}
	if f.RequireSandbox && isolation == csvsql.IsolateNone {
		return o, usageErrorf("--require-sandbox: there is none with --isolation none")
	}
	o = csvsql.Options{
		Worker:         worker,
		Isolation:      isolation,
		RequireSandbox: f.RequireSandbox,
		KillAfter:      f.KillAfter,
		DataDirs:       f.DataDir,
		Database:       f.DB,
		Memory:         int64(f.Memory),
		Threads:        f.Threads,
		Log:            log,
	}
	if o.DataDirs == nil {
		dir, err := os.Getwd()
		if err != nil {
			return o, err
		}
		o.DataDirs = append(o.DataDirs, dir)
	}
	for _, r := range src.requests {
		for _, file := range r.Files {
			o.DataFiles = append(o.DataFiles, file)
			if dir := filepath.Dir(file); f.DataDir == nil && !slices.Contains(o.DataDirs, dir) {
				o.DataDirs = append(o.DataDirs, dir)
			}
		}
	}
	return o, nil
}
