package rewrite

// unlock takes FOR UPDATE and its like out of the statement (documentation,
// SELECT): no row is ever locked, as LOCK TABLE holds nobody up.
func (r *rewriter) unlock() {
	if r.unlocked {
		return
	}
	r.unlocked = true // there and in all queries of the statement
	for i := range r.tokens {
		if last := r.locking(i); last > i {
			r.replace(span{i, last}, "")
		}
	}
}

// locking is the last token of a locking clause that begins at i, or i.
func (r *rewriter) locking(i int) int {
	next := i + 1
	switch {
	case !r.isWord(i, "for"):
		return i
	case r.isWord(next, "update", "share"):
	case r.isWord(next, "key") && r.isWord(next+1, "share"):
		next++
	case r.isWord(next, "no") && r.isWord(next+1, "key") && r.isWord(next+2, "update"):
		next += 2
	default:
		return i
	}
	if r.isWord(next+1, "of") {
		next = r.lastOfName(next + 2)
		for r.is(next+1, ',') {
			next = r.lastOfName(next + 2)
		}
	}
	switch {
	case r.isWord(next+1, "nowait"):
		next++
	case r.isWord(next+1, "skip") && r.isWord(next+2, "locked"):
		next += 2
	}
	return next
}
