package csvfile

import (
	"bytes"
	"strings"
)

// Dialect is what stands between and around fields. A Quote or Escape of 0 is
// none.
type Dialect struct {
	Delimiter     string
	Quote, Escape byte
	NewLine       byte // '\n', also where a '\r' is before it, or '\r'
}

func (d *Dialect) lineEnd() []byte { return []byte{d.NewLine} }

// field is a field of a record.
type field struct {
	text   []byte // between the quotes, with what is escaped in it
	quoted bool
	junk   bool // something follows the closing quote
	open   bool // the closing quote is missing
}

// split cuts the first record of data into fields, appending them to fields. n is
// the length of the record with its line end.
func (d *Dialect) split(data []byte, fields []field) (_ []field, n int) {
	i := 0
	for {
		var f field
		if d.Quote != 0 && i < len(data) && data[i] == d.Quote {
			n, closed := d.quoted(data[i+1:])
			f = field{text: data[i+1 : i+1+n], quoted: true, open: !closed}
			i = min(i+1+n+1, len(data))
		}
		end, stop := d.endOfField(data, i)
		if !f.quoted {
			f.text = data[i:end]
		} else {
			f.junk = len(trimReturn(data[i:end], stop != atDelimiter)) > 0
		}
		if stop != atDelimiter && !f.quoted {
			f.text = trimReturn(f.text, true)
		}
		fields = append(fields, f)
		switch stop {
		case atDelimiter:
			i = end + len(d.Delimiter)
		case atLineEnd:
			return fields, end + 1
		default:
			return fields, end
		}
	}
}

type fieldEnd uint8

const (
	atEnd fieldEnd = iota
	atDelimiter
	atLineEnd
)

// endOfField is where the unquoted text from i on ends.
func (d *Dialect) endOfField(data []byte, i int) (int, fieldEnd) {
	first := d.Delimiter[0]
	for ; i < len(data); i++ {
		switch c := data[i]; {
		case c == d.NewLine:
			return i, atLineEnd
		case c == first && (len(d.Delimiter) == 1 || strings.HasPrefix(string(data[i:min(len(data), i+len(d.Delimiter))]), d.Delimiter)):
			return i, atDelimiter
		}
	}
	return i, atEnd
}

func trimReturn(text []byte, atEnd bool) []byte {
	if atEnd && len(text) > 0 && text[len(text)-1] == '\r' {
		return text[:len(text)-1]
	}
	return text
}

// unescape is the value of a field.
func (d *Dialect) unescape(f field) []byte {
	if !f.quoted || d.Escape == 0 || bytes.IndexByte(f.text, d.Escape) < 0 {
		return f.text
	}
	value := make([]byte, 0, len(f.text))
	for i := 0; i < len(f.text); i++ {
		if f.text[i] == d.Escape && i+1 < len(f.text) && (f.text[i+1] == d.Quote || f.text[i+1] == d.Escape) {
			i++
		}
		value = append(value, f.text[i])
	}
	return value
}

// sampled is how many records a dialect is judged by.
const sampled = 2000

// delimiters are tried in this order, of which the first is taken when others are
// as good; a factor below 1 is a handicap.
var delimiters = [...]struct {
	text   string
	factor float64
}{{",", 1}, {", ", 1}, {";", 1}, {"\t", 1}, {"|", 1}, {" ", 0.8}, {":", 0.6}, {"^", 0.6}}

