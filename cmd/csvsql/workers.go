package main

import (
	"os"

	"github.com/csvsql/csvsql"
)

// workersFlags are the flags on who shares an engine.
type workersFlags struct {
	Workers    string `placeholder:"FOR" help:"shared: one engine for all users. user: each has one of his own, in a process of its own, with his own tables of the files; --db is a directory then. Default: shared."`
	MaxWorkers int    `placeholder:"N" help:"Engines at a time with --workers user; each may use an Nth of --memory. Default: 8."`
}

// apply adds the flags to the options.
func (f *workersFlags) apply(o *csvsql.Options) error {
	o.Workers, o.MaxWorkers = csvsql.Workers(f.Workers), f.MaxWorkers
	switch o.Workers {
	case "", csvsql.WorkersShared:
		if f.MaxWorkers != 0 {
			return usageErrorf("--max-workers is for --workers user")
		}
		return nil
	case csvsql.WorkersUser:
	default:
		return usageErrorf("--workers %s: it is shared or user", f.Workers)
	}
	if f.MaxWorkers < 0 {
		return usageErrorf("--max-workers %d: it is 1 or more", f.MaxWorkers)
	}
	if o.Isolation == csvsql.IsolateNone {
		return usageErrorf("--workers user: an engine of one's own is a process, which --isolation none has not")
	}
	if info, err := os.Stat(o.Database); err == nil && !info.IsDir() {
		return usageErrorf("--db %s is a file: with --workers user it is a directory, in which each user has his own", o.Database)
	}
	return nil
}
