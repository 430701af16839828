package wire_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

// reader reads answers and allocates nothing.
type reader struct {
	nc  net.Conn
	buf []byte
}

// untilReady reads up to the nth ReadyForQuery outside a block.
func (r *reader) untilReady(n int) error {
	ready := []byte("Z\x00\x00\x00\x05I")
	for kept := 0; n > 0; {
		m, err := r.nc.Read(r.buf[kept:])
		if err != nil {
			return err
		}
		have := r.buf[:kept+m]
		n -= bytes.Count(have, ready)
		kept = min(len(ready)-1, len(have)) // may be the beginning of one
		if bytes.HasSuffix(have, ready) {
			kept = 0
		}
		copy(r.buf, have[len(have)-kept:])
	}
	return nil
}

// query is a Query message.
func query(sql string) []byte {
	m := binary.BigEndian.AppendUint32([]byte{'Q'}, uint32(4+len(sql)+1))
	return append(append(m, sql...), 0)
}

// fetch is the messages that run sql in the extended protocol, rows at a time.
func fetch(sql string, legs, rows int) []byte {
	var m []byte
	message := func(letter byte, body string) {
		m = append(m, letter)
		m = binary.BigEndian.AppendUint32(m, uint32(4+len(body)))
		m = append(m, body...)
	}
	message('P', "\x00"+sql+"\x00\x00\x00")
	message('B', "\x00\x00\x00\x00\x00\x00\x00\x00")
	for range legs {
		message('E', "\x00"+string(binary.BigEndian.AppendUint32(nil, uint32(rows))))
	}
	message('S', "")
	return m
}

// TestRowsAllocateNothing compares what a few rows cost with what many cost.
func TestRowsAllocateNothing(t *testing.T) { // not parallel: it counts allocations
	addr := serve(t, &wire.Server{})
	nc := dial(t, addr)
	if got := exchange(t, nc, login()); got != welcome {
		t.Fatal(got)
	}
	r := &reader{nc, make([]byte, 256<<10)}
	measure := func(messages []byte) float64 {
		return testing.AllocsPerRun(5, func() {
			if _, err := nc.Write(messages); err != nil {
				t.Error(err)
			}
			if err := r.untilReady(1); err != nil {
				t.Error(err)
			}
		})
	}
	few, many := measure(query("generate 10")), measure(query("generate 300000"))
	if many > few+20 {
		t.Errorf("300,000 rows cost %v allocations, 10 rows %v", many, few)
	}
	few, many = measure(fetch("generate 300000", 1, 10)), measure(fetch("generate 300000", 1, 200_000))
	if many > few+20 {
		t.Errorf("200,000 rows cost %v allocations, 10 rows %v", many, few)
	}
}

// countConn counts the writes of a server.
type countConn struct {
	net.Conn
	writes *atomic.Int64
}

func (c countConn) Write(b []byte) (int, error) {
	c.writes.Add(1)
	return c.Conn.Write(b)
}

// TestOneWrite: what belongs together is written together. Time stands still while
// something runs, so that the watcher does not write.
func TestOneWrite(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		writes := new(atomic.Int64)
		done := make(chan struct{})
		go func() {
			defer close(done)
			(&wire.Server{Handler: &fake{}}).ServeConn(countConn{theirs, writes})
		}()
		c, err := client.New(t.Context(), ours, client.Config{User: "test"})
		if err != nil {
			t.Fatal(err)
		}
		r := &reader{ours, make([]byte, 256<<10)}
		for _, test := range []struct {
			name     string
			messages []byte
			ready    int
			want     int64
		}{
			{"a query", query("select 1 as a"), 1, 1},
			{"several statements", query("select 1 as a; select 2 as a; insert"), 1, 1},
			{"parse to sync", fetch(fiveRows, 3, 2), 1, 1},
			{"a pipeline", bytes.Repeat(query("select 1 as a"), 10), 10, 1},
			{"many statements", query(strings.Repeat("insert;", 10_000)), 1, 3}, // of 16 bytes
			{"many rows", query("generate 100000"), 1, 25},                      // of 12 to 16 bytes
		} {
			before := writes.Load()
			if _, err := ours.Write(test.messages); err != nil {
				t.Fatal(err)
			}
			if err := r.untilReady(test.ready); err != nil {
				t.Fatal(err)
			}
			if n := writes.Load() - before; n != test.want {
				t.Errorf("%s: %d writes, want %d", test.name, n, test.want)
			}
		}
		c.Close()
		<-done
	})
}

// BenchmarkRoundTrip is the cost of a query that returns one row.
func BenchmarkRoundTrip(b *testing.B) {
	for name, messages := range map[string][]byte{
		"simple":   query("select 1 as a"),
		"extended": fetch("select 1 as a", 1, 0),
	} {
		b.Run(name, func(b *testing.B) { benchmark(b, messages) })
	}
}

// BenchmarkRows streams rows of one integer.
func BenchmarkRows(b *testing.B) {
	for _, rows := range []int{1000, 1_000_000} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			b.SetBytes(int64(rows) * 16)
			benchmark(b, query(fmt.Sprint("generate ", rows)))
		})
	}
}

func benchmark(b *testing.B, messages []byte) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s := &wire.Server{Handler: &fake{}}
	done := make(chan error)
	go func() { done <- s.Serve(l) }()
	nc, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	nc.Write(login())
	if got := trace(nc); !strings.HasSuffix(got, "ZI") {
		b.Fatal(got)
	}
	r := &reader{nc, make([]byte, 256<<10)}
	b.ReportAllocs()
	for b.Loop() {
		nc.Write(messages)
		if err := r.untilReady(1); err != nil && !errors.Is(err, io.EOF) {
			b.Fatal(err)
		}
	}
	nc.Close()
	s.Close()
	<-done
}
