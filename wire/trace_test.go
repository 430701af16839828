package wire_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/oid"
)

// buffer is a bytes.Buffer for two goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// TestTrace: a conversation, as PQtrace writes it with its flags for regression tests.
func TestTrace(t *testing.T) {
	t.Parallel()
	var log buffer
	s := &wire.Server{Trace: func(*wire.Conn) *wire.Tracer {
		return wire.NewTracer(&log, wire.TraceOptions{NoTime: true, Regress: true})
	}}
	c := connect(t, serve(t, s))
	c.SendParse("s", "select $1 as a, $2 as b", []oid.OID{oid.Text, oid.Text})
	c.SendBind("", "s", [][]byte{[]byte("x\x01"), nil}, []wire.Format{wire.Binary}, nil)
	c.SendDescribe(client.Portal, "")
	c.SendExecute("", 1)
	c.SendClose(client.Statement, "s")
	c.SendSync()
	c.Flush()
	wantTrace(t, c.NetConn(), `1 2 T D s 3 ZI`)
	c.SendQuery("selct\n1")
	c.SendQuery("create temp table c (a int)")
	c.SendQuery("copy c from stdin")
	c.SendCopyData([]byte("1\n2\n"))
	c.SendCopyDone()
	c.Flush()
	for range 3 {
		trace(c.NetConn())
	}
	want := `F	40	Parse	 "s" "select $1 as a, $2 as b" 2 NNNN NNNN
F	25	Bind	 "" "s" 1 1 2 2 'x\x01' -1 0
F	6	Describe	 P ""
F	9	Execute	 "" 1
F	7	Close	 S "s"
F	4	Sync
B	4	ParseComplete
B	4	BindComplete
B	46	RowDescription	 2 "a" NNNN 0 NNNN 65535 -1 0 "b" NNNN 0 NNNN 65535 -1 0
B	16	DataRow	 2 2 'x\x01' -1
B	4	PortalSuspended
B	4	CloseComplete
B	5	ReadyForQuery	 I
F	12	Query	 "selct\x0a1"
F	32	Query	 "create temp table c (a int)"
F	22	Query	 "copy c from stdin"
F	8	CopyData
F	4	CopyDone
B	NN	ErrorResponse	 S "ERROR" V "ERROR" C "42601" M "syntax error at or near "selct"" P "1" \x00
B	5	ReadyForQuery	 I
B	17	CommandComplete	 "CREATE TABLE"
B	5	ReadyForQuery	 I
B	9	CopyInResponse	 \x00 1 0
B	11	CommandComplete	 "COPY 2"
B	5	ReadyForQuery	 I
`
	// What the server sends may be read before it is written down.
	got := sortedBySender(log.String())
	for deadline := time.Now().Add(30 * time.Second); got != sortedBySender(want) && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
		got = sortedBySender(log.String())
	}
	if got != sortedBySender(want) {
		t.Errorf("got\n%s", got)
	}
}

// sortedBySender puts the lines of the client before those of the server: which of
// them is written first is a matter of timing.
func sortedBySender(log string) string {
	var client, server strings.Builder
	for line := range strings.Lines(log) {
		if line[0] == 'F' {
			client.WriteString(line)
		} else {
			server.WriteString(line)
		}
	}
	return client.String() + server.String()
}

// TestTracerStream: messages may be cut anywhere, and be nonsense.
func TestTracerStream(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	tracer := wire.NewTracer(&log, wire.TraceOptions{NoTime: true})
	for _, b := range []byte("Q\x00\x00\x00\x06a\x00d\x00\x00\x00\x06xyQ\x00\x00\x00\x05a?\x00\x00\x00\x04S\x00\x00\x00\x04") {
		tracer.Frontend([]byte{b})
	}
	tracer.Backend([]byte("K\x00\x00\x00\x0c\x00\x00\x00\x07\x11\x11\x11\x11D\x00\x40\x00\x00"))
	tracer.Backend(make([]byte, 0x400000-4))
	tracer.Backend([]byte("Z\x00\x00\x00\x05T"))
	want := "F\t6\tQuery\t \"a\"\nF\t6\tCopyData\nF\t5\tQuery\t \"\" malformed\nF\t4\tUnknown message: '?'\nF\t4\tSync\n" +
		"B\t12\tBackendKeyData\t 7 secret\nB\t4194304\tDataRow\nB\t5\tReadyForQuery\t T\n"
	if log.String() != want {
		t.Errorf("got\n%s", log.String())
	}
}
