package server

import (
	"context"
	"testing"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/internal/settings"
)

// ender is a session of an engine that says how its transactions ended.
type ender struct {
	engine.Session
	ends []error
}

func (e *ender) Begin(context.Context, engine.TxOptions) error { return nil }
func (e *ender) Commit(ctx context.Context) error              { return e.Rollback(ctx) }
func (e *ender) Rollback(ctx context.Context) error {
	e.ends = append(e.ends, ctx.Err())
	return ctx.Err()
}

// TestEndNotCanceled: a transaction whose end has begun ends, whatever becomes of the
// client.
func TestEndNotCanceled(t *testing.T) {
	t.Parallel()
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	var e ender
	for _, commit := range []bool{true, false} {
		s := &session{engine: &e, implicit: true, settings: settings.New(func(string, string) error { return nil })}
		if err := s.end(canceled, commit); err != nil {
			t.Error(err)
		}
	}
	if len(e.ends) != 2 {
		t.Error(e.ends)
	}
}
