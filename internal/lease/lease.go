// Package lease keeps one thing for each key: it is made when it is first asked
// for, shared by all who ask while it lives, and ended when nobody has had it for a
// while.
package lease

import (
	"context"
	"errors"
	"sync"
	"time"
)

var (
	// ErrFull is what Get returns if there are as many as there may be, and
	// somebody has each of them.
	ErrFull = errors.New("there are as many as there may be, and all are in use")
	// ErrClosed is what Get returns after Close.
	ErrClosed = errors.New("it is closed")
)

// Options say how the things of a Pool begin and end.
type Options[T any] struct {
	// Open makes the thing of a key. It is called once for all who ask meanwhile, so
	// ctx is nobody's of them: it is done when the Pool is closed.
	Open func(ctx context.Context, key string) (T, error)
	// End ends it. There is no other of its key until End has returned.
	End func(key string, thing T) error
	// Idle is how long one lives on that nobody has.
	Idle time.Duration
	// Max is how many there may be; 0 is any number. If there are as many, the one
	// that nobody has had for longest makes room.
	Max int
}

// Pool has the things. It is safe for concurrent use.
type Pool[T any] struct {
	options Options[T]
	life    context.Context
	stop    context.CancelFunc

	mu     sync.Mutex
	closed bool
	all    map[string]*entry[T]
}

// entry is one thing, from before it is made until it has ended.
type entry[T any] struct {
	key    string
	opened chan struct{} // closed when thing, or err, is there
	thing  T
	err    error
	ended  chan struct{} // closed when it has left the pool
	endErr error

	// Guarded by the pool's mu.
	holders int       // who have it, or wait for it
	since   time.Time // when the last of them left; zero before that
	idle    *time.Timer
	ending  bool
}

// New makes an empty Pool. The caller closes it.
func New[T any](o Options[T]) *Pool[T] {
	p := &Pool[T]{options: o, all: map[string]*entry[T]{}}
	p.life, p.stop = context.WithCancel(context.Background())
	return p
}

// Get returns the thing of a key, which lives at least until release is called.
// The error is that of Open, the cause of ctx, ErrFull or ErrClosed; then there is
// nothing to release.
func (p *Pool[T]) Get(ctx context.Context, key string) (thing T, release func(), err error) {
	for {
		e, ending, err := p.hold(key)
		if err != nil {
			return thing, nil, err
		}
		wait := ending
		if e != nil {
			wait = e.opened
		}
		select {
		case <-wait:
		case <-ctx.Done():
			if e != nil {
				p.release(e)
			}
			return thing, nil, context.Cause(ctx)
		}
		switch {
		case e == nil: // there is room now
		case e.err != nil:
			return thing, nil, e.err
		default:
			return e.thing, sync.OnceFunc(func() { p.release(e) }), nil
		}
	}
}

// hold returns the entry of a key with one holder more. If it cannot be had before
// another one has ended, it returns when that is.
func (p *Pool[T]) hold(key string) (e *entry[T], ending <-chan struct{}, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e = p.all[key]
	switch {
	case p.closed:
		return nil, nil, ErrClosed
	case e != nil && e.ending:
		return nil, e.ended, nil
	case e == nil && p.options.Max > 0 && len(p.all) >= p.options.Max:
		last := p.leaving()
		if last == nil {
			return nil, nil, ErrFull
		}
		p.end(last)
		return nil, last.ended, nil
	case e == nil:
		e = &entry[T]{key: key, opened: make(chan struct{}), ended: make(chan struct{})}
		p.all[key] = e
		go p.open(e)
	}
	e.holders++
	return e, nil, nil
}

// leaving is one that is ending, or the one that nobody has had for longest; nil if
// somebody has each. mu is held.
func (p *Pool[T]) leaving() (last *entry[T]) {
	for _, e := range p.all {
		switch {
		case e.ending:
			return e
		case e.holders > 0 || e.isOpening():
		case last == nil || e.since.Before(last.since):
			last = e
		}
	}
	return last
}

func (p *Pool[T]) open(e *entry[T]) {
	thing, err := p.options.Open(p.life, e.key)
	p.mu.Lock()
	defer p.mu.Unlock()
	defer close(e.opened)
	if err != nil {
		e.err = err
		delete(p.all, e.key)
		close(e.ended)
		return
	}
	e.thing = thing
	switch {
	case p.closed:
		e.err = ErrClosed
		p.end(e)
	case e.holders == 0: // whoever asked for it has given up
		p.rest(e)
	}
}

func (p *Pool[T]) release(e *entry[T]) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e.holders--
	if e.holders == 0 && !e.isOpening() {
		p.rest(e)
	}
}

// rest starts the idle time of an entry. mu is held.
func (p *Pool[T]) rest(e *entry[T]) {
	e.since = time.Now()
	if e.idle != nil {
		e.idle.Reset(p.options.Idle)
		return
	}
	e.idle = time.AfterFunc(p.options.Idle, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if e.holders == 0 && time.Since(e.since) >= p.options.Idle { // else somebody has had it meanwhile
			p.end(e)
		}
	})
}

// end lets an entry end. mu is held.
func (p *Pool[T]) end(e *entry[T]) {
	if e.ending {
		return
	}
	e.ending = true
	go func() {
		err := p.options.End(e.key, e.thing)
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.all, e.key)
		e.endErr = err
		close(e.ended)
	}()
}

// Close ends all that there are, whoever has them, and waits for that. The error is
// what End said.
func (p *Pool[T]) Close() error {
	p.stop()
	p.mu.Lock()
	p.closed = true
	var all []*entry[T]
	for _, e := range p.all {
		all = append(all, e)
		if !e.isOpening() {
			p.end(e)
		}
	}
	p.mu.Unlock()
	var errs []error
	for _, e := range all {
		<-e.ended
		errs = append(errs, e.endErr)
	}
	return errors.Join(errs...)
}

// isOpening reports whether the thing is not there yet. The pool's mu is held.
func (e *entry[T]) isOpening() bool {
	select {
	case <-e.opened:
		return false
	default:
		return true
	}
}
