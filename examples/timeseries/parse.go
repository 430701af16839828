package main

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/csvsql/csvsql/wire"
)

// query is, for example,
//
//	avg by (host) (cpu{dc="north"}[5m])
//
// the average of all values of cpu in the series with that label, for each host
// and each five minutes.
type query struct {
	function string            // avg, sum, min, max or count
	by       []string          // labels
	metric   string            // name of the series
	match    map[string]string // labels and their values
	step     time.Duration
}

// parser reads a query token by token. The first error stays.
type parser struct {
	text string
	at   int // bytes that have been read
	err  error
}

func parseQuery(text string) (query, error) {
	p := parser{text: strings.TrimRight(text, "; \t\n")}
	q := query{function: p.word("a function"), match: map[string]string{}}
	if !slices.Contains([]string{"avg", "sum", "min", "max", "count"}, q.function) {
		p.at = 0
		p.fail("one of avg, sum, min, max, count")
	}
	if p.accept("by") {
		p.expect("(")
		for more := true; more && p.err == nil; more = p.accept(",") {
			q.by = append(q.by, p.word("a label"))
		}
		p.expect(")")
	}
	p.expect("(")
	q.metric = p.word("a metric")
	if p.accept("{") {
		for more := true; more && p.err == nil; more = p.accept(",") {
			label := p.word("a label")
			p.expect("=")
			q.match[label] = p.quoted()
		}
		p.expect("}")
	}
	p.expect("[")
	q.step = p.duration()
	p.expect("]")
	p.expect(")")
	if p.space(); p.at < len(p.text) {
		p.fail("the end")
	}
	return q, p.err
}

func (p *parser) space() {
	rest := strings.TrimLeftFunc(p.text[p.at:], unicode.IsSpace)
	p.at = len(p.text) - len(rest)
}

// accept reads token if it is next.
func (p *parser) accept(token string) bool {
	p.space()
	if p.err != nil || !strings.HasPrefix(p.text[p.at:], token) {
		return false
	}
	p.at += len(token)
	return true
}

func (p *parser) expect(token string) {
	if !p.accept(token) {
		p.fail("\"" + token + "\"")
	}
}

// word reads letters, digits and underscores.
func (p *parser) word(what string) string {
	p.space()
	rest := strings.TrimLeftFunc(p.text[p.at:], func(r rune) bool {
		return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
	})
	word := p.text[p.at : len(p.text)-len(rest)]
	if word == "" {
		p.fail(what)
	}
	p.at += len(word)
	return word
}

func (p *parser) quoted() string {
	p.expect("\"")
	value, _, closed := strings.Cut(p.text[p.at:], "\"")
	if !closed {
		p.fail("a string that ends")
		return ""
	}
	p.at += len(value) + 1
	return value
}

func (p *parser) duration() time.Duration {
	from := p.at
	d, err := time.ParseDuration(p.word("a duration"))
	if err != nil || d < time.Second {
		p.at = from
		p.fail("a duration of a second or more, as 90s, 5m or 1h")
	}
	return d
}

// fail says where the client's text is wrong: psql points at it.
func (p *parser) fail(expected string) {
	if p.err != nil {
		return
	}
	e := wire.Errorf("42601", "expected %s", expected)
	e.Position = utf8.RuneCountInString(p.text[:p.at]) + 1
	p.err = e
}
