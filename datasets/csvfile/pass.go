package csvfile

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"unicode/utf8"
)

// pass reads all records of a text once.
type pass struct {
	path     string
	dialect  Dialect
	columns  []*declared // nil for one whose type is to be found out
	names    []string
	comment  string
	null     []string // nil: nullWords
	pad      bool
	skim     bool
	isUTF8   bool // text in another encoding was made UTF-8
	copyTo   *bufio.Writer
	preamble int  // lines before the header
	header   bool // a record before the others is the header

	blockSize int // 0 is the usual one
}

// findings are what a pass found, of some blocks or of all.
type findings struct {
	tallies  []tally
	rejects  []Reject
	rejected int64
	longest  int
	bytes    int64
	crlf, lf int64 // how many lines end so
	foreign  bool  // text that is neither UTF-8 nor close to it
}

func (p *pass) newFindings() *findings {
	f := &findings{tallies: make([]tally, len(p.names))}
	for i := range f.tallies {
		f.tallies[i].can = anyKind
		if d := p.columns[i]; d != nil && d.isChecked() {
			f.tallies[i].can = d.allowed | text
		} else if d != nil {
			f.tallies[i].can = text
		}
	}
	return f
}

// run reads in. Blocks of records are looked at by several goroutines, unless the
// records are copied.
func (p *pass) run(ctx context.Context, in io.Reader) (*findings, error) {
	s := newScanner(in, p.dialect, cmp.Or(p.blockSize, blockSize))
	for range p.preamble {
		if err := s.skipLine(); err != nil {
			return nil, err
		}
	}
	if p.header {
		if err := s.skipRecord(); err != nil {
			return nil, err
		}
	}
	workers := min(runtime.GOMAXPROCS(0), 4)
	if p.copyTo != nil {
		workers = 1
	}
	var (
		blocks = make(chan block)
		stop   = make(chan struct{}) // by the first who sees that there is no point
		once   sync.Once
		group  sync.WaitGroup
		all    = make([]*findings, workers)
		errs   = make([]error, workers)
	)
	for i := range all {
		all[i] = p.newFindings()
		group.Go(func() {
			w := worker{pass: p, findings: all[i], lines: p.isPlain()}
			for b := range blocks {
				if errs[i] == nil {
					errs[i] = w.block(b)
				}
				s.done(b)
				if errs[i] != nil || w.foreign || w.rejected > 0 && !p.skim || w.rejected > MaxRejects {
					once.Do(func() { close(stop) })
				}
			}
		})
	}
	err := p.send(ctx, s, blocks, stop)
	close(blocks)
	group.Wait()
	for _, e := range errs {
		err = cmp.Or(err, e)
	}
	if err != nil {
		return nil, err
	}
	return merge(all), nil
}

