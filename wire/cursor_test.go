package wire_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/wire"
)

// The cursors of the fake database:
//
//	declare c [no scroll] cursor [with hold] for ...
//	fetch n|all from c
//	move n in c

func (s *fakeStatement) declare(ctx context.Context) (wire.Result, error) {
	head, sql, _ := strings.Cut(s.sql, " for ")
	o := wire.PortalOptions{Hold: strings.HasSuffix(head, "with hold")}
	c := s.session.conn
	if c.TxStatus() == wire.Idle && !o.Hold {
		return nil, wire.Errorf("25P01", "DECLARE CURSOR can only be used in transaction blocks")
	}
	s.session.fake.statements.Add(1)
	inner := &fakeStatement{session: s.session, sql: sql}
	err := c.OpenPortal(ctx, strings.Fields(head)[1], s.sql, inner, nil, o)
	return s.done("DECLARE CURSOR"), err
}

// cursor finds the portal that a statement names at its end.
func (s *fakeStatement) cursor() (*wire.Portal, error) {
	name := s.sql[strings.LastIndexByte(s.sql, ' ')+1:]
	p, ok := s.session.conn.Store().Portal(name)
	if !ok {
		return nil, wire.Errorf("34000", "cursor \"%s\" does not exist", name)
	}
	return p, nil
}

func (s *fakeStatement) fetch(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	p, err := s.cursor()
	if err != nil {
		return nil, err
	}
	words := strings.Fields(s.sql)
	n := int64(wire.FetchAll)
	if words[1] != "all" {
		if n, err = strconv.ParseInt(words[1], 10, 64); err != nil {
			return nil, err
		}
	}
	if words[0] == "move" {
		moved, err := p.Move(ctx, n)
		return s.done(fmt.Sprint("MOVE ", moved)), err
	}
	return p.Fetch(ctx, b, n, func(rows int64) string { return fmt.Sprint("FETCH ", rows) })
}

// Hold implements wire.Holder: these rows depend on no transaction.
func (r *fakeRows) Hold(context.Context) error {
	if r.statement.sql == castError {
		return errors.New("cannot hold")
	}
	return nil
}

func TestCursors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, sql, want string }{
		{"hold", "begin; declare c cursor with hold for " + fiveRows + "; fetch 2 from c; commit; fetch 1 from c; fetch all from c; close c",
			`C["BEGIN"] C["DECLARE CURSOR"] T D D C["FETCH 2"] C["COMMIT"] T D C["FETCH 1"] T D D C["FETCH 2"] C["CLOSE CURSOR"] ZI`},
		{"hold before the first fetch", "begin; declare c cursor with hold for " + fiveRows + "; commit; fetch 1 from c",
			`C["BEGIN"] C["DECLARE CURSOR"] C["COMMIT"] T D C["FETCH 1"] ZI`},
		{"hold, rolled back", "begin; declare c cursor with hold for " + fiveRows + "; rollback; close c",
			`C["BEGIN"] C["DECLARE CURSOR"] C["ROLLBACK"] E ERROR 34000 "cursor \"c\" does not exist" ZI`},
		{"hold outside a block", "declare c cursor with hold for " + fiveRows, `C["DECLARE CURSOR"] ZI`},
		{"cannot hold", "begin; declare c cursor with hold for " + castError + "; commit",
			`C["BEGIN"] C["DECLARE CURSOR"] E ERROR XX000 "cannot hold" ZE`},
		{"not held", "begin; declare c cursor for " + fiveRows + "; fetch 1 from c; commit; fetch 1 from c",
			`C["BEGIN"] C["DECLARE CURSOR"] T D C["FETCH 1"] C["COMMIT"] E ERROR 34000 "cursor \"c\" does not exist" ZI`},
		{"no rows", "begin; declare c cursor for insert; fetch 1 from c",
			`C["BEGIN"] C["DECLARE CURSOR"] E ERROR 55000 "the statement of the portal returns no rows" ZE`},
		{"an error in a row", "begin; declare c cursor for " + thirdRow + "; fetch 2 from c; fetch 2 from c",
			`C["BEGIN"] C["DECLARE CURSOR"] T D D C["FETCH 2"] T E ERROR 22P02 "invalid input syntax for type integer: \"x\"" ZE`},
		{"across batches", "begin; declare c cursor for generate 2500; move 1998 in c; fetch 3 from c; move 1000 in c",
			`C["BEGIN"] C["DECLARE CURSOR"] C["MOVE 1998"] T D D D C["FETCH 3"] C["MOVE 499"] ZT`},
		{"prepare", "prepare s as select 1 as a; prepare s as select 1 as a",
			`C["PREPARE"] E ERROR 42P05 "prepared statement \"s\" already exists" ZI`},
		{"deallocate", "prepare s as select 1 as a; deallocate s; deallocate s",
			`C["PREPARE"] C["DEALLOCATE"] E ERROR 26000 "prepared statement \"s\" does not exist" ZI`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := connect(t, serve(t, &wire.Server{}))
			c.SendQuery(test.sql)
			c.Flush()
			wantTrace(t, c.NetConn(), test.want)
		})
	}
}

// TestFetchCanceled: the end of a FETCH is the end of its cursor.
func TestFetchCanceled(t *testing.T) {
	t.Parallel()
	f := &fake{started: make(chan struct{})}
	s := &wire.Server{Handler: f}
	c := connect(t, serve(t, s))
	start(t, f, c, "begin; declare c cursor for wait for rows; fetch all from c")
	only(t, s).Cancel(nil)
	wantTrace(t, c.NetConn(), `C["BEGIN"] C["DECLARE CURSOR"] T D D D E ERROR 57014 "canceling statement due to user request" ZE`)
	if f.results.Load() != 0 {
		t.Error("its result is open")
	}
}
