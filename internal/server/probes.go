package server

import (
	"errors"
	"log/slog"
	"regexp"
	"sync"

	"github.com/csvsql/csvsql/engine"
)

// probes counts what clients ask of the catalog that is not there: functions and
// relations of PostgreSQL's. The client gets an error; the log says once what it
// was, and again each time that it was asked ten times as often.
type probes struct {
	mu    sync.Mutex
	count map[string]int
}

// maxProbes bounds what is kept: names come from clients.
const maxProbes = 1000

// missing counts the function or relation that an error says does not exist, if it
// is one of the catalog's.
func (p *probes) missing(log *slog.Logger, err error, sql string) {
	var e *engine.Error
	if log == nil || !errors.As(err, &e) || e.Code != "42883" && e.Code != "42P01" {
		return
	}
	name := catalogName().FindString(e.Message)
	if name == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.count == nil {
		p.count = map[string]int{}
	}
	if _, known := p.count[name]; !known && len(p.count) == maxProbes {
		return
	}
	p.count[name]++
	if n := p.count[name]; powerOfTen(n) {
		const shown = 200
		log.Warn("unhandled probe", "name", name, "times", n, "sqlstate", e.Code, "sql", sql[:min(len(sql), shown)])
	}
}

// catalogName matches a name of the catalog in the message of an error.
var catalogName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(pg_\w+|information_schema\.\w+|has_\w+_privilege|to_reg\w+)\b`)
})

func powerOfTen(n int) bool {
	for n >= 10 && n%10 == 0 {
		n /= 10
	}
	return n == 1
}
