package datasets

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
)

// pending are the loads of the start-up: those that run, for which statements
// wait, and those that failed, of which statements that miss the table can tell.
// Names are in lower case.
type pending struct {
	running atomic.Int64 // len(loading), to be read without the lock
	mu      sync.Mutex
	loading map[string]chan struct{} // closed when the load is over
	failed  map[string]error
}

// Announce says that tables of these names are going to be loaded: Wait waits for
// them until Done was called for each.
func (m *Manager) Announce(names ...string) {
	p := &m.pending
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.loading == nil {
		p.loading = map[string]chan struct{}{}
	}
	for _, name := range names {
		name = strings.ToLower(name)
		if p.loading[name] == nil {
			p.loading[name] = make(chan struct{})
		}
	}
	p.running.Store(int64(len(p.loading)))
}

// Done says that the load of a table is over. err, if not nil, is what Failure
// will answer.
func (m *Manager) Done(name string, err error) {
	p := &m.pending
	name = strings.ToLower(name)
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.failed, name)
	if err != nil {
		if p.failed == nil {
			p.failed = map[string]error{}
		}
		p.failed[name] = err
	}
	if done := p.loading[name]; done != nil {
		close(done)
		delete(p.loading, name)
		p.running.Store(int64(len(p.loading)))
	}
}

// Wait blocks as long as a table of one of these names is being loaded. Words
// that name no such table do not matter, so all of a statement can be given. It
// returns nil however the loads ended, and the cause if ctx is done before them.
func (m *Manager) Wait(ctx context.Context, words []string) error {
	p := &m.pending
	if p.running.Load() == 0 {
		return nil
	}
	for _, word := range words {
		p.mu.Lock()
		done := p.loading[strings.ToLower(word)]
		p.mu.Unlock()
		if done == nil {
			continue
		}
		select {
		case <-done:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// Failure is why the load of a table failed at the start-up; nil if it did not,
// or if the table was loaded since.
func (m *Manager) Failure(name string) error {
	p := &m.pending
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failed[strings.ToLower(name)]
}

// forget drops the failure of a table that was loaded after all.
func (p *pending) forget(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.failed, strings.ToLower(name))
}
