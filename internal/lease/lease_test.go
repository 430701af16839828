package lease_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/csvsql/csvsql/internal/lease"
)

// house counts what a Pool makes and ends.
type house struct {
	mu     sync.Mutex
	log    []string
	alive  map[string]int
	begins chan struct{} // if not nil, each thing waits for it before it is there
	fails  error
}

func (h *house) options(idle time.Duration, most int) lease.Options[string] {
	h.alive = map[string]int{}
	return lease.Options[string]{Open: h.open, End: h.end, Idle: idle, Max: most}
}

func (h *house) open(ctx context.Context, key string) (string, error) {
	if h.begins != nil {
		select {
		case <-h.begins:
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.fails != nil {
		return "", h.fails
	}
	h.log = append(h.log, "+"+key)
	h.alive[key]++
	if h.alive[key] > 1 {
		h.log = append(h.log, "twice")
	}
	return "thing " + key, nil
}

// end takes a second, so that others can ask for what is ending.
func (h *house) end(key, thing string) error {
	time.Sleep(time.Second)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.log = append(h.log, "-"+key)
	h.alive[key]--
	if thing != "thing "+key {
		return errors.New("it is another one's")
	}
	return nil
}

func (h *house) expect(t *testing.T, log ...string) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if !slices.Equal(h.log, log) {
		t.Errorf("%v, want %v", h.log, log)
	}
}

func get(t *testing.T, p *lease.Pool[string], key string) (release func()) {
	t.Helper()
	thing, release, err := p.Get(t.Context(), key)
	if err != nil || thing != "thing "+key {
		t.Fatal(thing, err)
	}
	return release
}

func closes(t *testing.T, p *lease.Pool[string]) {
	t.Helper()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if _, _, err := p.Get(t.Context(), "a"); err != lease.ErrClosed {
		t.Error(err)
	}
}

// TestIdle: a thing lives as long as somebody has it, and for the idle time after;
// who asks while it ends gets the next one.
func TestIdle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var h house
		p := lease.New(h.options(time.Minute, 0))
		first, second := get(t, p, "a"), get(t, p, "a")
		first()
		first() // does nothing
		time.Sleep(time.Hour)
		h.expect(t, "+a")
		second()
		time.Sleep(59 * time.Second)
		get(t, p, "a")()
		time.Sleep(59 * time.Second)
		h.expect(t, "+a")
		time.Sleep(1500 * time.Millisecond) // it is ending
		get(t, p, "a")()
		h.expect(t, "+a", "-a", "+a")
		time.Sleep(2 * time.Minute)
		h.expect(t, "+a", "-a", "+a", "-a")
		closes(t, p)
	})
}

// TestTogether: of those who ask at the same time one makes it; one that fails is
// not kept, and one whose asker has gone is.
func TestTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := house{begins: make(chan struct{})}
		p := lease.New(h.options(time.Minute, 0))
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() { get(t, p, "a")() })
		}
		synctest.Wait()
		h.begins <- struct{}{}
		all.Wait()
		h.expect(t, "+a")

		h.fails = errors.New("no")
		for range 10 {
			all.Go(func() {
				if _, _, err := p.Get(t.Context(), "b"); err != h.fails {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		h.begins <- struct{}{}
		all.Wait()

		h.fails = nil
		gone, cancel := context.WithCancelCause(t.Context())
		why := errors.New("gone")
		cancel(why)
		if _, _, err := p.Get(gone, "b"); err != why {
			t.Error(err)
		}
		h.begins <- struct{}{}
		synctest.Wait()
		h.expect(t, "+a", "+b")
		time.Sleep(2 * time.Minute)
		closes(t, p)
	})
}

// TestMax: what nobody has makes room, the one that was left first; what somebody
// has does not.
func TestMax(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var h house
		p := lease.New(h.options(time.Hour, 2))
		a, b := get(t, p, "a"), get(t, p, "b")
		if _, _, err := p.Get(t.Context(), "c"); err != lease.ErrFull {
			t.Error(err)
		}
		b()
		time.Sleep(time.Second)
		a()
		c := get(t, p, "c")
		h.expect(t, "+a", "+b", "-b", "+c")
		get(t, p, "b")()
		h.expect(t, "+a", "+b", "-b", "+c", "-a", "+b")
		c()
		closes(t, p)
	})
}

// TestClose ends what somebody has, what is being made and what is ending, and
// waits for all.
func TestClose(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := house{begins: make(chan struct{}, 2)}
		p := lease.New(h.options(0, 0))
		h.begins <- struct{}{}
		h.begins <- struct{}{}
		get(t, p, "had")
		get(t, p, "ending")()
		var asker sync.WaitGroup
		asker.Go(func() {
			if _, _, err := p.Get(t.Context(), "being made"); err == nil {
				t.Error("it was made")
			}
		})
		synctest.Wait()
		closes(t, p)
		asker.Wait()
		for _, key := range []string{"had", "ending", "being made"} {
			if h.alive[key] != 0 {
				t.Errorf("%s is there", key)
			}
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		if len(h.log) != 4 {
			t.Error(h.log)
		}
	})
}
