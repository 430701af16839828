package wiretest

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/oid"
)

// frontend puts the message that line describes into c's buffer. A line is the
// name of the message and its arguments; strings are quoted as in Go, and what is
// left out is empty:
//
//	Query "select 1"
//	Parse name="s" sql="select $1" types=23,25
//	Bind portal="p" statement="s" formats=0,1 params="1",NULL results=1
//	Describe statement="s"
//	Describe portal="p"
//	Execute portal="p" limit=2
//	Close statement="s"
//	Close portal="p"
//	Sync
//	Flush
//	CopyData "1\tone\n"
//	CopyDone
//	CopyFail "reason"
//	Message type="Q" body="select 1\x00"
//	Bytes "\x00\x00"
//
// Message has a body of any bytes behind the right length; Bytes are sent as they
// are.
func frontend(c *client.Conn, line string) error {
	name, rest, _ := strings.Cut(line, " ")
	a, err := parseArgs(rest)
	if err != nil {
		return fmt.Errorf("%s: %w", line, err)
	}
	switch name {
	case "Query":
		c.SendQuery(a.text(""))
	case "Parse":
		c.SendParse(a.text("name"), a.text("sql"), numbers[oid.OID](a, "types"))
	case "Bind":
		c.SendBind(a.text("portal"), a.text("statement"), a.values("params"),
			numbers[wire.Format](a, "formats"), numbers[wire.Format](a, "results"))
	case "Describe":
		c.SendDescribe(a.named())
	case "Close":
		c.SendClose(a.named())
	case "Execute":
		c.SendExecute(a.text("portal"), int32(a.number("limit")))
	case "Sync":
		c.SendSync()
	case "Flush":
		c.SendFlush()
	case "CopyData":
		c.SendCopyData([]byte(a.text("")))
	case "CopyDone":
		c.SendCopyDone()
	case "CopyFail":
		c.SendCopyFail(a.text(""))
	case "Message":
		body := a.text("body")
		b := append([]byte(a.text("type")), 0, 0, 0, 0)
		binary.BigEndian.PutUint32(b[len(b)-4:], uint32(4+len(body)))
		c.SendBytes(append(b, body...))
	case "Bytes":
		c.SendBytes([]byte(a.text("")))
	default:
		return fmt.Errorf("there is no frontend message %q", name)
	}
	if err := a.finish(); err != nil {
		return fmt.Errorf("%s: %w", line, err)
	}
	return nil
}

// args are the arguments of a message, each taken out as it is used. The first
// thing that is wrong with one is kept for finish.
type args struct {
	raw map[string]string // unquoted yet
	err error
}

// parseArgs splits key=value at the spaces outside of quotes. The key of a value
// that has none is "".
func parseArgs(s string) (*args, error) {
	a := &args{raw: make(map[string]string)}
	for _, word := range splitOutsideQuotes(s, ' ') {
		if word == "" {
			continue
		}
		key, value := "", word
		if !strings.HasPrefix(word, `"`) {
			var ok bool
			if key, value, ok = strings.Cut(word, "="); !ok {
				return nil, fmt.Errorf("%s is neither key=value nor a quoted string", word)
			}
		}
		if _, twice := a.raw[key]; twice {
			return nil, fmt.Errorf("%s is given twice", word)
		}
		a.raw[key] = value
	}
	return a, nil
}

func (a *args) take(key string) (value string, ok bool) {
	value, ok = a.raw[key]
	delete(a.raw, key)
	return value, ok
}

func (a *args) text(key string) string {
	value, ok := a.take(key)
	if !ok {
		return ""
	}
	return a.unquote(value)
}

func (a *args) unquote(s string) string {
	text, err := strconv.Unquote(s)
	if err != nil && a.err == nil {
		a.err = fmt.Errorf("%s is not a quoted string", s)
	}
	return text
}

func (a *args) number(key string) int64 {
	value, ok := a.take(key)
	if !ok {
		return 0
	}
	return a.parse(value)
}

func (a *args) parse(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil && a.err == nil {
		a.err = err
	}
	return n
}

// named is the statement or portal that a Describe or Close names.
func (a *args) named() (client.Kind, string) {
	if _, ok := a.raw["portal"]; ok {
		return client.Portal, a.text("portal")
	}
	if _, ok := a.raw["statement"]; !ok && a.err == nil {
		a.err = fmt.Errorf("neither portal nor statement")
	}
	return client.Statement, a.text("statement")
}

// values are parameters: quoted strings or NULL, between commas.
func (a *args) values(key string) [][]byte {
	list, ok := a.take(key)
	if !ok {
		return nil
	}
	var values [][]byte
	for _, v := range splitOutsideQuotes(list, ',') {
		if v == "NULL" {
			values = append(values, nil)
			continue
		}
		values = append(values, []byte(a.unquote(v)))
	}
	return values
}

func numbers[T oid.OID | wire.Format](a *args, key string) []T {
	list, ok := a.take(key)
	if !ok {
		return nil
	}
	var ns []T
	for n := range strings.SplitSeq(list, ",") {
		ns = append(ns, T(a.parse(n)))
	}
	return ns
}

// finish returns what was wrong with the arguments, one that was not asked for
// included.
func (a *args) finish() error {
	for key, value := range a.raw {
		return fmt.Errorf("%s=%s means nothing here", key, value)
	}
	return a.err
}

func splitOutsideQuotes(s string, sep byte) []string {
	var parts []string
	quoted, start := false, 0
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == sep && !quoted:
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return append(parts, s[start:])
}
