package pgtest_test

import (
	"os"
	"testing"

	"github.com/csvsql/csvsql"
	"github.com/csvsql/csvsql/internal/pgtest"
	"github.com/csvsql/csvsql/internal/servetest"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/wiretest"
)

// worker lets the server run its engine in a process of its own.
var worker csvsql.Worker

func TestMain(m *testing.M) {
	worker = csvsql.Main()
	os.Exit(m.Run())
}

// TestCSVSQL plays the scripts against csvsql, all of it. The ones named here are
// answered otherwise; one that no longer is has to leave the list.
func TestCSVSQL(t *testing.T) {
	t.Parallel()
	differs := map[string]string{
		"portal_limit_error.txt": "many rows are computed at once, and with them an error in a later one",
	}
	addr := servetest.Serve(t, csvsql.Options{
		Worker:    worker,
		Isolation: csvsql.Isolation(os.Getenv("CSVSQL_ISOLATION")), // both have to answer alike
	})
	play := func(t *testing.T, want *wiretest.Script) {
		got, err := want.Run(connect(t, addr))
		if err != nil {
			t.Fatal(err)
		}
		diff := wiretest.Diff(want, got, wiretest.Portable)
		why, known := differs[want.Name]
		switch {
		case known && diff == "":
			t.Errorf("it is answered as PostgreSQL does, and not otherwise: %s", why)
		case known:
			t.Log("differs:", why)
		case diff != "":
			t.Error(diff)
		}
	}
	wiretest.Each(t, pgtest.Scripts(), play)
	wiretest.Each(t, pgtest.SessionScripts(), play)
}

func connect(t *testing.T, addr string) *client.Conn {
	c, err := client.Dial(t.Context(), addr, client.Config{User: "toy"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}
