// Package hba reads PostgreSQL's pg_hba.conf: who may connect from where, and how
// he has to prove who he is (PostgreSQL documentation, 21.1 The pg_hba.conf File),
// and the user-name maps of its pg_ident.conf (21.2 User Name Maps).
//
// What is there in PostgreSQL and not here is an error, with the number of its
// line, so that no rule is read as something else than it says: groups (+role,
// samerole), regular expressions for databases and users (/...), host names, GSSAPI,
// and the methods gss, sspi, ident, ldap, radius, pam and bsd.
package hba

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/csvsql/csvsql/wire"
)

// Config is what the methods of the rules work with.
type Config struct {
	// Source has the verifiers for password, md5 and scram-sha-256. If it is nil, a
	// rule with one of these is an error.
	Source wire.AuthSource

	// OAuth is asked by oauth, which is an error if it is nil.
	OAuth wire.Authenticator

	// IdentMaps are the maps that the option map=NAME of cert and peer names; see
	// ParseIdent.
	IdentMaps map[string]wire.IdentMap
}

// Parse reads rules. Its error names the line: "line 3: ...". Names of other files
// in them, as in @file and include, are an error: see ParseFile.
func Parse(r io.Reader, c Config) (wire.Rules, error) {
	p := rulesParser{config: c, rules: wire.Rules{}}
	if err := p.parse(r); err != nil {
		return nil, err
	}
	return p.rules, nil
}

// rulesParser reads the rules of a file and of those that it includes.
type rulesParser struct {
	config Config
	files  *files // nil if there may be no others
	rules  wire.Rules
}

func (p *rulesParser) parse(r io.Reader) error {
	return eachLine(r, func(fields []field) error {
		if included, err := p.include(fields); included || err != nil {
			return err
		}
		rule, err := p.rule(fields)
		if err == nil {
			p.rules = append(p.rules, rule)
		}
		return err
	})
}

// eachLine calls f with the fields of each line that has some. A backslash at its
// end makes a line go on in the next.
func eachLine(r io.Reader, f func(fields []field) error) error {
	lines := bufio.NewScanner(r)
	for number := 1; lines.Scan(); number++ {
		text, at := lines.Text(), number
		for strings.HasSuffix(text, `\`) {
			text = strings.TrimSuffix(text, `\`)
			if !lines.Scan() {
				break
			}
			number++
			text += lines.Text()
		}
		fields, err := split(text)
		if err == nil && len(fields) > 0 {
			err = f(fields)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", at, err)
		}
	}
	return lines.Err()
}

// field is a field of a line: words, between which there were commas.
type field []word

// word is a word. One that was quoted is no keyword. One that begins with @, and not
// with a quote, is the name of a file with words.
type word struct {
	text   string
	quoted bool
	file   bool
}

func (f field) String() string {
	var texts []string
	for _, w := range f {
		texts = append(texts, w.text)
	}
	return strings.Join(texts, ",")
}

// single returns the word of a field that may have only one.
func (f field) single(what string) (word, error) {
	if len(f) != 1 {
		return word{}, fmt.Errorf("%s: there may be one only, not %q", what, f.String())
	}
	return f[0], nil
}

// space is what stands between fields.
const space = " \t\r\n\v\f"

// split cuts a line into fields. Quotes may stand anywhere in a word; two of them
// in quotes are one.
func split(line string) (fields []field, err error) {
	rest := line
	list := false // the next word belongs to the last field
	for {
		rest = strings.TrimLeft(rest, space)
		if rest == "" || rest[0] == '#' {
			return fields, nil
		}
		if rest[0] == ',' {
			return nil, fmt.Errorf("a comma where a word should be")
		}
		var w word
		if w, rest, err = next(rest); err != nil {
			return nil, err
		}
		if list {
			last := len(fields) - 1
			fields[last] = append(fields[last], w)
		} else {
			fields = append(fields, field{w})
		}
		if list = strings.HasPrefix(rest, ","); list {
			rest = rest[1:]
		}
	}
}

// next takes the word that line begins with.
func next(line string) (w word, rest string, err error) {
	var text strings.Builder
	w.file = strings.HasPrefix(line, "@") && len(line) > 1
	quoted := false // inside quotes
	for i := 0; i < len(line); i++ {
		switch b := line[i]; {
		case b == '"' && quoted && strings.HasPrefix(line[i+1:], `"`):
			i++
			text.WriteByte('"')
		case b == '"':
			quoted = !quoted
			w.quoted = true
		case !quoted && (strings.IndexByte(space, b) >= 0 || b == ',' || b == '#'):
			w.text = text.String()
			return w, line[i:], nil
		default:
			text.WriteByte(b)
		}
	}
	if quoted {
		return w, "", fmt.Errorf("a quote is not closed")
	}
	w.text = text.String()
	return w, "", nil
}
