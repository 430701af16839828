//go:build linux

package worker

import (
	"context"
	"errors"
	"testing"

	"github.com/csvsql/csvsql/engine"
)

// TestHostileOpening: a worker that answers the opening of a session with what is no
// answer is killed, and the client is told something that he can be told.
func TestHostileOpening(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]func(e *encoder){
		"of another kind": func(e *encoder) { e.start(executed, 0, 0) },
		"too long":        func(e *encoder) { e.start(done, 0, 0); e.u32(1) },
		"no error":        func(e *encoder) { e.start(failed, 0, 0); e.bytes([]byte("{")) },
	} {
		t.Run(name, func(t *testing.T) {
			a, b, err := socketPair()
			if err != nil {
				t.Fatal(err)
			}
			ours, err := newChannel(a, maxFromWorker, false)
			if err != nil {
				t.Fatal(err)
			}
			theirs, err := newChannel(b, maxFromParent, true)
			if err != nil {
				t.Fatal(err)
			}
			defer ours.close()
			e, p := fakeEngine(ours, theirs.close)
			go func() {
				m, err := theirs.receive()
				if err != nil || m.kind != openSession {
					t.Errorf("kind %d, %v", m.kind, err)
					return
				}
				c, err := newChannel(m.fd, maxFromParent, true)
				if err != nil {
					t.Error(err)
					return
				}
				defer c.close()
				var answer encoder
				body(&answer)
				c.send(answer.finish(), -1)
				<-p.gone
			}()
			_, err = newSession(context.Background(), e, engine.SessionOptions{})
			var known *engine.Error
			if !errors.As(err, &known) || errors.Is(err, errMalformed) {
				t.Errorf("the client is told %v", err)
			}
			if p.killed() == "" {
				t.Error("it lives")
			}
			p.kill("it is over")
		})
	}
}
