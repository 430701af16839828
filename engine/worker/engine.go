//go:build linux

package worker

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/csvsql/csvsql/engine"
)

// Engine is the parent's side: an [engine.Engine] whose work is done by one
// process after the other.
type Engine struct {
	options Options
	version atomic.Uint64 // see sawVersion
	probing atomic.Bool
	stop    context.CancelFunc // ends waiting for a process to start
	ended   chan struct{}      // closed when no process runs and none will

	mu       sync.Mutex
	closed   bool
	current  *process      // nil while there is none
	changed  chan struct{} // closed and renewed when current or failure changes
	failure  error         // why there is none, if the last one did not start
	sessions map[*session]struct{}
}

var _ engine.Engine = (*Engine)(nil)

// Start starts a worker. p says that this program called Main. The caller closes
// the Engine. The error is that of Open, if it is that which failed.
func Start(ctx context.Context, p *Program, o Options) (engine.Engine, error) {
	if p == nil {
		return nil, fmt.Errorf("worker.Main was not called")
	}
	o = o.withDefaults()
	first, err := startProcess(ctx, o, 1)
	if err != nil {
		return nil, err
	}
	life, stop := context.WithCancel(context.Background())
	e := &Engine{
		options:  o,
		stop:     stop,
		ended:    make(chan struct{}),
		current:  first,
		changed:  make(chan struct{}),
		sessions: map[*session]struct{}{},
	}
	e.logStart(first)
	go e.supervise(life, first)
	return e, nil
}

// supervise waits for the end of each process and starts the next.
func (e *Engine) supervise(life context.Context, p *process) {
	defer close(e.ended)
	var wait backOff
	for {
		<-p.gone
		running := e.running(p)
		<-p.exited // its locks are free
		e.options.Counts.processes.Add(-1)
		closed := e.set(nil, nil)
		if !closed || !p.parted.Load() {
			e.logEnd(p, running)
		}
		if closed {
			return
		}
		if p = e.restart(life, p, &wait); p == nil {
			return
		}
	}
}

// restart starts a process after last, as often as it takes, and makes it the
// current one. It returns nil if the engine was closed meanwhile.
func (e *Engine) restart(life context.Context, last *process, wait *backOff) *process {
	healthy := last.answered.Load()
	generation := last.generation
	for {
		if delay := wait.next(healthy); delay > 0 {
			e.options.Log.Warn("the engine is started again after a pause", "pause", delay)
			select {
			case <-time.After(delay):
			case <-life.Done():
				return nil
			}
		}
		generation++
		p, err := startProcess(life, e.options, generation)
		switch {
		case err == nil && !e.set(p, nil):
			e.logStart(p)
			return p
		case err == nil: // closed
			p.kill("the server ends")
			<-p.exited
			return nil
		case e.set(nil, err):
			return nil
		}
		e.options.Log.Error("the engine could not be started", "err", err)
		healthy = false
	}
}

// set makes p the current process, or says why there is none, and reports
// whether the engine is closed; then nothing changes.
func (e *Engine) set(p *process, failure error) (closed bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return true
	}
	e.current, e.failure = p, failure
	close(e.changed)
	e.changed = make(chan struct{})
	return false
}

// backOff says how long to wait before a process is started. Only those count
// that ended before they gave a single answer: what ends the others is what
// clients ask for.
type backOff struct{ failed int }

const (
	quickStarts = 3
	longestWait = 30 * time.Second
)

func (b *backOff) next(healthy bool) time.Duration {
	if healthy {
		b.failed = 0
		return 0
	}
	b.failed++
	if b.failed <= quickStarts {
		return 0
	}
	return min(time.Second<<min(b.failed-quickStarts-1, 10), longestWait)
}

