package main

import (
	"context"
	"fmt"
	"net"
	"slices"
	"testing"

	"github.com/csvsql/csvsql/wire/client"
)

// TestServersAnswerAlike: only servers that say the same can be compared.
func TestServersAnswerAlike(t *testing.T) {
	t.Parallel()
	var want []string
	for _, s := range servers() {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		go s.serve(l)
		got := answers(t, l.Addr().String())
		switch {
		case len(got) != 1+rowCount:
			t.Errorf("%s: %d rows", s.name, len(got))
		case want == nil:
			want = got
		case !slices.Equal(got, want):
			at := slices.IndexFunc(got, func(row string) bool { return !slices.Contains(want, row) })
			t.Errorf("%s: row %d is %s", s.name, at, got[at])
		}
	}
}

// answers are the rows of SELECT 1 and ROWS, as text.
func answers(t *testing.T, addr string) (all []string) {
	c, err := client.Dial(t.Context(), addr, client.Config{User: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, sql := range []string{one, rows} {
		r := c.Query(context.Background(), sql)
		for r.NextResult() {
			for r.NextRow() {
				fields, err := r.Row().AppendFields(nil)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, fmt.Sprintf("%q", fields))
			}
		}
		if err := r.Close(); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	if n, err := askMallocs(c); err != nil || n == 0 {
		t.Error(n, err)
	}
	return all
}
