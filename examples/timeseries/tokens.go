package main

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/csvsql/csvsql/wire"
)

// parser reads a query token by token. The first error stays.
type parser struct {
	text string
	at   int // bytes that have been read
	err  error
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
