package rewrite

import (
	"slices"
	"strings"
)

// edit replaces a span of the user's text, which may be empty.
type edit struct {
	start, end int // in bytes
	text       string
	kind       editKind
	order      int // in which edits of a kind at one place follow each other
}

// editKind orders the edits at one place: what ends before it, what begins
// there, and what is replaced.
type editKind uint8

const (
	closing editKind = iota
	opening
	replacing
)

// span is a part of a statement, from the first token to the last.
type span struct{ first, last int }

func (r *rewriter) start(s span) int { return r.tokens[s.first].Start }
func (r *rewriter) end(s span) int   { return r.tokens[s.last].End }

// wrap writes text around a span. Of two wraps of the same span the later one is
// the outer one.
func (r *rewriter) wrap(s span, before, after string) {
	if r.gaveUp || s.first > s.last {
		r.giveUp()
		return
	}
	n := len(r.edits)
	if before != "" {
		r.edits = append(r.edits, edit{r.start(s), r.start(s), before, opening, -n})
	}
	r.edits = append(r.edits, edit{r.end(s), r.end(s), after, closing, n})
}

// insertAfter writes text behind token i, behind all that is written there
// so far.
func (r *rewriter) insertAfter(i int, text string) { r.wrap(span{i, i}, "", text) }

// replace writes text in the place of a span, of which no part may be edited
// otherwise.
func (r *rewriter) replace(s span, text string) {
	if r.gaveUp || s.first > s.last {
		r.giveUp()
		return
	}
	r.edits = append(r.edits, edit{r.start(s), r.end(s), text, replacing, len(r.edits)})
}

// overwrite writes text in the place of a span and of what was edited in it, which
// text may have been rendered of.
func (r *rewriter) overwrite(s span, text string) {
	if r.gaveUp || s.first > s.last {
		r.giveUp()
		return
	}
	start, end := r.start(s), r.end(s)
	for i, e := range r.edits {
		if within(e, start, end) {
			r.edits[i] = edit{start: start, end: start, kind: opening} // shadows count edits
		}
	}
	r.replace(s, text)
}

// render is the text of a span with the edits that were made in it so far.
func (r *rewriter) render(s span) string {
	if r.gaveUp || s.first > s.last {
		r.giveUp()
		return ""
	}
	start, end := r.start(s), r.end(s)
	var inside []edit
	for _, e := range r.edits {
		if within(e, start, end) {
			inside = append(inside, e)
		}
	}
	sortEdits(inside)
	text, _ := apply(r.sql, inside, start, end)
	return text
}

// within reports whether an edit is of the text from start to end.
func within(e edit, start, end int) bool {
	return e.start >= start && e.end <= end && !(e.end == start && e.kind == closing) && !(e.start == end && e.kind == opening)
}

func sortEdits(edits []edit) {
	slices.SortFunc(edits, func(a, b edit) int {
		if a.start != b.start {
			return a.start - b.start
		}
		if a.kind != b.kind {
			return int(a.kind) - int(b.kind)
		}
		if a.kind == replacing && a.end != b.end {
			return b.end - a.end // the longer one is of both
		}
		return a.order - b.order
	})
}

// piece says that the text from at on, in the engine's text, comes from the
// user's text at from on; or, if it is new, was written instead of it.
type piece struct {
	at, from int
	written  bool
}

// apply makes the text of sql[start:end] with edits, which are sorted.
func apply(sql string, edits []edit, start, end int) (string, []piece) {
	var b strings.Builder
	var pieces []piece
	last := start
	for _, e := range edits {
		if e.start < last {
			continue // inside of what was replaced
		}
		if e.start > last {
			pieces = append(pieces, piece{at: b.Len(), from: last})
			b.WriteString(sql[last:e.start])
		}
		pieces = append(pieces, piece{at: b.Len(), from: e.start, written: true})
		b.WriteString(e.text)
		last = e.end
	}
	pieces = append(pieces, piece{at: b.Len(), from: last})
	b.WriteString(sql[last:end])
	return b.String(), pieces
}
