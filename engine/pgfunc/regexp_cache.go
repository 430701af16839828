package pgfunc

import (
	"sync"

	"github.com/csvsql/csvsql/engine/pgfunc/regex"
)

// compiledRegexes are the expressions that were used last. Mostly there is one in
// a statement, which is called for every row.
var compiledRegexes struct {
	sync.Mutex
	byPattern map[regexKey]*regex.Regex
}

type regexKey struct {
	pattern string
	flags   regex.Flags
}

const (
	maxCompiled      = 64
	maxCompiledBytes = 4096 // of an expression that is kept
)

func compiled(s string, f regex.Flags) (*regex.Regex, error) {
	c := &compiledRegexes
	key := regexKey{s, f}
	c.Lock()
	r := c.byPattern[key]
	c.Unlock()
	if r != nil {
		return r, nil
	}
	r, err := regex.Compile(s, f)
	if err != nil || len(s) > maxCompiledBytes {
		return r, err
	}
	c.Lock()
	defer c.Unlock()
	if len(c.byPattern) >= maxCompiled || c.byPattern == nil {
		c.byPattern = map[regexKey]*regex.Regex{}
	}
	c.byPattern[key] = r
	return r, nil
}
