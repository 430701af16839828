package examples

import (
	"bufio"
	"context"
	"slices"
	"strings"
	"testing"
)

// TestProxy has a proxy in front of another example.
func TestProxy(t *testing.T) {
	t.Parallel()
	behind := start(t, "cancel")
	p := start(t, "proxy", "-to", behind.addr)
	c := p.connect(t)

	list := query[activity](t, c, "LIST")
	if len(list) != 1 || list[0].User != "ada" || uint32(list[0].PID) != c.PgConn().PID() {
		t.Errorf("%+v, and the client is %d", list, c.PgConn().PID())
	}
	mustFail(t, c, "42601", "nonsense")

	result := fails(t, c, "SLEEP 600000")
	waitRunning(t, behind.connect(t), c.PgConn().PID())
	if err := c.PgConn().CancelRequest(context.Background()); err != nil {
		t.Error(err)
	}
	if err := <-result; sqlState(err) != "57014" {
		t.Error(err)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}

	var names []string
	for in := bufio.NewScanner(p.out); in.Scan(); {
		fields := strings.Split(in.Text(), "\t")
		if len(fields) < 4 {
			t.Fatalf("%q", in.Text())
		}
		names = append(names, fields[1]+" "+fields[3])
		if fields[3] == "Terminate" {
			break
		}
	}
	for _, want := range []string{"B BackendKeyData", "F Parse", "F Execute", "B DataRow", "B ErrorResponse", "F Terminate"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is missing in %q", want, names)
		}
	}

	// The proxy hangs up when its client does.
	other := behind.connect(t)
	for t.Context().Err() == nil && slices.ContainsFunc(query[activity](t, other, "LIST"), func(a activity) bool { return a.PID == list[0].PID }) {
	}
}

// TestProxyNoServer: what the login fails for is told.
func TestProxyNoServer(t *testing.T) {
	t.Parallel()
	p := start(t, "proxy", "-to", start(t, "secure").addr)
	refused(t, p.config(t), "28000")
}
