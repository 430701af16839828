package main

import (
	"slices"
	"strings"
	"time"
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
