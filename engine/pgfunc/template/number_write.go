package template

import (
	"fmt"
	"strings"
)

// numberWriter writes the digits of a number into a template.
type numberWriter struct {
	*Number
	dst      []byte
	number   string // its digits and point, without the sign
	at       int    // in number
	last     int    // where number ends if zeros behind it are dropped; -1: they are not
	blanks   int    // places before the first digit
	place    int    // of the template's digits, from 0
	places   int
	signChar byte // '-' or '+'

	signed    bool // the sign is written, or will not be
	bracketed bool
	inNumber  bool // a digit has been written
	ended     bool // a digit was asked for behind the last one: PostgreSQL writes no more
	err       error
	signLast  bool // S is behind the number
}

// write appends a number, before whose first digit there are so many places left.
func (t *Number) write(dst []byte, number string, blanks int, sign byte) ([]byte, error) {
	w := numberWriter{Number: t, dst: dst, number: number, blanks: blanks, signChar: sign, last: -1, bracketed: t.brackets}
	w.signLast = t.sign && !t.signBefore
	switch {
	case t.plus || t.minus:
		w.signed = t.minus
	default:
		if sign != '-' && t.fill {
			w.bracketed = false
		}
		w.signed = sign == '+' && t.fill && !t.sign
		if t.sign && t.signBefore && t.whole == t.signAt {
			w.signLast = true
		}
	}
	w.places = t.whole + t.fraction - 1
	if t.fill && t.point && !t.roman {
		w.last = lastDigit(number)
		if w.last >= 0 && t.zeroTo > blanks {
			w.last = max(w.last, min(len(number)-1, t.zeroTo-blanks))
		}
	}
	if !w.signed && blanks == 0 {
		w.places++
	}
	for _, n := range t.nodes {
		if w.ended || w.err != nil {
			break
		}
		if n.pattern == "" {
			w.dst = append(w.dst, n.character...)
		} else {
			w.pattern(n.pattern)
		}
	}
	return w.dst, w.err
}

// lastDigit is where a number has its last digit that is no zero, or the point;
// -1 if it has no point.
func lastDigit(number string) int {
	point := strings.IndexByte(number, '.')
	if point < 0 {
		return -1
	}
	return len(strings.TrimRight(number, "0")) - 1
}

func (w *numberWriter) pattern(k string) {
	blankUnless := func(write bool, c byte) {
		switch {
		case write:
			w.dst = append(w.dst, c)
		case !w.fill:
			w.dst = append(w.dst, ' ')
		}
	}
	switch strings.ToUpper(k) {
	case "9", "0", ".", "D":
		if !w.roman {
			w.digit(k)
		}
	case ",", "G":
		blankUnless(w.inNumber, ',')
	case "L":
		w.dst = append(w.dst, ' ')
	case "RN":
		text := w.number
		if k == "rn" {
			text = strings.ToLower(text)
		}
		if !w.fill {
			text = fmt.Sprintf("%15s", text)
		}
		w.dst = append(w.dst, text...)
	case "TH":
		if !w.roman && w.number[0] != '#' && w.signChar != '-' && !w.point {
			if last := w.number[len(w.number)-1]; last < '0' || last > '9' {
				w.err = &Error{Code: "22P02", Message: `"` + w.number + `" is not a number`}
				return
			}
			w.dst = append(w.dst, ordinal(w.number, k)...)
		}
	case "MI":
		blankUnless(w.signChar == '-', '-')
	case "PL":
		blankUnless(w.signChar == '+', '+')
	case "SG":
		if w.ended = w.roman; w.ended {
			return
		}
		w.dst = append(w.dst, w.signChar)
	}
}

// zeroPlace is the first place, from 0, that a zero is written to.
func (w *numberWriter) zeroPlace() int { return max(w.zeroFrom-1, 0) }

// bareZero reports whether the next digit is the zero before a point, which is
// not written unless the template has a 0.
func (w *numberWriter) bareZero() bool {
	return !w.zeros && w.at == 0 && strings.HasPrefix(w.number, "0") && w.fraction != 0
}

func (w *numberWriter) lastIsPoint() bool { return w.last >= 0 && w.number[w.last] == '.' }

func (w *numberWriter) digit(k string) {
	w.inNumber = false
	if !w.signed && (w.place >= w.blanks || w.zeros && w.zeroPlace() == w.place) && (!w.bareZero() || w.lastIsPoint()) {
		w.leadingSign()
	}
	switch {
	case w.place < w.blanks && (!w.zeros || w.zeroPlace() > w.place):
		if !w.fill {
			w.dst = append(w.dst, ' ')
		}
	case w.zeros && w.place < w.blanks:
		w.dst = append(w.dst, '0')
		w.inNumber = true
	default:
		if w.nextDigit(k); w.ended {
			return
		}
	}
	end := w.places
	if w.blanks > 0 {
		end++
	}
	if w.point {
		end++
	}
	if w.last >= 0 && w.last == w.at {
		end = w.place
	}
	if w.place+1 == end {
		w.trailingSign()
	}
	w.place++
}

func (w *numberWriter) nextDigit(k string) {
	if w.at >= len(w.number) {
		w.ended = w.last < 0 || k == "0"
		return
	}
	c := w.number[w.at]
	switch {
	case c == '.':
		w.dst = append(w.dst, '.')
	case w.last >= 0 && w.at > w.last && k != "0":
	case w.bareZero():
		if !w.fill {
			w.dst = append(w.dst, ' ')
		} else if w.lastIsPoint() {
			w.dst = append(w.dst, '0')
		}
	default:
		w.dst = append(w.dst, c)
		w.inNumber = true
	}
	w.at++
}

func (w *numberWriter) leadingSign() {
	switch {
	case w.sign:
		if w.signBefore && !w.signLast {
			w.dst = append(w.dst, w.signChar)
			w.signed = true
		}
		return
	case w.bracketed && w.signChar == '-':
		w.dst = append(w.dst, '<')
	case w.signChar == '-':
		w.dst = append(w.dst, '-')
	case w.bracketed || !w.fill:
		w.dst = append(w.dst, ' ')
	}
	w.signed = true
}

func (w *numberWriter) trailingSign() {
	switch {
	case w.signed && w.bracketed && w.signChar == '-':
		w.dst = append(w.dst, '>')
	case w.signed && w.bracketed:
		w.dst = append(w.dst, ' ')
	case w.sign && w.signLast:
		w.dst = append(w.dst, w.signChar)
	}
}
