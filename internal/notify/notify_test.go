package notify_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/csvsql/csvsql/internal/notify"
)

type recorder struct{ got []string }

func (r *recorder) Notify(pid int32, channel, payload string) error {
	r.got = append(r.got, fmt.Sprint(pid, " ", channel, " ", payload))
	return nil
}

func TestHub(t *testing.T) {
	t.Parallel()
	var h notify.Hub
	a, b := &recorder{}, &recorder{}
	h.Listen(a, "one")
	h.Listen(a, "one")
	h.Listen(a, "two")
	h.Listen(b, "two")
	if got := h.Channels(a); !slices.Equal(got, []string{"one", "two"}) {
		t.Error(got)
	}
	h.Send(7, []notify.Notification{{Channel: "two", Payload: "x"}, {Channel: "one", Payload: "y"}, {Channel: "three"}})
	if !slices.Equal(a.got, []string{"7 two x", "7 one y"}) || !slices.Equal(b.got, []string{"7 two x"}) {
		t.Error(a.got, b.got)
	}
	h.Unlisten(a, "two")
	h.Unlisten(b, "")
	h.Unlisten(b, "never")
	h.Send(8, []notify.Notification{{Channel: "two"}, {Channel: "one"}})
	if !slices.Equal(a.got[2:], []string{"8 one "}) || len(b.got) != 1 || len(h.Channels(b)) != 0 {
		t.Error(a.got, b.got)
	}
}

// TestQueue shows that the same notification is sent once in a transaction, also
// when a savepoint took one back.
func TestQueue(t *testing.T) {
	t.Parallel()
	var q notify.Queue
	x, y := notify.Notification{Channel: "c", Payload: "x"}, notify.Notification{Channel: "c", Payload: "y"}
	q.Add(x)
	q.Add(x)
	mark := q.Len()
	q.Add(y)
	q.Truncate(mark)
	q.Add(y)
	q.Add(x)
	if got := q.Take(); !slices.Equal(got, []notify.Notification{x, y}) {
		t.Error(got)
	}
	if q.Len() != 0 || q.Take() != nil {
		t.Error("it is not empty")
	}
	q.Add(x)
	if got := q.Take(); !slices.Equal(got, []notify.Notification{x}) {
		t.Error(got)
	}
}
