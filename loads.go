package csvsql

import (
	"context"
	"iter"
	"sync"

	"github.com/csvsql/csvsql/datasets"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/internal/server"
)

// database is that of all users, or of one, with the loads that it began with.
type database struct {
	server.Database
	stopLoading context.CancelFunc
	loading     sync.WaitGroup
}

// load is Server.LoadAll in a database.
func (db *database) load(ctx context.Context, requests []datasets.Request) iter.Seq2[datasets.Report, error] {
	for _, r := range requests {
		db.Data.Announce(r.TableName())
	}
	return func(yield func(datasets.Report, error) bool) {
		session, err := db.Engine.Open(ctx, engine.SessionOptions{})
		if err != nil {
			for _, r := range requests {
				db.Data.Done(r.TableName(), err)
			}
			yield(datasets.Report{}, err)
			return
		}
		defer session.Close(context.WithoutCancel(ctx))
		more := true
		for _, r := range requests {
			report, err := db.Data.LoadIfChanged(ctx, session, r)
			db.Data.Done(r.TableName(), err)
			if more {
				more = yield(report, err)
			}
		}
	}
}

// loadLater makes requests those that databases begin with from now on, and yields
// which files they find.
func (d *databases) loadLater(requests []datasets.Request) iter.Seq2[datasets.Report, error] {
	d.mu.Lock()
	d.files = append(d.files, requests...)
	d.mu.Unlock()
	return func(yield func(datasets.Report, error) bool) {
		data, err := datasets.New(d.options.DataDirs, d.options.DataFiles)
		if err != nil {
			yield(datasets.Report{}, err)
			return
		}
		for _, r := range requests {
			spec, err := data.Plan(r)
			if !yield(datasets.Report{Table: engine.Table{TableName: spec.Table}, Files: spec.Files}, err) {
				return
			}
		}
	}
}

// loadFiles starts to load what the database of an owner begins with. A client's
// query on it waits.
func (d *databases) loadFiles(ctx context.Context, owner string, db *database) {
	d.mu.Lock()
	requests := d.files
	d.mu.Unlock()
	ctx, db.stopLoading = context.WithCancel(ctx)
	if len(requests) == 0 {
		return
	}
	loads := db.load(ctx, requests)
	db.loading.Go(func() {
		next := 0
		for _, err := range loads {
			if err != nil && ctx.Err() == nil {
				d.options.Log.Error("a file cannot be loaded", "user", owner, "table", requests[next].TableName(), "err", err)
			}
			next++ // they are loaded in their order
		}
	})
}
