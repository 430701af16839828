package wire_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/internal/pgtest"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/wiretest"
)

// FuzzMessages sends the messages of the recorded conversations, in any order. The
// input has two bytes for each, the number of the message. Whatever the order is,
// there is one ReadyForQuery for each Sync, at most one for each Query and
// FunctionCall, which an error before them skips, and the database gets everything
// back.
func FuzzMessages(f *testing.F) {
	messages, conversations := recordedMessages(f)
	for _, numbers := range conversations {
		f.Add(numbers)
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		sent, least, most := login(), 1, 1 // the login has one
		for ; len(input) >= 2 && len(sent) < 1<<20; input = input[2:] {
			m := messages[int(binary.BigEndian.Uint16(input))%len(messages)]
			switch m[0] {
			case 'S':
				least++
				most++
			case 'Q', 'F':
				most++
			}
			sent = append(sent, m...)
		}
		sent = append(sent, letters("S", "", "X", "")...)
		least++
		most++

		database := &fake{}
		answers := converse(&wire.Server{Handler: database, Log: slog.New(slog.DiscardHandler)}, sent)
		ready := 0
		for len(answers) > 0 {
			n := 0
			if len(answers) >= 5 {
				n = 1 + int(binary.BigEndian.Uint32(answers[1:]))
			}
			if n < 5 || n > len(answers) {
				t.Fatalf("no message: %q", answers)
			}
			switch m := answers[:n]; m[0] {
			case 'Z':
				ready++
			case 'G': // during COPY it is ignored
				least = 0
			case 'E':
				if bytes.HasPrefix(m[5:], []byte("SFATAL\x00")) {
					least = 0
				}
			}
			answers = answers[n:]
		}
		if ready < least || ready > most {
			t.Errorf("%d times ReadyForQuery, where %d to %d are right", ready, least, most)
		}
		if s, p, r := database.sessions.Load(), database.statements.Load(), database.results.Load(); s != 0 || p != 0 || r != 0 {
			t.Errorf("%d sessions, %d statements and %d results are still open", s, p, r)
		}
	})
}

// converse sends all at once and returns what is answered. It returns when the
// server is done.
func converse(s *wire.Server, sent []byte) (answers []byte) {
	ours, theirs := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.ServeConn(theirs)
	}()
	go ours.Write(sent) // a server that has closed leaves the rest
	answers, _ = io.ReadAll(ours)
	<-done
	ours.Close()
	return answers
}

// recordedMessages returns what the clients of the recorded conversations have
// sent: each message once, without Terminate and what is no message at all, and the
// conversations, as input for FuzzMessages.
func recordedMessages(f *testing.F) (messages [][]byte, conversations [][]byte) {
	names, err := fs.Glob(pgtest.Scripts(), "*.txt")
	if err != nil {
		f.Fatal(err)
	}
	addr := wiretest.Start(f, &wire.Server{Handler: &fake{}, Log: slog.New(slog.DiscardHandler)})
	unknown := unknownScripts()
	for _, name := range names {
		if unknown[strings.TrimSuffix(name, ".txt")] != "" {
			continue // it would wait for answers that do not come
		}
		var numbers []byte
		for _, m := range cut(sentBy(f, addr, name)) {
			i := slices.IndexFunc(messages, func(have []byte) bool { return bytes.Equal(have, m) })
			if i < 0 {
				i = len(messages)
				messages = append(messages, m)
			}
			numbers = binary.BigEndian.AppendUint16(numbers, uint16(i))
		}
		conversations = append(conversations, numbers)
	}
	if len(messages) < 100 {
		f.Fatalf("only %d messages", len(messages))
	}
	return messages, conversations
}

// sentBy plays a script at addr and returns what its client sends behind the login.
func sentBy(f *testing.F, addr, name string) []byte {
	text, err := fs.ReadFile(pgtest.Scripts(), name)
	if err != nil {
		f.Fatal(err)
	}
	script, err := wiretest.ParseScript(name, string(text))
	if err != nil {
		f.Fatal(err)
	}
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		f.Fatal(err)
	}
	defer nc.Close()
	sent := &sentConn{Conn: nc}
	c, err := client.New(f.Context(), sent, client.Config{User: "u"})
	if err != nil {
		f.Fatal(err)
	}
	sent.written.Reset()
	if _, err := script.Run(c); err != nil {
		f.Fatal(err)
	}
	return sent.written.Bytes()
}

// sentConn keeps what is written to it.
type sentConn struct {
	net.Conn
	written bytes.Buffer
}

func (c *sentConn) Write(b []byte) (int, error) {
	c.written.Write(b)
	return c.Conn.Write(b)
}

// cut takes messages apart, up to the first that is none.
func cut(b []byte) (messages [][]byte) {
	for len(b) >= 5 {
		n := 1 + int(binary.BigEndian.Uint32(b[1:]))
		if n < 5 || n > len(b) {
			break
		}
		if b[0] != 'X' {
			messages = append(messages, b[:n:n])
		}
		b = b[n:]
	}
	return messages
}
