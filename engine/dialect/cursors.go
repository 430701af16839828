package dialect

import (
	"math"
	"strconv"
)

// Declare is DECLARE name CURSOR FOR query.
type Declare struct {
	Name   string
	Binary bool // FETCH gives the rows in binary
	Hold   bool // the cursor outlives its transaction
	Scroll bool // it can be read backwards
	Query  Statement
}

// Fetch is FETCH, and MOVE if Move is set.
type Fetch struct {
	Name      string
	Direction Direction
	Count     int64 // may be negative; FetchAll for ALL
	Move      bool
}

// Direction says what the count of a Fetch counts.
type Direction uint8

const (
	Forward  Direction = iota // rows behind the current one; with a negative count, before it
	Absolute                  // the number of the one row to go to; if negative, from the end
	Relative                  // how far the one row to go to is from the current one
)

// FetchAll is the count of FETCH ALL; FETCH BACKWARD ALL has -FetchAll.
const FetchAll = math.MaxInt64

// Close is CLOSE; an empty Name means ALL.
type Close struct{ Name string }

func (Declare) utility() {}
func (Fetch) utility()   {}
func (Close) utility()   {}

// cursor reads the statements about cursors
// (PostgreSQL documentation, DECLARE, FETCH, MOVE, CLOSE).
func (p *parser) cursor(verb string) Utility {
	switch verb {
	case "declare":
		p.advance()
		return p.declare()
	case "fetch", "move":
		p.advance()
		f := p.fetch()
		f.Move = verb == "move"
		return p.finish(f)
	case "close":
		p.advance()
		if p.accept("all") {
			return p.finish(Close{})
		}
		return p.finish(Close{p.name()})
	}
	return nil
}

func (p *parser) declare() Utility {
	d := Declare{Name: p.name()}
	var noScroll, insensitive, asensitive bool
	for !p.done() && !p.is("cursor") {
		switch p.acceptAny("binary", "scroll", "no", "insensitive", "asensitive") {
		case "binary":
			d.Binary = true
		case "scroll":
			d.Scroll = true
		case "no":
			p.expect("scroll")
			noScroll = true
		case "insensitive":
			insensitive = true
		case "asensitive":
			asensitive = true
		default:
			p.fail()
		}
	}
	p.expect("cursor")
	if with := p.acceptAny("with", "without"); with != "" {
		p.expect("hold")
		d.Hold = with == "with"
	}
	p.expect("for")
	switch {
	case d.Scroll && noScroll:
		return refused("42P11", "cannot specify both SCROLL and NO SCROLL", "")
	case insensitive && asensitive:
		return refused("42P11", "cannot specify both INSENSITIVE and ASENSITIVE", "")
	}
	query, u := p.statementInside("SELECT")
	if u != nil {
		return u
	}
	d.Query = query
	return d
}

// fetch reads [direction] [FROM | IN] name. A direction that nothing follows is
// the name of a cursor.
func (p *parser) fetch() Fetch {
	f := Fetch{Count: 1}
	bookmark := *p
	p.direction(&f)
	if p.acceptAny("from", "in"); p.done() && p.err == nil {
		*p = bookmark
		f = Fetch{Count: 1}
	}
	f.Name = p.name()
	return f
}

func (p *parser) direction(f *Fetch) {
	switch word := p.acceptAny("next", "prior", "first", "last", "absolute", "relative", "forward", "backward", "all"); word {
	case "prior":
		f.Count = -1
	case "first":
		f.Direction = Absolute
	case "last":
		f.Direction, f.Count = Absolute, -1
	case "absolute":
		f.Direction, f.Count = Absolute, p.count()
	case "relative":
		f.Direction, f.Count = Relative, p.count()
	case "forward", "backward":
		if p.accept("all") {
			f.Count = FetchAll
		} else if p.isCount() {
			f.Count = p.count()
		}
		if word == "backward" {
			f.Count = -f.Count
		}
	case "all":
		f.Count = FetchAll
	case "":
		if p.isCount() {
			f.Count = p.count()
		}
	}
}

func (p *parser) isCount() bool { return p.isNumber() || p.isMark('-') || p.isMark('+') }

// count reads how many rows. PostgreSQL's are integers of 32 bits.
func (p *parser) count() int64 {
	at := *p
	n, err := strconv.ParseInt(p.signedNumber(), 10, 32)
	if err != nil && p.err == nil {
		*p = at
		p.fail()
	}
	return n
}

// statementInside reads the statement at the end of another, which has to be one
// for the engine with one of these tags and not the making of a table. What no
// client may run is returned as such.
func (p *parser) statementInside(tags ...string) (Statement, Utility) {
	at := *p
	start := p.tok.Start
	u, tag := p.contained()
	if u != nil || p.err != nil {
		return Statement{}, u
	}
	for _, allowed := range tags {
		if tag == allowed && !at.is("create") {
			return Statement{SQL: p.text[start-p.first:], Offset: start, Tag: tag, Target: p.target}, nil
		}
	}
	*p = at
	p.fail()
	return Statement{}, nil
}
