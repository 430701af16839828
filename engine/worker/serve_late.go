//go:build linux

package worker

import (
	"sync"
	"time"
)

// latecomers send the answers whose rows take long to come, as they are. There is
// one timer for all of them, which is set only while there are any: to set one for
// each answer would wake a thread each time, which costs more than most statements.
type latecomers struct {
	mu    sync.Mutex
	added []*inlineAnswer // since the last tick
	timer *time.Timer
	set   bool

	waiting []*inlineAnswer // since the tick before; the tick's own
}

// add has a sent by the second tick from now, if it waits then.
func (l *latecomers) add(a *inlineAnswer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.added = append(l.added, a)
	if l.set {
		return
	}
	l.set = true
	if l.timer == nil {
		l.timer = time.AfterFunc(patience, l.tick)
	} else {
		l.timer.Reset(patience)
	}
}

func (l *latecomers) tick() {
	for _, a := range l.waiting {
		a.sendLate()
	}
	clear(l.waiting)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting, l.added = l.added, l.waiting[:0]
	if l.set = len(l.waiting) > 0; l.set {
		l.timer.Reset(patience)
	}
}
