package server

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/csvsql/csvsql/internal/advisory"
	"github.com/csvsql/csvsql/internal/settings"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// heldLock is an advisory lock that the transaction has taken.
type heldLock struct {
	key  advisory.Key
	mode advisory.Mode
}

// advisoryFunctions are the functions of that name
// (PostgreSQL documentation, 9.27.10 Advisory Lock Functions).
func (s *session) advisoryFunctions(name string) []function {
	mode, scope := advisory.Exclusive, advisory.Session
	verb, ok := strings.CutSuffix(name, "_shared")
	if ok {
		mode = advisory.Shared
	}
	switch verb {
	case "pg_advisory_lock":
		return byKey(oid.Void, s.lock(mode, scope))
	case "pg_advisory_xact_lock":
		return byKey(oid.Void, s.lock(mode, advisory.Transaction))
	case "pg_try_advisory_lock":
		return byKey(oid.Bool, s.tryLock(mode, scope))
	case "pg_try_advisory_xact_lock":
		return byKey(oid.Bool, s.tryLock(mode, advisory.Transaction))
	case "pg_advisory_unlock":
		return byKey(oid.Bool, s.unlock(mode))
	case "pg_advisory_unlock_all":
		return []function{{result: oid.Void, call: s.unlockAll}}
	}
	return nil
}

// byKey are the functions of one number of 64 bits and of two of 32. Of NULL they
// are NULL.
func byKey(result oid.OID, f func(ctx context.Context, k advisory.Key) ([][]byte, error)) []function {
	call := func(ctx context.Context, args [][]byte) ([][]byte, error) {
		k := advisory.Key{Two: len(args) == 2}
		for _, a := range args {
			if a == nil {
				return [][]byte{nil}, nil
			}
			n, err := strconv.ParseInt(string(a), 10, 64)
			if err != nil {
				return nil, err
			}
			k.High, k.Low = k.Low, n
		}
		return f(ctx, k)
	}
	return []function{
		{args: "BIGINT", result: result, call: call},
		{args: "INTEGER,INTEGER", result: result, call: call},
	}
}

func (s *session) lock(m advisory.Mode, scope advisory.Scope) func(context.Context, advisory.Key) ([][]byte, error) {
	return func(ctx context.Context, k advisory.Key) ([][]byte, error) {
		ctx, cancel := s.lockTimeout(ctx)
		defer cancel()
		err := s.database.locks.Lock(ctx, &s.locks, k, m, scope)
		if err == advisory.ErrDeadlock {
			return nil, wire.Errorf("40P01", "deadlock detected")
		}
		if err != nil {
			return nil, err
		}
		s.took(k, m, scope)
		return void(), nil
	}
}

// lockTimeout is ctx with the limit that the setting lock_timeout gives a wait.
func (s *session) lockTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	value, _ := s.settings.Get("lock_timeout")
	limit := settings.Duration(value)
	if limit <= 0 {
		return ctx, func() {}
	}
	return context.WithDeadlineCause(ctx, time.Now().Add(limit),
		wire.Errorf("55P03", "canceling statement due to lock timeout"))
}

func (s *session) tryLock(m advisory.Mode, scope advisory.Scope) func(context.Context, advisory.Key) ([][]byte, error) {
	return func(_ context.Context, k advisory.Key) ([][]byte, error) {
		ok := s.database.locks.TryLock(&s.locks, k, m, scope)
		if ok {
			s.took(k, m, scope)
		}
		return boolean(ok), nil
	}
}

// took remembers the order of the transaction's locks, for ROLLBACK TO.
func (s *session) took(k advisory.Key, m advisory.Mode, scope advisory.Scope) {
	if scope == advisory.Transaction {
		s.taken = append(s.taken, heldLock{k, m})
	}
}

// unlockTo gives back the locks that the transaction took after the first n.
func (s *session) unlockTo(n int) {
	for _, l := range s.taken[n:] {
		s.database.locks.Unlock(&s.locks, l.key, l.mode, advisory.Transaction)
	}
	s.taken = s.taken[:n]
}

func (s *session) unlock(m advisory.Mode) func(context.Context, advisory.Key) ([][]byte, error) {
	return func(_ context.Context, k advisory.Key) ([][]byte, error) {
		ok := s.database.locks.Unlock(&s.locks, k, m, advisory.Session)
		if !ok {
			name := "ExclusiveLock"
			if m == advisory.Shared {
				name = "ShareLock"
			}
			s.warn("01000", "you don't own a lock of type "+name)
		}
		return boolean(ok), nil
	}
}

func (s *session) unlockAll(context.Context, [][]byte) ([][]byte, error) {
	s.database.locks.Release(&s.locks, advisory.Session)
	return void(), nil
}
