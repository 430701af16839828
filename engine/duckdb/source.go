package duckdb

import (
	"errors"
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/pglex"
)

// source is the text of one statement and what its tokens tell.
type source struct {
	sql       string
	verb      pglex.Token // the first one
	params    []param     // $1, $2, ... where they stand
	several   bool        // there is a semicolon with something behind it
	returning bool        // the word RETURNING occurs
	newSchema bool        // it is CREATE SCHEMA
	explained string      // what an EXPLAIN explains, or ""
	files     fileNames
	values    writtenValues
}

// param is one place where a parameter stands.
type param struct {
	number     int
	start, end int
	cast       string // the type that it is cast to there, or ""
}

// maxParams is the number of parameters a Bind message can have.
const maxParams = 65535

// readSource reads the tokens of a statement. It fails for texts that are too
// large or too deep for DuckDB's parser, which would crash.
func readSource(sql string) (*source, error) {
	src := &source{sql: sql}
	l := pglex.New(sql, pglex.Limits{})
	ended := false
	var explain explainReader
	var before [2]pglex.Token // the last two tokens
	for {
		t, err := l.Next()
		if err != nil {
			return nil, lexError(err)
		}
		switch {
		case t.Kind == pglex.EOF:
			return src, nil
		case t.Is(sql, ';') && l.Depth() == 0:
			ended = true
			continue
		case t.Kind == pglex.Param:
			n, err := strconv.Atoi(t.Text(sql)[1:])
			if err != nil || n < 1 || n > maxParams {
				return nil, &engine.Error{Code: "42P02", Message: "there is no parameter " + t.Text(sql), Position: t.Start + 1}
			}
			inCast := before[1].Is(sql, '(') && (before[0].IsWord(sql, "cast") || before[0].IsWord(sql, "try_cast"))
			src.params = append(src.params, param{number: n, start: t.Start, end: t.End, cast: castBehind(sql, l, inCast)})
		case t.IsWord(sql, "returning"):
			src.returning = true
		}
		if src.verb.Kind == pglex.EOF {
			src.verb = t
		}
		if t.IsWord(sql, "schema") && src.verb.IsWord(sql, "create") &&
			(before[0].Start == src.verb.Start || before[0].IsWord(sql, "replace")) {
			src.newSchema = true
		}
		src.files.next(sql, t)
		src.values.next(sql, t)
		before[0], before[1] = before[1], t
		src.several = src.several || ended
		if explain.body(sql, t, l.Depth()) {
			src.explained = sql[t.Start:]
		}
	}
}

// explainReader finds the statement in EXPLAIN [ANALYZE] [VERBOSE] [(options)]
// statement.
type explainReader struct{ state explainState }

type explainState uint8

const (
	beforeExplain explainState = iota
	inOptions
	afterExplain
)

// body reports whether t, after which depth brackets are open, is the first
// token of the explained statement.
func (r *explainReader) body(sql string, t pglex.Token, depth int) bool {
	switch {
	case r.state == afterExplain:
		return false
	case r.state == beforeExplain:
		r.state = afterExplain
		if t.IsWord(sql, "explain") {
			r.state = inOptions
		}
		return false
	case depth > 0 || t.Is(sql, ')') || t.IsWord(sql, "analyze") || t.IsWord(sql, "analyse") || t.IsWord(sql, "verbose"):
		return false
	}
	r.state = afterExplain
	return true
}

// paramCount is the highest number of a parameter.
func (src *source) paramCount() int {
	n := 0
	for _, p := range src.params {
		n = max(n, p.number)
	}
	return n
}

// rewritten is a statement in which parameters have got a type, for the engine,
// and the way back from its positions to the user's.
type rewritten struct {
	sql   string
	edits []edit
}

// edit is one replacement: what stood at [start, start+old) of the user's text
// stands at [at, at+new).
type edit struct{ start, old, at, new int }

// castParams writes CAST($n AS types[n-1]) for every parameter that has a type
// there, and numbers the parameters as index says, because DuckDB knows nothing
// of a statement with gaps in the numbers.
func (src *source) castParams(types []string, index []int) rewritten {
	var b strings.Builder
	var r rewritten
	last := 0
	for _, p := range src.params {
		b.WriteString(src.sql[last:p.start])
		at := b.Len()
		name := "$" + strconv.Itoa(index[p.number-1])
		if typ := types[p.number-1]; typ != "" {
			b.WriteString("CAST(" + name + " AS " + typ + ")")
		} else {
			b.WriteString(name)
		}
		r.edits = append(r.edits, edit{start: p.start, old: p.end - p.start, at: at, new: b.Len() - at})
		last = p.end
	}
	b.WriteString(src.sql[last:])
	r.sql = b.String()
	return r
}

// original is the position in the user's text, in bytes from 1, for one in the
// rewritten text.
func (r rewritten) original(position int) int {
	if position == 0 {
		return 0
	}
	shift := 0
	for _, e := range r.edits {
		switch {
		case position-1 < e.at:
			return position - shift
		case position-1 < e.at+e.new:
			return e.start + 1
		}
		shift += e.new - e.old
	}
	return position - shift
}

// relocate makes the position of an error one in the user's text.
func (r rewritten) relocate(err error) error {
	if e := (*engine.Error)(nil); errors.As(err, &e) {
		e.Position = r.original(e.Position)
	}
	return err
}

// index numbers the parameters that occur: index[n-1] is the place of $n among
// them, from 1, or 0 if it does not occur.
func (src *source) index(n int) []int {
	index := make([]int, n)
	for _, p := range src.params {
		index[p.number-1] = 1
	}
	next := 0
	for i := range index {
		if index[i] != 0 {
			next++
			index[i] = next
		}
	}
	return index
}

// castOf is the type that the user casts $n to where it first stands, or "". It
// is the parameter's type then, as in PostgreSQL.
func (src *source) castOf(n int) string {
	for _, p := range src.params {
		if p.number == n {
			return p.cast
		}
	}
	return ""
}

// castBehind is the type that what stands before l is cast to: by :: or, if
// inCast is set, by AS.
func castBehind(sql string, l pglex.Lexer, inCast bool) string {
	t, err := l.Next()
	if err != nil || !(t.Kind == pglex.Operator && t.Text(sql) == "::" || inCast && t.IsWord(sql, "as")) {
		return ""
	}
	first, err := l.Next()
	if err != nil || first.Kind != pglex.Ident && first.Kind != pglex.QuotedIdent {
		return ""
	}
	end, base := first.End, l.Depth()
	for {
		t, err := l.Next()
		if err != nil {
			return ""
		}
		inside := l.Depth() > base || t.Is(sql, ')') && l.Depth() == base || t.Is(sql, ']')
		if t.Kind == pglex.EOF || !inside && !isTypeWord(sql, t) {
			return sql[first.Start:end]
		}
		end = t.End
	}
}

// isTypeWord reports whether t goes on with the name of a type, as in double
// precision, character varying and timestamp with time zone.
func isTypeWord(sql string, t pglex.Token) bool {
	for _, w := range [...]string{"precision", "varying", "with", "without", "time", "zone"} {
		if t.IsWord(sql, w) {
			return true
		}
	}
	return false
}

// lexError is an error of package pglex in the engine's terms.
func lexError(err error) *engine.Error {
	var e *pglex.Error
	if !errors.As(err, &e) {
		return &engine.Error{Code: "XX000", Message: err.Error(), Err: err}
	}
	return &engine.Error{Code: e.Code, Message: e.Message, Position: e.Position}
}
