package csvsql_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/csvsql/csvsql"
)

// way is a way of data between a client and the engine that has no end: what it
// sends is enough for hours.
type way struct {
	name  string
	sends []pgproto3.FrontendMessage
	rows  []byte // CopyData that the client sends, again and again; nil: it reads
	loads bool   // nothing goes over the socket
}

// copiedRows is how many rows there are in way.rows.
const copiedRows = 2000

func ways() []way {
	query := func(sql string) []pgproto3.FrontendMessage {
		return []pgproto3.FrontendMessage{&pgproto3.Query{String: sql}}
	}
	const endless = "SELECT range AS n, 'some text' AS s FROM range(1000000000000)"
	binaryRow := []byte{0, 2}
	for _, field := range []string{"\x00\x00\x00\x00\x00\x00\x00\x07", "some text"} {
		binaryRow = append(binary.BigEndian.AppendUint32(binaryRow, uint32(len(field))), field...)
	}
	all := []way{
		{name: "text SELECT", sends: query(endless)},
		{name: "binary SELECT", sends: []pgproto3.FrontendMessage{
			&pgproto3.Parse{Query: endless}, &pgproto3.Bind{ResultFormatCodes: []int16{1}}, &pgproto3.Execute{}, &pgproto3.Sync{},
		}},
		{name: "FETCH", sends: query("BEGIN; DECLARE c CURSOR FOR " + endless + "; FETCH ALL FROM c")},
		{name: "LOAD", sends: query("LOAD 'endless.csv.gz' AS loaded"), loads: true},
	}
	for format, row := range map[string][]byte{"text": []byte("7\tsome text\n"), "csv": []byte("7,some text\n"), "binary": binaryRow} {
		all = append(all,
			way{name: "COPY out " + format, sends: query("COPY (" + endless + ") TO STDOUT (FORMAT " + format + ")")},
			way{name: "COPY in " + format, sends: query("COPY target FROM STDIN (FORMAT " + format + ")"), rows: bytes.Repeat(row, copiedRows)},
		)
	}
	return all
}

// endlessFile is a file of gigabytes that takes little room: one compressed piece,
// over and over.
func endlessFile(t *testing.T, dir string) {
	t.Helper()
	var piece bytes.Buffer
	z := gzip.NewWriter(&piece)
	z.Write([]byte(strings.Repeat("7,some text\n", 1_000_000)))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "endless.csv.gz", strings.Repeat(piece.String(), 500))
}

// brokenOff is a server, and somebody who watches it.
type brokenOff struct {
	*testing.T
	addr    string
	pid     atomic.Int64 // of the engine's process
	watcher *pgx.Conn
}

