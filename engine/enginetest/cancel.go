package enginetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/csvsql/csvsql/engine"
)

// errWhy is the cause of the cancellations here.
type errWhy struct{}

func (errWhy) Error() string { return "the test wants it" }

// expectCanceled fails unless err is an *engine.Error of code 57014 that wraps
// errWhy.
func expectCanceled(t *testing.T, err error) {
	t.Helper()
	expectCode(t, err, "57014")
	if !errors.Is(err, errWhy{}) {
		t.Fatalf("%v does not wrap the cause", err)
	}
}

func testCancelBefore(t *testing.T, f *fixture) {
	s := f.session(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	st, err := s.Prepare(ctx, "SELECT 1", nil)
	if err != nil {
		t.Fatal(err)
	}
	cancel(errWhy{})
	_, err = st.Execute(ctx, nil)
	expectCanceled(t, err)
	_, err = s.Prepare(ctx, "SELECT 1", nil)
	expectCanceled(t, err)
	for _, err := range s.Tables(ctx, engine.TableFilter{}) {
		expectCanceled(t, err)
	}
	expect(t, s, "SELECT 1", "1")
}

func testCancelBetween(t *testing.T, f *fixture) {
	s := f.session(t)
	f.numbers(t, s)
	for _, spooled := range []bool{false, true} {
		ctx, cancel := context.WithCancelCause(t.Context())
		r := start(t, ctx, s, "SELECT n FROM numbers")
		step(t, r)
		if spooled {
			expect(t, s, "SELECT 1", "1")
		}
		cancel(errWhy{})
		for range 2 { // it stays ended
			if r.Next() {
				t.Fatal("a canceled result has more batches")
			}
			expectCanceled(t, r.Err())
		}
		expect(t, s, "SELECT 1", "1")
		r.Release()
	}
}

// endless is a query without a row for longer than any test waits.
const endless = "SELECT count(*) FROM numbers a, numbers b, numbers c, numbers d WHERE a.n + b.n + c.n + d.n < 0"

func testCancelRunning(t *testing.T, f *fixture) {
	s := f.session(t)
	f.numbers(t, s)
	for _, wait := range []time.Duration{0, time.Millisecond, 50 * time.Millisecond} {
		ctx, cancel := context.WithCancelCause(t.Context())
		timer := time.AfterFunc(wait, func() { cancel(errWhy{}) })
		expectCanceled(t, try(ctx, s, endless))
		timer.Stop()
		expect(t, s, "SELECT 1", "1")
	}
	if tx, ok := s.(engine.Transactor); ok {
		if err := tx.Begin(t.Context(), engine.TxOptions{}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		timer := time.AfterFunc(10*time.Millisecond, func() { cancel(errWhy{}) })
		defer timer.Stop()
		expectCanceled(t, try(ctx, s, endless))
		if err := tx.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
		expect(t, s, "SELECT 1", "1")
	}
}

// testCancelNext: a cancellation that comes while a statement ends may hit it or
// not, but never the one after it.
func testCancelNext(t *testing.T, f *fixture) {
	s := f.session(t)
	f.load(t, s, "t", "i\n1\n2\n3\n")
	for i := range 300 {
		ctx, cancel := context.WithCancelCause(t.Context())
		timer := time.AfterFunc(time.Duration(i)*time.Microsecond, func() { cancel(errWhy{}) })
		if err := try(ctx, s, "SELECT sum(a.i) FROM t a, t b"); err != nil {
			expectCanceled(t, err)
		}
		expect(t, s, "SELECT count(*) FROM t", "3")
		timer.Stop()
		cancel(nil)
	}
}

func testCloseSession(t *testing.T, f *fixture) {
	s := f.session(t)
	f.numbers(t, s)
	live := start(t, t.Context(), s, "SELECT n FROM numbers")
	defer live.Release()
	step(t, live)
	spooled := live
	live = start(t, t.Context(), s, "SELECT n FROM numbers")
	defer live.Release()
	step(t, live)
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, r := range []engine.Result{spooled, live} {
		if r.Next() || r.Err() == nil {
			t.Error("a result of a closed session does not end with an error")
		}
	}
	if _, err := s.Prepare(t.Context(), "SELECT 1", nil); err == nil {
		t.Error("a closed session prepares")
	}
	if err := s.Close(t.Context()); err != nil {
		t.Error("closed twice:", err)
	}
	other := f.session(t)
	expect(t, other, "SELECT count(*) FROM numbers", "100000")
}

// testCloseEngine: Close ends sessions that are idle, between two batches and
// busy, and returns.
func testCloseEngine(t *testing.T, f *fixture) {
	s := f.session(t)
	f.numbers(t, s)
	r := start(t, t.Context(), s, "SELECT n FROM numbers")
	defer r.Release()
	step(t, r)
	busy := f.session(t)
	ended := make(chan error)
	go func() { ended <- try(context.Background(), busy, endless) }()
	if err := f.engine.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	var e *engine.Error
	if err := <-ended; !errors.As(err, &e) || e.Code != "57P01" {
		t.Errorf("the busy session ended with %v", err)
	}
	if r.Next() {
		t.Error("a result of a closed engine has more batches")
	}
	expectCode(t, r.Err(), "57P01")
	_, err := s.Prepare(t.Context(), "SELECT 1", nil)
	expectCode(t, err, "57P01")
	_, err = f.engine.Open(t.Context(), engine.SessionOptions{})
	expectCode(t, err, "57P01")
	if err := f.engine.Close(t.Context()); err != nil {
		t.Error("closed twice:", err)
	}
}
