package client

import (
	"bufio"
	"bytes"
	"net"
	"testing"

	"github.com/csvsql/csvsql/wire"
)

// FuzzReceive feeds the reader with what a hostile server might send.
func FuzzReceive(f *testing.F) {
	f.Add([]byte("Z\x00\x00\x00\x05I"))
	f.Add([]byte("T\x00\x00\x00\x1b\x00\x01a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x17\x00\x04\xff\xff\xff\xff\x00\x00D\x00\x00\x00\x0b\x00\x01\x00\x00\x00\x011C\x00\x00\x00\x0dSELECT 1\x00Z\x00\x00\x00\x05I"))
	f.Add([]byte("E\x00\x00\x00\x0fSERROR\x00C\x00\x00\x00"))
	f.Add([]byte("D\x7f\xff\xff\xff\xff\xff"))
	f.Add([]byte("T\x00\x00\x00\x06\xff\xff"))
	f.Add([]byte("t\x00\x00\x00\x06\xff\xff"))
	f.Fuzz(func(t *testing.T, input []byte) {
		near, far := net.Pipe()
		defer near.Close()
		defer far.Close()
		c := &Conn{
			nc:     near,
			in:     bufio.NewReaderSize(bytes.NewReader(input), inBuffer),
			params: make(map[string]string),
			notice: func(*wire.Error) {},
		}
		var fields [][]byte
		for {
			m, err := c.Receive()
			if err != nil {
				break
			}
			m.Error()
			m.Columns()
			m.Params()
			m.Tag()
			var failed error
			fields, failed = Row(m.Body).AppendFields(fields[:0])
			if failed == nil && len(fields) != Row(m.Body).Len() {
				t.Errorf("%d fields in a row of %d", len(fields), Row(m.Body).Len())
			}
		}
		if cap(c.large) > 2*len(input)+2*inBuffer {
			t.Errorf("%d bytes allocated for %d received", cap(c.large), len(input))
		}
	})
}

// FuzzServerFirst feeds the SCRAM exchange with hostile server-first-messages.
func FuzzServerFirst(f *testing.F) {
	f.Add("r=fyko,s=QSXCR+Q6sek8bf92,i=4096")
	f.Add("r=,s=,i=-1")
	f.Fuzz(func(t *testing.T, m string) {
		_, _, iterations, err := parseServerFirst(m)
		if err == nil && (iterations < 1 || iterations > maxIterations) {
			t.Errorf("%d iterations", iterations)
		}
	})
}

// TestSCRAM computes the exchange of RFC 7677, section 3, but for the user name,
// which PostgreSQL does not use.
func TestSCRAM(t *testing.T) {
	s := &scram{password: "pencil", nonce: "rOprNGfwEbeRWgbNEkqO", gs2Header: "n,,"}
	answer, err := s.next("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")
	if err != nil {
		t.Fatal(err)
	}
	if want := "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p="; !bytes.HasPrefix([]byte(answer), []byte(want)) {
		t.Errorf("%s", answer)
	}
	if err := s.final("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="); err == nil || s.done {
		t.Error("a signature over another user name was accepted")
	}
	if _, err := s.next("r=another,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"); err == nil {
		t.Error("a nonce that is not ours was accepted")
	}
}