// guessDialect is the dialect that fits the beginning of a text best, and how well
// it does, from 0 to 1. Without any that makes two columns it is the usual one.
func guessDialect(head []byte, o Options) (Dialect, float64) {
	best := Dialect{Delimiter: ",", Quote: '"', Escape: '"', NewLine: lineEnd(head)}
	score := 0.0
	cut := len(head) >= headSize
	head = wholeLines(head, best.NewLine)
	for _, delimiter := range delimiters {
		if o.Delimiter != nil {
			delimiter.text, delimiter.factor = *o.Delimiter, 1
		}
		for _, quote := range [...]struct {
			quote, escape byte
			factor        float64
		}{{'"', '"', 1}, {'"', '\\', 0.995}, {'\'', '\'', 0.99}, {'\'', '\\', 0.98}, {0, 0, 0.985}} {
			d := Dialect{Delimiter: delimiter.text, Quote: quote.quote, Escape: quote.escape, NewLine: best.NewLine}
			if o.Quote != nil {
				d.Quote = first(*o.Quote)
				if quote.escape != '\\' {
					d.Escape = d.Quote
				}
			}
			if o.Escape != nil {
				d.Escape = first(*o.Escape)
			}
			if d.Delimiter[0] == d.Quote {
				continue
			}
			if o.Quote == nil && d.Quote == '\'' && !d.hasFieldWith(head, '\'') {
				continue
			}
			s := d.fit(head, cut) * delimiter.factor * quote.factor
			if o.Quote == nil && d.Quote != '"' && d.Delimiter != "\t" && d.hasFieldWith(head, '"') {
				s *= 0.7 // rather a quote that is missing than quotes that are text
			}
			if s > score+1e-9 {
				best, score = d, s
			}
		}
		if o.Delimiter != nil {
			break
		}
	}
	if score == 0 {
		if o.Delimiter != nil {
			best.Delimiter = *o.Delimiter
		}
		if o.Quote != nil {
			best.Quote = first(*o.Quote)
			best.Escape = best.Quote
		}
		if o.Escape != nil {
			best.Escape = first(*o.Escape)
		}
	}
	return best, score
}

func first(s string) byte {
	if s == "" {
		return 0
	}
	return s[0]
}

// lineEnd is the byte that lines end in.
func lineEnd(head []byte) byte {
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		return '\r'
	}
	return '\n'
}

// wholeLines leaves out the last line of a head that was cut.
func wholeLines(head []byte, newLine byte) []byte {
	if end := bytes.LastIndexByte(head, newLine); len(head) >= headSize && end > 0 {
		return head[:end+1]
	}
	return head
}

// hasFieldWith reports whether a field begins with c.
func (d *Dialect) hasFieldWith(text []byte, c byte) bool {
	return text[0] == c || bytes.Contains(text, []byte(d.Delimiter+string(c))) || bytes.Contains(text, []byte{d.NewLine, c})
}

// fit says how well a dialect fits a text: the share of its records that have the
// most frequent number of fields, less what speaks against it. One column is no
// evidence, and neither is a field in double quotes at which the text was cut.
func (d *Dialect) fit(text []byte, cut bool) float64 {
	var (
		fields        []field
		widths        = map[int]int{}
		records       int
		all, odd, led float64
	)
	for len(text) > 0 && records < sampled {
		var n int
		fields, n = d.split(text, fields[:0])
		text = text[n:]
		if cut && len(text) == 0 && d.Quote == '"' && fields[len(fields)-1].open {
			break
		}
		if len(fields) == 1 && len(fields[0].text) == 0 {
			continue
		}
		records++
		widths[len(fields)]++
		for _, f := range fields {
			all++
			if d.isOdd(f) {
				odd++
			}
			if len(f.text) > 0 && f.text[0] == ' ' {
				led++
			}
		}
	}
	width, count := 0, 0
	for w, n := range widths {
		if w > 1 && (n > count || n == count && w > width) {
			width, count = w, n
		}
	}
	if width < 2 {
		return 0
	}
	return float64(count) / float64(records) * (1 - odd/all) * (1 - 0.5*led/all) * (1 - 0.1/float64(width))
}

// isOdd reports whether a field looks as if it was cut wrongly.
func (d *Dialect) isOdd(f field) bool {
	if f.junk || f.open {
		return true
	}
	n := len(f.text)
	if f.quoted {
		return d.Escape == d.Quote && n > 0 && f.text[n-1] == '\\' || d.Escape == '\\' && bytes.Contains(f.text, []byte{d.Quote, d.Quote})
	}
	if n < 2 {
		return false
	}
	start, end := f.text[0], f.text[n-1]
	switch {
	case start == '"' && (end == '"' || d.Delimiter != "\t"), end == '"' && d.Delimiter != "\t", start == '\'' && end == '\'':
		return true
	case d.Delimiter == " ":
		return bytes.IndexByte([]byte(",;|\t"), end) >= 0
	}
	return false
}
