package advisory_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	. "github.com/csvsql/csvsql/internal/advisory"
)

var one, two = Key{Low: 1}, Key{Low: 2}

func TestCounts(t *testing.T) {
	t.Parallel()
	var table Table
	var a, b Owner
	for range 2 {
		if err := table.Lock(t.Context(), &a, one, Exclusive, Session); err != nil {
			t.Fatal(err)
		}
	}
	if table.TryLock(&b, one, Shared, Session) || !table.TryLock(&b, Key{Two: true, Low: 1}, Exclusive, Session) {
		t.Error("one number and two numbers are not keys of their own")
	}
	if !table.Unlock(&a, one, Exclusive, Session) || table.TryLock(&b, one, Exclusive, Session) {
		t.Error("a lock that was taken twice is free after one unlock")
	}
	if table.Unlock(&a, one, Shared, Session) || table.Unlock(&a, one, Exclusive, Transaction) || table.Unlock(&b, one, Exclusive, Session) {
		t.Error("unlocked what is not held")
	}
	if !table.Unlock(&a, one, Exclusive, Session) || !table.TryLock(&b, one, Exclusive, Transaction) {
		t.Error("the lock is not free")
	}
	table.Release(&b, Session)
	if table.TryLock(&a, one, Shared, Session) {
		t.Error("a lock of a transaction went with those of the session")
	}
	table.Release(&b, Transaction)
	if !table.TryLock(&a, one, Shared, Session) || !table.TryLock(&b, one, Shared, Session) {
		t.Error("a lock cannot be shared")
	}
	if table.TryLock(&a, one, Exclusive, Session) {
		t.Error("a shared lock became exclusive")
	}
}

// wait takes a lock in a goroutine of its own, and returns once that waits.
func wait(ctx context.Context, table *Table, o *Owner, k Key, m Mode) chan error {
	done := make(chan error, 1)
	go func() { done <- table.Lock(ctx, o, k, m, Session) }()
	synctest.Wait()
	return done
}

// waits reports whether nothing came of it.
func waits(done chan error) bool {
	synctest.Wait()
	return len(done) == 0
}

// TestQueue: who comes first is served first, also before those who could share
// the lock with its holder.
func TestQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var table Table
		var a, b, c, d Owner
		table.TryLock(&a, one, Shared, Session)
		exclusive := wait(t.Context(), &table, &b, one, Exclusive)
		third := wait(t.Context(), &table, &c, one, Shared)
		fourth := wait(t.Context(), &table, &d, one, Shared)
		if table.TryLock(&Owner{}, one, Shared, Session) {
			t.Error("somebody was faster than the queue")
		}
		if !table.TryLock(&a, one, Shared, Session) || !table.Unlock(&a, one, Shared, Session) {
			t.Error("who has the lock has to wait for it")
		}
		if !waits(exclusive) || !waits(third) {
			t.Error("the lock was taken away")
		}
		table.Unlock(&a, one, Shared, Session)
		if err := <-exclusive; err != nil || !waits(third) {
			t.Error(err)
		}
		table.Release(&b, Session)
		if err := errors.Join(<-third, <-fourth); err != nil {
			t.Error(err)
		}
	})
}

// TestCancel: who gives up does not stand in the way.
func TestCancel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var table Table
		var a, b, c Owner
		table.TryLock(&a, one, Shared, Session)
		ctx, cancel := context.WithCancelCause(t.Context())
		second := wait(ctx, &table, &b, one, Exclusive)
		third := wait(t.Context(), &table, &c, one, Shared)
		why := errors.New("enough")
		cancel(why)
		if err := <-second; err != why {
			t.Error(err)
		}
		if err := <-third; err != nil {
			t.Error(err)
		}
		table.Release(&a, Session)
		table.Release(&c, Session)
		if !table.TryLock(&a, one, Exclusive, Session) {
			t.Error("the lock is not free")
		}
	})
}

func TestDeadlock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var table Table
		var a, b, c Owner
		table.TryLock(&a, one, Exclusive, Session)
		table.TryLock(&b, two, Exclusive, Session)
		table.TryLock(&c, Key{Low: 3}, Exclusive, Session)
		first := wait(t.Context(), &table, &a, two, Shared)
		second := wait(t.Context(), &table, &b, Key{Low: 3}, Shared)
		if err := table.Lock(t.Context(), &c, one, Shared, Session); err != ErrDeadlock {
			t.Error(err)
		}
		table.Release(&c, Session)
		if err := <-second; err != nil {
			t.Error(err)
		}
		table.Release(&b, Session)
		if err := <-first; err != nil {
			t.Error(err)
		}
	})
}
