package server

import (
	"context"
	"fmt"
	"testing"

	"github.com/csvsql/csvsql/engine"
)

// counted counts the statements that are open.
type counted struct {
	engine.Statement
	open *int
}

func (c counted) Close(context.Context) error {
	*c.open--
	return nil
}

func TestKeptStatements(t *testing.T) {
	open := 0
	var k keptStatements
	use := func(sql string, version uint64) (again bool) {
		d, ok := k.take(textKey{sql: sql}, version)
		if !ok {
			open++
			d = described{stmt: counted{open: &open}}
		}
		if err := k.put(textKey{sql: sql}, version, d); err != nil {
			t.Fatal(err)
		}
		return ok
	}
	for i := range 1000 {
		if use(fmt.Sprint(i), 1) {
			t.Errorf("statement %d was there", i)
		}
	}
	if open != 0 {
		t.Errorf("%d statements are kept that came once", open)
	}
	for range 2 {
		for i := range 50 {
			use(fmt.Sprint(i), 1)
		}
	}
	if open != maxKept {
		t.Errorf("%d statements are kept", open)
	}
	if !use("49", 1) || use("1", 1) {
		t.Error("it is not the last ones that are kept")
	}
	if use("49", 2) || open != 1 {
		t.Errorf("of another version %d statements are kept", open-1)
	}
	k.forget()
	if open != 0 {
		t.Errorf("%d statements are open", open)
	}
}
