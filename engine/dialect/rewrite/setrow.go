package rewrite

import (
	"fmt"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/wire/pglex"
)

// setRow rewrites SET (a, b) = (SELECT ...). The query is written once for each
// column, of which the engine takes one.
func (r *rewriter) setRow(m *pg.MultiAssignRef) {
	r.expr(m.Source, inside)
	source := r.spanOf(m.Source)
	close := source.first - 2
	if r.gaveUp || r.text(close+1) != "=" || !r.is(close, ')') {
		r.giveUp()
		return
	}
	open := r.tokens[close].match
	targets, query := r.arguments(open), r.render(source)
	sets, names := make([]string, len(targets)), make([]string, len(targets))
	for i := range targets {
		names[i] = fmt.Sprintf("c%d", i+1)
	}
	for i, t := range targets {
		before, after, ok := r.options.Types.target(pglex.Fold(r.text(t.first))).assigned()
		if !ok {
			before, after = "", ""
		}
		sets[i] = fmt.Sprintf("%s = %s(SELECT q.%s FROM %s q(%s))%s", r.render(t), before, names[i], query, strings.Join(names, ", "), after)
	}
	r.overwrite(span{open, source.last}, strings.Join(sets, ", "))
}
