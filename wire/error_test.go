package wire_test

import (
	"context"
	"testing"

	"github.com/csvsql/csvsql/wire"
)

// TestErrorFields: every field of an error and of a notice arrives, the cause does
// not, and V is what S is.
func TestErrorFields(t *testing.T) {
	t.Parallel()
	sent := wire.Error{
		Severity: "ERROR", Code: "23505", Message: "m", Detail: "d", Hint: "h", Position: 1,
		InternalPosition: 2, InternalQuery: "q", Where: "w",
		Schema: "s", Table: "t", Column: "c", Type: "y", Constraint: "n", File: "f", Line: 3, Routine: "r",
		Err: context.Canceled,
	}
	c := connect(t, serve(t, &wire.Server{Handler: wire.ParseFunc(func(_ context.Context, c *wire.Conn, _ wire.Query) ([]wire.Statement, error) {
		notice := sent
		notice.Severity = "WARNING"
		c.Notice(&notice)
		return nil, &sent
	})}))
	const fields = "C23505\x00Mm\x00Dd\x00Hh\x00P1\x00p2\x00qq\x00Ww\x00ss\x00tt\x00cc\x00dy\x00nn\x00Ff\x00L3\x00Rr\x00\x00"
	c.SendQuery("x")
	for _, want := range []struct {
		letter   byte
		severity string
	}{{'N', "WARNING"}, {'E', "ERROR"}} {
		m, err := c.Receive()
		if err != nil {
			t.Fatal(err)
		}
		if body := "S" + want.severity + "\x00V" + want.severity + "\x00" + fields; m.Type != want.letter || string(m.Body) != body {
			t.Errorf("%c %q, want %q", m.Type, m.Body, body)
		}
		e, err := m.Error()
		if err != nil {
			t.Fatal(err)
		}
		again := sent
		again.Severity, again.Err = want.severity, nil
		if *e != again {
			t.Errorf("got %+v, want %+v", *e, again)
		}
	}
}
