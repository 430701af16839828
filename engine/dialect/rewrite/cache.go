package rewrite

import "sync"

// Cache keeps the translations of statements that were seen lately. It is safe
// for concurrent use; the zero Cache is empty.
type Cache struct {
	mu       sync.Mutex
	new, old map[key]*Translation
	bytes    int // of the texts in new
}

type key struct {
	sql     string
	options Options
}

// A generation of the cache ends with this many bytes of text. A statement that
// is longer than maxCached is not kept.
const (
	generation = 4 << 20
	maxCached  = 64 << 10
)

// Translate is [Translate], which is asked only for a statement that is not in
// the cache.
//
// There are two generations. What is found in the old one moves to the new one;
// when that is full the old one, with all that was not asked for since, goes.
func (c *Cache) Translate(sql string, o Options) *Translation {
	k := key{sql, o}
	c.mu.Lock()
	t, ok := c.new[k]
	if !ok {
		if t, ok = c.old[k]; ok {
			c.put(k, t)
		}
	}
	c.mu.Unlock()
	if ok {
		return t
	}
	t = Translate(sql, o)
	if len(sql) <= maxCached {
		c.mu.Lock()
		c.put(k, t)
		c.mu.Unlock()
	}
	return t
}

// put adds a translation to the new generation. mu is held.
func (c *Cache) put(k key, t *Translation) {
	if c.new == nil || c.bytes > generation {
		c.old, c.new, c.bytes = c.new, map[key]*Translation{}, 0
	}
	c.new[k] = t
	c.bytes += len(k.sql) + len(t.SQL)
}
