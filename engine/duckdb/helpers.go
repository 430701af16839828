package duckdb

// #include "helpers.h"
// extern csvsql_task_state duckdb_create_task_state(void *database);
// extern void duckdb_destroy_task_state(csvsql_task_state state);
import "C"

import (
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	duck "github.com/duckdb/duckdb-go-bindings"
)

// helpers are the threads that work on statements beside those that execute them.
//
// DuckDB would wake its own for every statement, which for a short one costs more
// than the statement: they come when it is done. So it has none, and is told that
// all are ours (its setting external_threads). They help a call that has gone on for
// a while, and a result whose reader waits for its rows.
type helpers struct {
	state   C.csvsql_task_state
	most    int32         // how many there are at most
	working atomic.Int32  // how many there are
	wanted  *atomic.Int32 // 1 while there have to be any

	// calls are those that go on, by the tick in which they began: the current one
	// and two before it.
	calls  [3]atomic.Int32
	tick   atomic.Uint32
	begun  atomic.Uint32 // calls so far
	late   atomic.Bool   // a reader waits
	asleep atomic.Bool   // nobody looks at the calls

	wake chan struct{}
	quit chan struct{}
	done chan struct{}
}

const (
	// tick is how often somebody looks at the calls. One that has gone on for all of
	// a tick is long.
	tick = time.Millisecond
	// stay is for how many ticks helpers work on when no call is long any more, and
	// somebody looks at calls when there are none.
	stay = 4
)

// takeThreads leaves DuckDB without threads of its own. threads is how many are to
// work; 0 means one for each core.
func (c *connection) takeThreads(db duck.Database, threads int) (*helpers, error) {
	if threads == 0 {
		text, err := c.text("SELECT CAST(current_setting('threads') AS VARCHAR)")
		if err != nil {
			return nil, err
		}
		if threads, err = strconv.Atoi(text); err != nil {
			return nil, err
		}
	}
	if text := c.run(fmt.Sprintf("SET threads = %d; SET external_threads = %[1]d", threads)); text != "" {
		return nil, newError(text)
	}
	return newHelpers(db, threads), nil
}

// newHelpers makes helpers for a database that is worked on by as many threads. They
// have to be stopped before it is closed.
func newHelpers(db duck.Database, threads int) *helpers {
	h := &helpers{most: int32(threads - 1)}
	if h.most == 0 {
		return h
	}
	h.state = C.duckdb_create_task_state(db.Ptr)
	h.wanted = new(atomic.Int32)
	h.asleep.Store(true)
	h.wake, h.quit, h.done = make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
	go h.lookOut()
	return h
}

// stop returns when none works any more.
func (h *helpers) stop() {
	if h == nil || h.most == 0 {
		return
	}
	close(h.quit)
	<-h.done
	C.duckdb_destroy_task_state(h.state)
}

// begin notes that a call begins. What it returns is for end.
func (h *helpers) begin() (began uint32) {
	if h.most == 0 {
		return 0
	}
	began = h.tick.Load() % 3
	h.calls[began].Add(1)
	h.begun.Add(1)
	if h.asleep.Load() && h.asleep.CompareAndSwap(true, false) {
		h.wake <- struct{}{}
	}
	return began
}

// end notes that a call has ended.
func (h *helpers) end(began uint32) {
	if h.most > 0 {
		h.calls[began].Add(-1)
	}
}

// hurry has helpers work although no call is long.
func (h *helpers) hurry() { h.late.Store(true) }

// lookOut looks at the calls while there are any.
func (h *helpers) lookOut() {
	defer close(h.done)
	for {
		select {
		case <-h.wake:
			h.look()
		case <-h.quit:
			for h.working.Load() > 0 {
				time.Sleep(tick)
			}
			return
		}
	}
}

// look has helpers work while calls are long, until there are no calls.
func (h *helpers) look() {
	defer h.wanted.Store(0)
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	begun := h.begun.Load()
	for short, idle := 0, 0; idle < stay || !h.sleep(); {
		select {
		case <-ticker.C:
		case <-h.quit:
			return
		}
		if short++; h.long() {
			short = 0
			h.help()
		} else if short == stay {
			h.wanted.Store(0)
		}
		idle++
		if now := h.begun.Load(); now != begun || h.going() {
			begun, idle = now, 0
		}
	}
}

// long says whether a call is long, or a reader waits, and begins the next tick.
func (h *helpers) long() bool {
	now := h.tick.Load()
	long := h.calls[(now+1)%3].Load() > 0 || h.calls[(now+2)%3].Load() > 0
	h.tick.Store(now + 1)
	return h.late.Swap(false) || long
}

// going says whether there are calls.
func (h *helpers) going() bool {
	return h.calls[0].Load() > 0 || h.calls[1].Load() > 0 || h.calls[2].Load() > 0
}

// sleep says that from now on the next call has to wake who looks, unless there
// are calls.
func (h *helpers) sleep() bool {
	h.asleep.Store(true)
	return !h.going() || !h.asleep.CompareAndSwap(true, false)
}

// help has all helpers work.
func (h *helpers) help() {
	h.wanted.Store(1)
	for h.working.Load() < h.most {
		h.working.Add(1)
		go func() {
			defer h.working.Add(-1)
			C.csvsql_help(h.state, (*C.int32_t)(unsafe.Pointer(h.wanted)))
		}()
	}
}

// work works on a statement until its result is ready. The error text is DuckDB's, ""
// if there is none.
func work(p duck.PendingResult) (errorText string) {
	if C.csvsql_work(C.csvsql_pending_result(p.Ptr)) {
		return ""
	}
	return duck.PendingError(p)
}

// callLock is a session's lock. Who holds it makes a call.
type callLock struct {
	sync.Mutex
	helpers *helpers
	began   uint32
}

// Lock implements [sync.Locker].
func (l *callLock) Lock() {
	l.Mutex.Lock()
	l.began = l.helpers.begin()
}

// Unlock implements [sync.Locker].
func (l *callLock) Unlock() {
	l.helpers.end(l.began)
	l.Mutex.Unlock()
}

// pace is how fast a result's reader is, compared with DuckDB.
type pace struct {
	since   time.Time     // of the first chunk that is counted
	chunks  int           // since then
	waiting time.Duration // that the reader has waited for them
}

// waits notes that a chunk has been fetched since some time, and says whether the
// reader does hardly anything but wait.
func (p *pace) waits(fetching time.Time) bool {
	now := time.Now()
	if p.chunks == 0 {
		p.since = fetching
	}
	p.chunks++
	p.waiting += now.Sub(fetching)
	if p.chunks < 16 {
		return false
	}
	waits := p.waiting > now.Sub(p.since)*3/4
	*p = pace{}
	return waits
}
