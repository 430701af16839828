package datasets

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/csvsql/csvsql/engine"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	dir := tree(t, "flights.csv")
	m := manager(t, dir)
	s := &fakeSession{}
	r := Request{Files: []string{"flights.csv"}}
	report, err := m.Load(t.Context(), s, r)
	if err != nil {
		t.Fatal(err)
	}
	if report.Table.Name != "flights" || report.Bytes != 4 || report.Reused || len(report.Files) != 1 || report.Files[0] != filepath.Join(dir, "flights.csv") {
		t.Errorf("report %+v", report)
	}
	_, err = m.Load(t.Context(), s, r)
	if e := wantCode(t, err, "42P07"); e.Hint == "" {
		t.Error("a name that is taken has no hint")
	}
	r.Replace = true
	if report, err = m.Load(t.Context(), s, r); err != nil || report.Reused || len(s.loads) != 2 {
		t.Errorf("%+v, %v after %d loads", report, err, len(s.loads))
	}
	_, err = m.Load(t.Context(), s, Request{Files: []string{"missing.csv"}})
	wantCode(t, err, "58P01")
	_, err = m.LoadIfChanged(t.Context(), s, Request{Files: []string{"missing.csv"}})
	wantCode(t, err, "58P01")
}

func TestLoadIfChanged(t *testing.T) {
	t.Parallel()
	dir := tree(t, "flights.csv")
	m := manager(t, dir)
	s := &fakeSession{}
	load := func(r Request, reused bool, loads int) {
		t.Helper()
		report, err := m.LoadIfChanged(t.Context(), s, r)
		if err != nil {
			t.Fatal(err)
		}
		if report.Reused != reused || len(s.loads) != loads || report.Table.Name != "flights" || report.Bytes == 0 || len(report.Files) != 1 {
			t.Errorf("%+v after %d loads, want reused %t, %d loads", report, len(s.loads), reused, loads)
		}
	}
	r := Request{Files: []string{"flights.csv"}}
	load(r, false, 1)
	load(r, true, 1)
	if err := os.Chtimes(filepath.Join(dir, "flights.csv"), time.Time{}, time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	load(r, false, 2)
	load(r, true, 2)
	r.Options = []Option{{"header", "off"}}
	load(r, false, 3)

	// The same file in another schema says nothing about this one.
	other := s.tables["flights"]
	other.Schema = "archive"
	s.tables = map[string]engine.Table{"archive.flights": other}
	load(r, false, 4)

	// The user's own table is never replaced.
	s.tables["flights"] = engine.Table{TableName: engine.TableName{Name: "flights"}, Comment: "mine [csvsql:"}
	_, err := m.LoadIfChanged(t.Context(), s, r)
	wantCode(t, err, "42P07")
	if len(s.loads) != 4 {
		t.Errorf("%d loads", len(s.loads))
	}
}

func TestLoadPassesErrors(t *testing.T) {
	t.Parallel()
	m := manager(t, tree(t, "a.csv"))
	boom := errors.New("boom")
	_, err := m.Load(t.Context(), &fakeSession{fail: boom}, Request{Files: []string{"a.csv"}})
	if !errors.Is(err, boom) {
		t.Errorf("error %v", err)
	}
}

func TestPending(t *testing.T) {
	t.Parallel()
	m := manager(t, tree(t, "flights.csv"))
	if err := m.Wait(t.Context(), []string{"flights"}); err != nil {
		t.Fatal(err)
	}
	m.Announce("Flights", "airports", "flights")

	over := make(chan error)
	go func() { over <- m.Wait(t.Context(), []string{"select", "FLIGHTS", "airports"}) }()
	if err := m.Wait(t.Context(), []string{"select", "penguins"}); err != nil {
		t.Errorf("a statement on another table: %v", err)
	}
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stop)
	if err := m.Wait(ctx, []string{"airports"}); !errors.Is(err, stop) {
		t.Errorf("a canceled wait: %v", err)
	}

	bad := errors.New("line 3: a quote is missing")
	m.Done("FLIGHTS", bad)
	select {
	case err := <-over:
		t.Errorf("Wait did not wait for the second table: %v", err)
	default:
	}
	m.Done("airports", nil)
	if err := <-over; err != nil {
		t.Errorf("Wait after the loads: %v", err)
	}
	if err := m.Failure("flightS"); err != bad {
		t.Errorf("Failure: %v", err)
	}
	if err := m.Failure("airports"); err != nil {
		t.Errorf("Failure of a good load: %v", err)
	}

	// A table that is loaded after all has no failure any more.
	if _, err := m.Load(t.Context(), &fakeSession{}, Request{Files: []string{"flights.csv"}}); err != nil {
		t.Fatal(err)
	}
	if err := m.Failure("flights"); err != nil {
		t.Errorf("Failure of a table that is there: %v", err)
	}
	m.Done("never announced", bad)
	if err := m.Failure("never announced"); err != bad {
		t.Errorf("Failure: %v", err)
	}
}
