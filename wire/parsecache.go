package wire

import (
	"container/list"
	"sync"
)

// ParseCache keeps what parsing a text has made, for a [QueryParser] whose parser
// costs more than a look into a map: drivers send the same few texts all day. It
// holds results of parsing, not Statements, which belong to one session. So what
// it returns is shared, by all sessions, and must not be changed.
//
// It may be used by many goroutines at once.
type ParseCache[T any] struct {
	parse func(sql string) (T, error)
	most  int

	mu      sync.Mutex
	entries map[string]*list.Element // of parsed[T]
	used    list.List                // most recently used first
}

type parsed[T any] struct {
	sql   string
	value T
}

// maxCachedText is the longest text that is kept; a longer one is data.
const maxCachedText = 16 << 10

// NewParseCache returns a cache of what parse makes of up to most texts; the one
// that has not been used for longest makes room. Errors, and texts of more than 16
// KiB, are not kept.
func NewParseCache[T any](most int, parse func(sql string) (T, error)) *ParseCache[T] {
	return &ParseCache[T]{parse: parse, most: most, entries: map[string]*list.Element{}}
}

// Parse returns what the text was parsed to, now or before.
func (c *ParseCache[T]) Parse(sql string) (T, error) {
	c.mu.Lock()
	if e, ok := c.entries[sql]; ok {
		c.used.MoveToFront(e)
		c.mu.Unlock()
		return e.Value.(parsed[T]).value, nil
	}
	c.mu.Unlock()
	v, err := c.parse(sql)
	if err == nil && len(sql) <= maxCachedText && c.most > 0 {
		c.put(sql, v)
	}
	return v, err
}

func (c *ParseCache[T]) put(sql string, v T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.entries[sql]; ok {
		return // another goroutine was faster
	}
	if c.used.Len() >= c.most {
		oldest := c.used.Back()
		delete(c.entries, c.used.Remove(oldest).(parsed[T]).sql)
	}
	c.entries[sql] = c.used.PushFront(parsed[T]{sql, v})
}
