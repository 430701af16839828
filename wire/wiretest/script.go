package wiretest

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/csvsql/csvsql/wire/client"
)

// Script is a conversation of one client with a server that it is logged in to.
//
// Its text has blocks: a line at the margin says what the block is, the lines
// below it, indented by a tab, are messages. Empty lines, and lines that begin
// with #, are for the reader.
//
//	# Ask for two rows at a time.
//	send
//		Parse sql="select a from generate_series(1,3) as g(a)"
//		Bind
//		Execute limit=2
//		Sync
//	until ReadyForQuery
//		ParseComplete
//		BindComplete
//		DataRow "1"
//		DataRow "2"
//		PortalSuspended
//		ReadyForQuery I
//
// A send block is written to the socket at once. What a line of it may say stands
// at the function frontend.
//
// An until block names the messages that must arrive, in this order, before the
// script goes on: "until ErrorResponse ReadyForQuery" waits for the first
// ErrorResponse and then for the first ReadyForQuery after it. "until closed"
// waits for the server to close the connection; it closing too early ends any
// other block. So does a message after which nothing that is named can come, for the
// server waits for the client: see the function atRest. The lines of the block are
// all messages that came. How they are written, and what is left out, stands at the
// function backend. They are recorded: a new script has none.
type Script struct {
	Name   string
	blocks []block
}

type block struct {
	head     string   // the line at the margin: a directive, a comment, or nothing
	messages []string // the lines below it, without their tab
	line     int      // of head, from 1
}

// answerTimeout is how long a server may be silent before a script gives up.
const answerTimeout = 30 * time.Second

// ParseScript checks the form of a script, not that its messages make sense.
func ParseScript(name, text string) (*Script, error) {
	s := &Script{Name: name}
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if message, ok := strings.CutPrefix(line, "\t"); ok {
			if len(s.blocks) == 0 || !s.blocks[len(s.blocks)-1].directive() {
				return nil, fmt.Errorf("%s:%d: a message outside a block", name, i+1)
			}
			b := &s.blocks[len(s.blocks)-1]
			b.messages = append(b.messages, message)
			continue
		}
		b := block{head: line, line: i + 1}
		if words := strings.Fields(line); b.directive() {
			if words[0] != "send" && words[0] != "until" {
				return nil, fmt.Errorf("%s:%d: %q is neither send nor until", name, i+1, words[0])
			}
			if (words[0] == "until") != (len(words) > 1) {
				return nil, fmt.Errorf("%s:%d: until takes names of messages, send takes nothing", name, i+1)
			}
		}
		s.blocks = append(s.blocks, b)
	}
	return s, nil
}

func (b *block) directive() bool { return b.head != "" && !strings.HasPrefix(b.head, "#") }

// String is the text of the script.
func (s *Script) String() string {
	var w strings.Builder
	for _, b := range s.blocks {
		w.WriteString(b.head)
		w.WriteByte('\n')
		for _, m := range b.messages {
			w.WriteByte('\t')
			w.WriteString(m)
			w.WriteByte('\n')
		}
	}
	return w.String()
}

// Run plays the script on c and returns it with the messages that came in place
// of those that it had. An error means that there was no answer to write down.
func (s *Script) Run(c *client.Conn) (*Script, error) {
	played := &Script{Name: s.Name}
	for _, b := range s.blocks {
		if b.directive() {
			var err error
			if b, err = b.run(c); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", s.Name, b.line, err)
			}
		}
		played.blocks = append(played.blocks, b)
	}
	return played, nil
}

func (b block) run(c *client.Conn) (block, error) {
	words := strings.Fields(b.head)
	if words[0] == "send" {
		return b, b.send(c)
	}
	var err error
	b.messages, err = receive(c, words[1:])
	return b, err
}

func (b block) send(c *client.Conn) error {
	for i, m := range b.messages {
		if err := frontend(c, m); err != nil {
			return fmt.Errorf("message %d: %w", i+1, err)
		}
	}
	// A server may close the connection before it has read everything. What it
	// said before is what counts.
	c.NetConn().SetDeadline(time.Now().Add(answerTimeout))
	c.Flush()
	return nil
}

// receive returns the messages up to the last one of names.
func receive(c *client.Conn, names []string) ([]string, error) {
	var got []string
	for len(names) > 0 {
		c.NetConn().SetDeadline(time.Now().Add(answerTimeout))
		m, err := c.Receive()
		if err != nil {
			if !disconnected(err) {
				return nil, fmt.Errorf("waiting for %s, after %q: %w", names[0], got, err)
			}
			return append(got, "closed"), nil
		}
		line, err := backend(m)
		if err != nil {
			return nil, err
		}
		got = append(got, line)
		name, _, _ := strings.Cut(line, " ")
		if name == names[0] {
			names = names[1:]
		} else if atRest(name, names) {
			break
		}
	}
	return got, nil
}

// atRest says that after the message name none of those awaited can come: nothing
// follows a ReadyForQuery, and behind an ErrorResponse only a ReadyForQuery or the
// end of the connection.
func atRest(name string, awaited []string) bool {
	switch name {
	case "ReadyForQuery":
		return !slices.Contains(awaited, name)
	case "ErrorResponse":
		return !slices.ContainsFunc(awaited, func(a string) bool {
			return a == "ErrorResponse" || a == "ReadyForQuery" || a == "closed"
		})
	}
	return false
}

// disconnected says that the server has closed the connection, as opposed to not
// answering, or to sending what cannot be read.
func disconnected(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
