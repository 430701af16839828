package csvfile

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// Most files are plain: no quote in a block, and values that say nothing new about
// their column. A block of them is cut eight bytes at a time.

// isPlain reports whether the records of a block may be lines that only have to be
// looked at.
func (p *pass) isPlain() bool {
	return len(p.dialect.Delimiter) == 1 && p.dialect.NewLine == '\n' && len(p.names) > 1 &&
		p.copyTo == nil && !p.skim && p.comment == "" && p.null == nil
}

// plain looks at a block of lines; false if it is none.
func (w *worker) plain(b block) bool {
	data := b.data
	if q := w.dialect.Quote; q != 0 && bytes.IndexByte(data, q) >= 0 {
		return false
	}
	if n := bytes.Count(data, []byte{'\r'}); n > 0 && n != bytes.Count(data, []byte("\r\n")) {
		return false
	}
	delimiter, newLine := repeated(w.dialect.Delimiter[0]), repeated('\n')
	l := line{number: b.line, ends: w.ends[:0]}
	for i := 0; i < len(data); i += 8 {
		word := eight(data[i:])
		for marks := equal(word, delimiter) | equal(word, newLine); marks != 0; marks &= marks - 1 {
			at := i + bits.TrailingZeros64(marks)/8
			l.ends = append(l.ends, at)
			if data[at] == '\n' {
				w.line(data[:at+1], &l)
			}
		}
	}
	if l.begin < len(data) { // the last line of a file, without its end
		l.ends = append(l.ends, len(data))
		w.line(data, &l)
	}
	w.ends = l.ends
	return true
}

// line is a line of a block.
type line struct {
	number int64
	begin  int
	ends   []int // of its fields
}

// line looks at a line, data ending with it, and goes on to the next.
func (w *worker) line(data []byte, l *line) {
	raw := data[l.begin:]
	w.longest = max(w.longest, len(raw))
	end := len(raw)
	switch {
	case bytes.HasSuffix(raw, []byte("\r\n")):
		w.crlf++
		end -= 2
	case raw[end-1] == '\n':
		w.lf++
		end--
	}
	whole := len(l.ends) == len(w.names)
	if whole {
		l.ends[len(l.ends)-1] = l.begin + end
	}
	if whole && w.areOfTypes(data, l) {
		w.values(data, l)
	} else {
		w.fields, _ = w.dialect.split(raw, w.fields[:0])
		w.record(raw, l.number, true) // nothing is copied, so that nothing fails
	}
	l.number++
	l.begin, l.ends = len(data), l.ends[:0]
}

// areOfTypes reports whether the values of the columns whose types were given are
// among the commonest of these types. False says nothing.
func (w *worker) areOfTypes(data []byte, l *line) bool {
	begin := l.begin
	for i, end := range l.ends {
		v := data[begin:end]
		begin = end + 1
		if d := w.columns[i]; d != nil && d.isChecked() && len(v) > 0 && !d.isPlain(v, &w.tallies[i]) {
			return false
		}
	}
	return true
}

func (w *worker) values(data []byte, l *line) {
	begin := l.begin
	for i, end := range l.ends {
		v := data[begin:end]
		begin = end + 1
		if len(v) == 0 {
			continue
		}
		switch d, t := w.columns[i], &w.tallies[i]; {
		case d != nil && d.bits > 0: // is not counted
		case d != nil && d.isChecked(), t.can == text && t.values > 0, t.isKnown(v):
			t.values++
		default:
			t.add(v, l.number, true)
		}
	}
}

// isKnown reports whether a value is one of those, the commonest, that say nothing
// that the values before it have not said. False says nothing.
func (t *tally) isKnown(v []byte) bool {
	const (
		asInteger = text | integer | huge | double | grouped | comma
		asDecimal = text | double | grouped
		asDate    = text | dateISO | timestamp
	)
	switch {
	case t.values == 0:
		return false
	case t.can&^asInteger == 0:
		whole, decimal := plainNumber(v)
		return whole && t.seen&asInteger == asInteger || decimal && t.can&^asDecimal == 0
	case t.can&^asDate == 0:
		return plainDate(v) && t.seen&asDate == asDate
	}
	return false
}

// plainNumber reports whether v is an integer of few digits as bigint prints it, or a
// decimal number.
func plainNumber(v []byte) (whole, decimal bool) {
	if v[0] == '-' {
		v = v[1:]
		if len(v) > 0 && v[0] == '0' {
			return false, false
		}
	}
	n := 0
	for n < len(v) && v[n]-'0' <= 9 {
		n++
	}
	if n == 0 || n > 1 && v[0] == '0' || len(v) > exactDigits {
		return false, false
	}
	return n == len(v), n+1 < len(v) && v[n] == '.' && digitsOnly(v[n+1:])
}

// plainDate reports whether v is a date as in 2024-12-31, of a year from 1000 and
// not the 29th of February, which not every year has.
func plainDate(v []byte) bool {
	if len(v) != len("2024-12-31") || v[4] != '-' || v[7] != '-' || v[0] == '0' {
		return false
	}
	for _, i := range [...]int{0, 1, 2, 3, 5, 6, 8, 9} {
		if v[i]-'0' > 9 {
			return false
		}
	}
	month, day := 10*(v[5]-'0')+v[6]-'0', 10*(v[8]-'0')+v[9]-'0'
	const days = "\x00\x1f\x1c\x1f\x1e\x1f\x1e\x1f\x1f\x1e\x1f\x1e\x1f" // of the months
	return int(month) < len(days) && 1 <= day && day <= days[month]
}

// eight are the first eight bytes of data, of which those behind its end are 0.
func eight(data []byte) uint64 {
	if len(data) >= 8 {
		return binary.LittleEndian.Uint64(data)
	}
	var word [8]byte
	copy(word[:], data)
	return binary.LittleEndian.Uint64(word[:])
}

func repeated(c byte) uint64 { return uint64(c) * 0x0101010101010101 }

// equal has the highest bit of each byte in which two words are equal.
func equal(a, b uint64) uint64 {
	const low = 0x7f7f7f7f7f7f7f7f
	x := a ^ b
	return ^((x&low + low) | x | low)
}
