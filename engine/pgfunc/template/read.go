package template

import (
	"strings"
	"unicode/utf8"
)

// Read reads a text by the template: to_date and to_timestamp. Errors are of type
// *Error.
func (d *Datetime) Read(text string) (Reading, error) {
	r := reader{text: text}
	for i, n := range d.nodes {
		if r.at == len(text) {
			break
		}
		if !r.exact && n.pattern != "FX" && n.pattern != "fx" && (n.pattern != "" || i == 0) {
			r.skipped += r.blanks()
		}
		if n.pattern == "" {
			r.character(n)
			continue
		}
		if err := r.field(n, separated(d.nodes, i)); err != nil {
			return Reading{}, err
		}
		if !r.exact {
			r.skipped = r.blanks()
		}
	}
	return r.result()
}

// reader reads a text.
type reader struct {
	text    string
	at      int
	exact   bool // behind FX: blanks count
	skipped int  // characters more than the template has, since the last field
	fields
}

func (r *reader) rest() string { return r.text[r.at:] }

// skip skips n characters, or those that are left.
func (r *reader) skip(n int) {
	for ; n > 0 && r.at < len(r.text); n-- {
		_, size := utf8.DecodeRuneInString(r.rest())
		r.at += size
	}
}

// blanks skips blanks and says how many.
func (r *reader) blanks() int {
	n := len(r.rest()) - len(strings.TrimLeft(r.rest(), blankCharacters))
	r.at += n
	return n
}

const blankCharacters = " \t\n\v\f\r"

// character reads what stands for a character of the template, which need not be
// the same. Without FX, a separator may be missing, and blanks that were skipped
// stand for other characters.
func (r *reader) character(n node) {
	switch {
	case r.exact:
		r.skip(1)
	case n.separates():
		r.skipped--
		if c := r.text[r.at]; isBlank(c) || isSeparator(c) {
			r.at++
			r.skipped++
		}
	case r.skipped > 0:
		r.skipped--
	default:
		r.skip(1)
	}
}

// separates reports whether a character of a template is a blank or a separator,
// which it is not in quotes.
func (n node) separates() bool {
	return !n.quoted && len(n.character) == 1 && (isBlank(n.character[0]) || isSeparator(n.character[0]))
}

func isBlank(c byte) bool { return strings.IndexByte(blankCharacters, c) >= 0 }

// isSeparator reports whether a character is printable and neither a letter, a
// digit nor a blank.
func isSeparator(c byte) bool {
	return c > ' ' && c < 0x7f && !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'z')
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// separated reports whether what follows node i cannot go on with digits, so that
// a number may have any length.
func separated(nodes []node, i int) bool {
	switch {
	case nodes[i].ordinal != "" || i+1 == len(nodes):
		return true
	case nodes[i+1].pattern != "":
		return !isNumber(nodes[i+1].pattern)
	}
	next := nodes[i+1].character
	return len(next) != 1 || !isDigit(next[0])
}

// isNumber reports whether a pattern is one of digits only.
func isNumber(pattern string) bool {
	switch strings.ToUpper(pattern) {
	case "A.D.", "A.M.", "AD", "AM", "B.C.", "BC", "P.M.", "PM", "DAY", "DY", "MONTH", "MON", "RM", "TZH", "TZ", "OF", "FX":
		return false
	}
	return true
}

// set sets a field, unless it has another value already.
func set(field *int, value int, n node) error {
	if *field != 0 && *field != value {
		return &Error{
			Code: "22007", Message: `conflicting values for "` + n.pattern + `" field in formatting string`,
			Detail: "This value contradicts a previous setting for the same field type.",
		}
	}
	*field = value
	return nil
}

// word reads one of words into a field, in any case: its index.
func (r *reader) word(n node, words ...string) (int, error) {
	for i, w := range words {
		if len(r.rest()) >= len(w) && strings.EqualFold(r.rest()[:len(w)], w) {
			r.at += len(w)
			return i, nil
		}
	}
	value := r.rest()
	if end := strings.IndexAny(value, " \t\n\f\r"); end >= 0 {
		value = value[:end]
	}
	return 0, &Error{
		Code: "22007", Message: `invalid value "` + value + `" for "` + n.pattern + `"`,
		Detail: "The given value did not match any of the allowed values for this field.",
	}
}
