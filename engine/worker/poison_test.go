//go:build linux

package worker_test

import (
	"context"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/engine"
)

// poison is a statement after which no other works, as there have been some in
// DuckDB.
const poison = "POISON"

// poisonable is an engine that knows it.
type poisonable struct {
	engine.Engine
	poisoned atomic.Bool
}

func (e *poisonable) Open(ctx context.Context, o engine.SessionOptions) (engine.Session, error) {
	s, err := e.Engine.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	return &poisonableSession{s, s.(engine.Transactor), s.(engine.Inserter), e}, nil
}

type poisonableSession struct {
	engine.Session
	engine.Transactor
	engine.Inserter
	engine *poisonable
}

func (s *poisonableSession) Prepare(ctx context.Context, sql string, params []arrow.DataType) (engine.Statement, error) {
	if sql == poison {
		s.engine.poisoned.Store(true)
	}
	if s.engine.poisoned.Load() {
		return nil, engine.Errorf("58030", "could not write the log")
	}
	if sql == late {
		return lateStatement{}, nil
	}
	return s.Session.Prepare(ctx, sql, params)
}