func (p *pass) send(ctx context.Context, s *scanner, blocks chan<- block, stop <-chan struct{}) error {
	for {
		b, err := s.next()
		if err != nil || len(b.data) == 0 {
			return p.readError(err)
		}
		select {
		case blocks <- b:
		case <-stop:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (p *pass) readError(err error) error {
	if long, ok := err.(errTooLong); ok {
		e := fileErrorf("54000", p.path, int64(long), "a line, or a quoted field that does not end, is longer than 1 GB")
		e.Hint = "A quote may be missing. Without quotes: WITH (quote '')."
		return e
	}
	if err != nil {
		return fileErrorf("22P04", p.path, 0, "it cannot be read to its end: %v", err)
	}
	return nil
}

func merge(all []*findings) *findings {
	f := all[0]
	for _, o := range all[1:] {
		for i := range f.tallies {
			f.tallies[i].merge(&o.tallies[i])
		}
		f.rejects = append(f.rejects, o.rejects...)
		f.rejected += o.rejected
		f.longest = max(f.longest, o.longest)
		f.bytes += o.bytes
		f.crlf += o.crlf
		f.lf += o.lf
		f.foreign = f.foreign || o.foreign
	}
	slices.SortStableFunc(f.rejects, func(a, b Reject) int { return cmp.Compare(a.Line, b.Line) })
	f.rejects = f.rejects[:min(len(f.rejects), MaxRejects)]
	return f
}

// worker looks at blocks.
type worker struct {
	*pass
	*findings
	fields []field
	lines  bool  // a block may be one of plain lines
	ends   []int // of the fields of one
}

func (w *worker) block(b block) error {
	valid := utf8.Valid(b.data)
	if !valid && !w.isUTF8 && looksForeign(b.data) {
		w.foreign = true
		return nil
	}
	w.bytes += int64(len(b.data))
	clean := valid && bytes.IndexByte(b.data, 0) < 0
	if clean && w.lines && w.plain(b) {
		return nil
	}
	line := b.line
	for rest := b.data; len(rest) > 0; {
		var n int
		w.fields, n = w.dialect.split(rest, w.fields[:0])
		raw := rest[:n]
		if w.skim && w.fields[len(w.fields)-1].open {
			// A quote that is missing costs its line, not the rest of the file.
			raw = rest[:bytes.IndexByte(rest, w.dialect.NewLine)+1]
			if len(raw) == 0 {
				raw = rest
			}
		}
		rest = rest[len(raw):]
		if err := w.record(raw, line, clean); err != nil {
			return err
		}
		if n := len(raw); n > 1 && raw[n-1] == '\n' && raw[n-2] == '\r' {
			w.crlf++
		} else if raw[n-1] == w.dialect.NewLine {
			w.lf++
		}
		line++
		if len(raw) > w.longest {
			w.longest = len(raw)
		}
		for _, f := range w.fields {
			if f.quoted && !(f.open && w.skim) {
				line += int64(bytes.Count(f.text, w.dialect.lineEnd()))
			}
		}
	}
	return nil
}

// record looks at a record, and copies it if it fits.
func (w *worker) record(raw []byte, line int64, clean bool) error {
	body := bytes.TrimRight(raw, "\r\n")
	if len(body) == 0 && len(w.names) > 1 || w.comment != "" && bytes.HasPrefix(raw, []byte(w.comment)) {
		return nil
	}
	if reject, ok := w.misfit(body, line, clean); !ok {
		if w.rejected++; len(w.rejects) < MaxRejects {
			reject.Line = line
			reject.Raw = string(bytes.ToValidUTF8(bytes.ReplaceAll(body[:min(len(body), 10_000)], []byte{0}, nil), []byte("\uFFFD")))
			w.rejects = append(w.rejects, reject)
		}
		return nil
	}
	for i, f := range w.fields[:min(len(w.fields), len(w.names))] {
		if len(f.text) == 0 || w.columns[i] != nil && w.columns[i].bits > 0 {
			continue
		}
		v := f.text
		if f.quoted {
			v = w.dialect.unescape(f)
		}
		if w.null != nil && slices.Contains(w.null, string(v)) {
			continue
		}
		if d := w.columns[i]; d != nil && d.isChecked() {
			if _, plain := d.fits(bytes.Trim(v, " ")); plain {
				continue
			}
		}
		w.tallies[i].add(v, line, w.null == nil)
	}
	if w.copyTo == nil {
		return nil
	}
	w.copyTo.Write(body)
	for i := len(w.fields); i < len(w.names); i++ {
		w.copyTo.WriteString(w.dialect.Delimiter)
	}
	return w.copyTo.WriteByte('\n')
}

// misfit says what is wrong with a record.
func (w *worker) misfit(body []byte, line int64, clean bool) (Reject, bool) {
	if !clean {
		switch {
		case bytes.IndexByte(body, 0) >= 0:
			return Reject{Code: "22021", Reason: "it has a byte of zero, which text cannot hold"}, false
		case !utf8.Valid(body):
			return Reject{Code: "22021", Reason: `invalid byte sequence for encoding "UTF8"`}, false
		}
	}
	n := len(w.fields)
	returns := bytes.IndexByte(body, '\r') >= 0
	for i, f := range w.fields {
		switch {
		case f.open:
			return Reject{Code: "22P04", Column: w.nameOf(i), Reason: fmt.Sprintf("the quoted field that begins with %s does not end", excerpt(string(firstLine(f.text))))}, false
		case f.junk:
			return Reject{Code: "22P04", Column: w.nameOf(i), Reason: fmt.Sprintf("something follows the quote that ends the field %s", excerpt(string(f.text)))}, false
		case returns && !f.quoted && bytes.IndexByte(f.text, '\r') >= 0:
			return Reject{Code: "22P04", Column: w.nameOf(i), Reason: "a carriage return inside of it, where other lines end in line feeds"}, false
		}
	}
	if n == len(w.names)+1 && len(w.fields[n-1].text) == 0 {
		n-- // a delimiter at the end
	}
	if n > len(w.names) || n < len(w.names) && !w.pad {
		return Reject{Code: "22P04", Reason: fmt.Sprintf("it has %s instead of %d", fieldsOf(n), len(w.names))}, false
	}
	for i, d := range w.columns[:min(n, len(w.columns))] {
		if d == nil || d.allowed == 0 || d.allowed == text {
			continue
		}
		v := bytes.Trim(w.dialect.unescape(w.fields[i]), " ")
		if len(v) == 0 || w.null == nil && nullWord(v) >= 0 || slices.Contains(w.null, string(v)) {
			continue
		}
		if fits, _ := d.fits(v); !fits {
			return Reject{Code: "22P02", Column: w.names[i], Reason: fmt.Sprintf("column %q: %s is not of type %s", w.names[i], excerpt(string(v)), d.sql)}, false
		}
	}
	return Reject{}, true
}

func (w *worker) nameOf(i int) string {
	if i < len(w.names) {
		return w.names[i]
	}
	return ""
}

func firstLine(v []byte) []byte {
	line, _, _ := bytes.Cut(v, []byte{'\n'})
	return bytes.TrimRight(line, "\r")
}

func fieldsOf(n int) string {
	if n == 1 {
		return "1 field"
	}
	return fmt.Sprintf("%d fields", n)
}
