package wire

import (
	"context"
	"errors"
	"testing"
)

// TestTaskContext: it is a context like those of package context, whenever somebody
// begins to look at it.
func TestTaskContext(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	ends := map[string]struct {
		end   func(*Conn, *taskContext)
		cause error
	}{
		"cause":      {func(_ *Conn, ctx *taskContext) { ctx.end(cause) }, cause},
		"no cause":   {func(_ *Conn, ctx *taskContext) { ctx.end(nil) }, context.Canceled},
		"twice":      {func(_ *Conn, ctx *taskContext) { ctx.end(cause); ctx.end(nil) }, cause},
		"connection": {func(c *Conn, _ *taskContext) { c.end(cause) }, cause},
	}
	looks := map[string]func(context.Context) <-chan struct{}{
		"done": context.Context.Done,
		"child": func(ctx context.Context) <-chan struct{} {
			child, cancel := context.WithCancel(ctx)
			t.Cleanup(cancel)
			return child.Done()
		},
		"function": func(ctx context.Context) <-chan struct{} {
			called := make(chan struct{})
			context.AfterFunc(ctx, func() { close(called) })
			return called
		},
	}
	for name, end := range ends {
		for how, look := range looks {
			for _, first := range []string{"looked at", "ended"} {
				t.Run(name+", "+how+", "+first+" first", func(t *testing.T) {
					c := &Conn{}
					c.ctx, c.end = context.WithCancelCause(context.Background())
					ctx := c.newTask()
					if ctx.Err() != nil {
						t.Fatalf("a new context has the error %v", ctx.Err())
					}
					var done <-chan struct{}
					if first == "looked at" {
						done = look(ctx)
						select {
						case <-done:
							t.Fatal("a new context is done")
						default:
						}
					}
					end.end(c, ctx)
					if first == "ended" {
						done = look(ctx)
					}
					<-done
					if ctx.Err() != context.Canceled || context.Cause(ctx) != end.cause {
						t.Errorf("error %v, cause %v, want cause %v", ctx.Err(), context.Cause(ctx), end.cause)
					}
				})
			}
		}
	}
}
