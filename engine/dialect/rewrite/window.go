package rewrite

import (
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/wire/pglex"
)

// The bits of a window's frame (PostgreSQL's parsenodes.h).
const (
	frameNonDefault   = 1 << 0
	frameFromStart    = 1 << 5
	frameToEnd        = 1 << 8
	frameExcludesRows = 0x8000 | 0x10000 | 0x20000
)

// allRows is the frame of all rows of a partition. The engine computes UNBOUNDED
// PRECEDING AND UNBOUNDED FOLLOWING once for a partition, and ends if the aggregate is
// one of those that it does not bring along.
const allRows = "ROWS BETWEEN 9223372036854775806 PRECEDING AND UNBOUNDED FOLLOWING"

// window rewrites what a window is made of.
func (r *rewriter) window(w *pg.WindowDef) {
	if w == nil {
		return
	}
	r.exprs(w.PartitionClause, inside)
	r.exprs(w.OrderClause, inside)
	r.keys(w.PartitionClause)
	r.keys(w.OrderClause)
	r.frameEnd(w.StartOffset)
	r.frameEnd(w.EndOffset)
}

// frameEnd rewrites how far a frame goes. The engine takes no string there.
func (r *rewriter) frameEnd(n *pg.Node) {
	r.expr(n, inside)
	if t, ok := r.options.Types.constant(n.GetAConst()); ok {
		r.insertAfter(r.lastOf(n), "::"+t.Name)
	}
}

// namedWindow rewrites a window of the WINDOW clause. All functions may be called
// with it.
func (r *rewriter) namedWindow(w *pg.WindowDef) {
	r.window(w)
	if !isWholeFrame(w.FrameOptions) {
		return
	}
	for i := range r.tokens {
		if r.isWord(i, "as") && r.is(i+1, '(') && r.isName(i-1) && pglex.Fold(r.text(i-1)) == w.Name {
			r.wholeFrame(r.tokens[i+1].match)
		}
	}
}

// isWholeFrame reports whether a frame says that it is all rows of its partition.
func isWholeFrame(options int32) bool {
	const both = frameFromStart | frameToEnd
	return options&frameNonDefault != 0 && options&both == both && options&frameExcludesRows == 0
}

// ownAggregate prepares the window of a call that becomes one of an aggregate that the
// engine does not bring along.
func (r *rewriter) ownAggregate(n *pg.Node, f *pg.FuncCall) {
	w := f.Over
	if w == nil {
		return
	}
	last := r.lastOf(n)
	named := r.windows[w.Name+w.Refname] // one of them is ""
	switch sorted := len(w.OrderClause)+len(named.GetOrderClause()) > 0; {
	case w.Name == "" && isWholeFrame(w.FrameOptions):
		r.wholeFrame(last)
	case sorted, (w.FrameOptions|named.GetFrameOptions())&frameNonDefault != 0:
		// from the first row to the current one, or what the frame says
	case w.Name != "":
		r.wrap(span{last, last}, "(", " "+allRows+")")
	default:
		r.wrap(span{last, last}, " "+allRows, "")
	}
}

// wholeFrame writes the frame UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING in the
// brackets that end at token i as one that means the same.
func (r *rewriter) wholeFrame(i int) {
	for k := r.tokens[i].match + 1; k < i; k++ {
		switch {
		case r.tokens[k].match > k:
			k = r.tokens[k].match
		case r.isWord(k, "rows", "range", "groups") && r.isWord(k+1, "between"):
			r.replace(span{k, i - 1}, allRows)
			return
		}
	}
}
