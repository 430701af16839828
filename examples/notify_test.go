package examples

import (
	"fmt"
	"strings"
	"testing"
)

func TestNotify(t *testing.T) {
	t.Parallel()
	p := start(t, "notify")
	listener, deaf, sender := p.connect(t), p.connect(t), p.connect(t)
	execute(t, listener, "LISTEN birds")
	execute(t, deaf, "LISTEN birds")
	execute(t, deaf, "UNLISTEN birds")
	execute(t, sender, "NOTIFY birds, 'it''s a wren'")
	execute(t, sender, "NOTIFY cats, 'a tom'")
	execute(t, sender, "NOTIFY birds")
	for _, want := range []string{"it's a wren", ""} {
		got, err := listener.WaitForNotification(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got.Payload != want || got.Channel != "birds" || got.PID != sender.PgConn().PID() {
			t.Errorf("%+v, want %q", got, want)
		}
	}
	mustFail(t, sender, "42601", "NOTIFY")

	// A client that has gone is nobody's any more.
	if err := listener.Close(t.Context()); err != nil {
		t.Error(err)
	}
	execute(t, deaf, "LISTEN birds")
	execute(t, sender, fmt.Sprintf("NOTIFY birds, '%s'", strings.Repeat("x", 7000)))
	if got, err := deaf.WaitForNotification(t.Context()); err != nil || len(got.Payload) != 7000 {
		t.Error(got, err)
	}
}
