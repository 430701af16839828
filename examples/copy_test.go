package examples

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

type weight struct {
	Name  string
	Grams *float64
}

func TestCopy(t *testing.T) {
	t.Parallel()
	c := start(t, "copy").connect(t, "default_query_exec_mode=simple_protocol")
	pg := c.PgConn()
	count := func(want int) {
		t.Helper()
		if got := query[weight](t, c, "TABLE birds"); len(got) != want {
			t.Errorf("%d birds, want %d: %v", len(got), want, got)
		}
	}
	copyIn := func(r io.Reader, options, code string) {
		t.Helper()
		_, err := pg.CopyFrom(t.Context(), r, "COPY birds FROM STDIN"+options)
		if got := sqlState(err); got != code {
			t.Errorf("got %q (%v), want %q", got, err, code)
		}
	}

	copyIn(strings.NewReader("wren\t9.5\nrobin\t\\N\n"), "", "")
	count(2)
	var all bytes.Buffer
	if tag, err := pg.CopyTo(t.Context(), &all, "COPY birds TO STDOUT (FORMAT csv, HEADER)"); err != nil || tag.String() != "COPY 2" {
		t.Error(tag, err)
	}
	if got := all.String(); got != "name,grams\nwren,9.5\nrobin,\n" {
		t.Errorf("%q", got)
	}

	// What goes out in binary comes in again.
	all.Reset()
	if _, err := pg.CopyTo(t.Context(), &all, "COPY birds TO STDOUT (FORMAT binary)"); err != nil {
		t.Error(err)
	}
	copyIn(&all, " (FORMAT binary)", "")
	count(4)

	// Nothing remains of a COPY that fails, whosever fault it is.
	copyIn(strings.NewReader("owl\t1\nowl\theavy\n"), "", "22P02")
	copyIn(strings.NewReader("owl\t1\n\\N\t1\n"), "", "23502")
	copyIn(strings.NewReader("owl\n"), "", "22P04")
	copyIn(io.MultiReader(strings.NewReader("owl\t1\n"), broken{}), "", "57014")
	mustFail(t, c, "42601", "COPY birds FROM STDIN (FORMAT parquet)")
	count(4)
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the file is broken") }