// TestBrokenOff breaks off each way in its middle: the client is killed, cancels,
// or reads and sends a kilobyte at a time before it is killed. The statement ends,
// of COPY and LOAD no row is left, and neither are goroutines, files and memory.
func TestBrokenOff(t *testing.T) {
	dir := t.TempDir()
	endlessFile(t, dir)
	b := &brokenOff{T: t}
	_, b.addr = start(t, csvsql.Options{DataDirs: []string{dir}, Threads: 2, Log: slog.New(pidLog{&b.pid})})
	b.watcher = connect(t, b.addr, pgx.QueryExecModeExec)
	for _, sql := range []string{"CREATE TABLE target (n bigint, s text)", "SELECT count(*) FROM pg_stat_activity"} {
		if _, err := b.watcher.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	before := b.holds()
	for _, w := range ways() {
		t.Run(w.name+", killed", func(t *testing.T) {
			b := b.in(t)
			c := b.begin(w)
			kill9(t, c)
			b.ended(c)
		})
		t.Run(w.name+", canceled", func(t *testing.T) {
			b := b.in(t)
			c := b.begin(w)
			b.cancel(c, w)
			c.Close(t.Context())
			b.ended(c)
		})
		b.returned(before)
	}
	t.Run("slow", func(t *testing.T) {
		b := b.in(t)
		var all sync.WaitGroup
		clients := make([]*pgconn.PgConn, len(ways()))
		for i, w := range ways() {
			clients[i] = b.begin(w)
			all.Go(func() { trickle(t, clients[i], w) })
		}
		all.Wait()
		now := b.holds()
		if now.heap > before.heap+64<<20 || now.engine > before.engine+512<<20 {
			t.Errorf("with slow clients there are %+v, and were %+v", now, before)
		}
		for _, c := range clients {
			kill9(t, c)
		}
		for _, c := range clients {
			b.ended(c)
		}
	})
	b.returned(before)
}

// in is b for a part of the test.
func (b *brokenOff) in(t *testing.T) *brokenOff {
	part := &brokenOff{T: t, addr: b.addr, watcher: b.watcher}
	part.pid.Store(b.pid.Load())
	return part
}

// begin starts a way on a connection of its own, and returns in the middle of it.
func (b *brokenOff) begin(w way) *pgconn.PgConn {
	b.Helper()
	c := connect(b.T, b.addr, pgx.QueryExecModeExec).PgConn()
	c.Conn().SetDeadline(time.Now().Add(2 * time.Minute))
	f := c.Frontend()
	for _, m := range w.sends {
		f.Send(m)
	}
	if err := f.Flush(); err != nil {
		b.Fatal(err)
	}
	if w.loads {
		b.until("it is active", func() bool { return b.activity(c, "active") == 1 })
		return c
	}
	for {
		m, err := f.Receive()
		if err != nil {
			b.Fatal(err)
		}
		switch m := m.(type) {
		case *pgproto3.ErrorResponse:
			b.Fatal(m.Code, m.Message)
		case *pgproto3.DataRow, *pgproto3.CopyData:
			return c
		case *pgproto3.CopyInResponse:
			if m.OverallFormat == 1 {
				f.Send(&pgproto3.CopyData{Data: []byte("PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00")})
			}
			for range 50 { // more than buffers hold
				f.Send(&pgproto3.CopyData{Data: w.rows})
				if err := f.Flush(); err != nil {
					b.Fatal(err)
				}
			}
			return c
		}
	}
}

// kill9 ends a connection as the death of its client does. What it had not read is
// lost.
func kill9(t *testing.T, c *pgconn.PgConn) {
	t.Helper()
	tcp := c.Conn().(*net.TCPConn)
	tcp.SetLinger(0)
	if err := tcp.Close(); err != nil {
		t.Error(err)
	}
}

// cancel cancels, reads on until that is answered, and uses the session again.
func (b *brokenOff) cancel(c *pgconn.PgConn, w way) {
	b.Helper()
	if err := c.CancelRequest(b.Context()); err != nil {
		b.Fatal(err)
	}
	code, f := "", c.Frontend()
	for ready := false; !ready; {
		m, err := f.Receive()
		if err != nil {
			b.Fatal(err)
		}
		switch m := m.(type) {
		case *pgproto3.ErrorResponse:
			code = m.Code
		case *pgproto3.ReadyForQuery:
			ready = true
		}
	}
	if code != "57014" {
		b.Errorf("it ended with %q", code)
	}
	f.Send(&pgproto3.Query{String: "ROLLBACK; SELECT 42 AS answer"})
	if err := f.Flush(); err != nil {
		b.Fatal(err)
	}
	for {
		switch m, err := f.Receive(); m := m.(type) {
		case *pgproto3.DataRow:
			if string(m.Values[0]) == "42" {
				return
			}
		case *pgproto3.ReadyForQuery:
			b.Fatal("the session does not answer any more")
		default:
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// trickle is a client that takes a kilobyte a second, or gives it.
func trickle(t *testing.T, c *pgconn.PgConn, w way) {
	if w.loads {
		return
	}
	some := make([]byte, 1000)
	for range 3 {
		var err error
		if w.rows != nil {
			c.Frontend().Send(&pgproto3.CopyData{Data: w.rows[:len(w.rows)/copiedRows*80]})
			err = c.Frontend().Flush()
		} else {
			_, err = c.Conn().Read(some)
		}
		if err != nil {
			t.Errorf("%s: %v", w.name, err)
			return
		}
		time.Sleep(time.Second)
	}
}

// ended waits until the server does nothing any more for a connection, and looks
// for what must not be left.
func (b *brokenOff) ended(c *pgconn.PgConn) {
	b.Helper()
	b.until("the statement has ended", func() bool { return b.activity(c, "%") == 0 })
	for _, sql := range []string{
		"SELECT count(*)::integer FROM target",
		"SELECT count(*)::integer FROM pg_class WHERE relname = 'loaded'",
	} {
		var n int
		if err := b.watcher.QueryRow(b.Context(), sql).Scan(&n); err != nil || n != 0 {
			b.Errorf("%s: %d, %v", sql, n, err)
		}
	}
}

// activity is 1 if a connection is there in a state, else 0.
func (b *brokenOff) activity(c *pgconn.PgConn, state string) (n int) {
	b.Helper()
	err := b.watcher.QueryRow(b.Context(), "SELECT count(*)::integer FROM pg_stat_activity WHERE pid = $1 AND state LIKE $2",
		int(c.PID()), state).Scan(&n)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func (b *brokenOff) until(what string, is func() bool) {
	b.Helper()
	for deadline := time.Now().Add(time.Minute); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.Fatalf("a minute has gone, and it is not so that %s", what)
		}
	}
}

// holding is what a server holds.
type holding struct {
	held
	engineFiles  int // that the engine's process has open
	heap, engine int // bytes: live in this process, and resident in the engine's
}

func (b *brokenOff) holds() (h holding) {
	b.Helper()
	h.held = holdings(b.T)
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	h.heap = int(m.HeapAlloc)
	pid := "self"
	if n := b.pid.Load(); n != 0 {
		pid = fmt.Sprint(n)
	}
	files, err := os.ReadDir(filepath.Join("/proc", pid, "fd"))
	statm, err2 := os.ReadFile(filepath.Join("/proc", pid, "statm"))
	if err != nil || err2 != nil {
		b.Fatal(err, err2)
	}
	var size, pages int
	fmt.Sscan(string(statm), &size, &pages)
	h.engineFiles, h.engine = len(files), pages*os.Getpagesize()
	return h
}

// returned waits until nothing is held that was not before. Four rings are kept
// for the next results, and the engine keeps some memory for what comes next.
func (b *brokenOff) returned(before holding) {
	b.Helper()
	var now holding
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		now = b.holds()
		if now.goroutines <= before.goroutines && now.files <= before.files && now.engineFiles <= before.engineFiles &&
			now.children <= before.children && now.shared <= 4 && now.heap < before.heap+32<<20 && now.engine < before.engine+512<<20 {
			return
		}
		if time.Now().After(deadline) {
			b.Fatalf("there are %+v, and were %+v\n%s", now, before, stacks())
		}
	}
}