// process returns the running process, and waits while one is being started.
func (e *Engine) process(ctx context.Context) (*process, error) {
	for {
		e.mu.Lock()
		p, failure, changed, closed := e.current, e.failure, e.changed, e.closed
		e.mu.Unlock()
		switch {
		case closed:
			return nil, errClosed()
		case p != nil && !p.isGone():
			return p, nil
		case failure != nil:
			return nil, errNotRunning(failure)
		}
		if p != nil { // supervise will see it too
			select {
			case <-p.exited:
			case <-ctx.Done():
				return nil, canceled(ctx)
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, canceled(ctx)
		}
	}
}

// Info implements [engine.Engine].
func (e *Engine) Info(ctx context.Context) (engine.Info, error) {
	p, err := e.process(ctx)
	if err != nil {
		return engine.Info{}, err
	}
	return p.greeting.Info, nil
}

// Open implements [engine.Engine].
func (e *Engine) Open(ctx context.Context, o engine.SessionOptions) (engine.Session, error) {
	if ctx.Err() != nil {
		return nil, canceled(ctx)
	}
	return newSession(ctx, e, o)
}

// Close lets the worker close its engine, which ends what is running, and kills
// it when ctx is done, or if it lives on although it has closed it.
func (e *Engine) Close(ctx context.Context) error {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil
	}
	e.closed = true
	p := e.current
	close(e.changed)
	e.mu.Unlock()
	e.stop()

	var err error
	if p != nil {
		stop := context.AfterFunc(ctx, func() { p.kill("it did not end in time") })
		defer stop()
		p.tell(shutDown, 0, nil)
		select {
		case err = <-p.closed:
			late := time.AfterFunc(e.options.KillAfter, func() { p.kill("it did not end when it had closed the engine") })
			defer late.Stop()
		case <-p.gone:
			err = context.Cause(ctx)
		}
	}
	<-e.ended
	return err
}

func (e *Engine) isClosed() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.closed
}

// sawVersion takes note of the version of the worker's engine. Those of a later
// process are all higher than those of an earlier one.
func (e *Engine) sawVersion(p *process, version uint64) {
	version = p.generation<<40 | version&(1<<40-1)
	for {
		seen := e.version.Load()
		if version <= seen || e.version.CompareAndSwap(seen, version) {
			return
		}
	}
}

// suspect has the process probed after an error that may mean that nothing works
// any more.
func (e *Engine) suspect(p *process) {
	if !e.probing.CompareAndSwap(false, true) {
		return
	}
	go func() {
		defer e.probing.Store(false)
		p.tell(probe, 0, nil)
		late := time.NewTimer(probeTime)
		defer late.Stop()
		select {
		case err := <-p.probes:
			if err != nil {
				p.kill("it runs no statement any more: " + err.Error())
			}
		case <-late.C:
			p.kill("it does not answer")
		case <-p.gone:
		}
	}()
}

// probeTime is how long a worker that is busy may take to answer SELECT 1.
const probeTime = 30 * time.Second

// running are the fingerprints of what sessions were waiting for when p ended.
func (e *Engine) running(p *process) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []string
	for s := range e.sessions {
		if r := s.running.Load(); r != nil && r.process == p {
			all = append(all, fingerprint(r.sql))
		}
	}
	return all
}

func (e *Engine) logStart(p *process) {
	e.options.Counts.starts.Add(1)
	e.options.Counts.processes.Add(1)
	g, level := &p.greeting, slog.LevelInfo
	if p.generation == 1 {
		level = slog.LevelDebug // as everyone expects
	}
	e.options.Log.Log(context.Background(), level, "engine started", "engine", g.Info.Name, "version", g.Info.Version, "pid", p.cmd.Process.Pid,
		"took", time.Since(p.started).Round(time.Millisecond), "sandbox", g.Sandbox.Holds(), "start", p.generation)
	if lacks := g.Sandbox.Lacks(); lacks != "" && p.generation == 1 {
		e.options.Log.Warn("the engine's process is not fully shut in: " + lacks)
	}
}

func (e *Engine) logEnd(p *process, running []string) {
	c := e.options.Counts
	c.deaths.Add(1)
	c.broken.Add(int64(len(running)))
	if p.killed() != "" {
		c.kills.Add(1)
	}
	e.options.Log.Error("the engine's process ended", "pid", p.cmd.Process.Pid, "how", p.how(), "killed", p.killed(),
		"after", time.Since(p.started).Round(time.Millisecond), "running", running)
}
