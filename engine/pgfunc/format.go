package pgfunc

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/pglex"
)

// formatting is format(text, ...) (PostgreSQL documentation, 9.4.1).
func formatting() engine.Function {
	return variadic("format", text, func(args arrow.RecordBatch, out array.Builder) error {
		printers := make([]*encoding.Printer, args.NumCols())
		for i, f := range args.Schema().Fields() {
			printers[i] = encoding.NewPrinter(f)
			printers[i].Bind(args.Column(i))
		}
		f := formatter{args: make([]cell, len(printers)-1)}
		for row := range int(args.NumRows()) {
			if printers[0].IsNull(row) {
				out.AppendNull()
				continue
			}
			for i, p := range printers[1:] {
				f.args[i] = cell{p, row}
			}
			f.dst, f.next = nil, 0
			if err := f.format(string(printers[0].Append(nil, row))); err != nil {
				return err
			}
			out.(*array.StringBuilder).Append(string(f.dst))
		}
		return nil
	})
}

// formattingList is format(text, VARIADIC array).
func formattingList() engine.Function {
	return variadic("format_list", text, func(args arrow.RecordBatch, out array.Builder) error {
		if args.NumCols() != 2 {
			return engine.Errorf("42883", "function format does not exist for these arguments")
		}
		list, ok := args.Column(1).(array.ListLike)
		if !ok {
			return engine.Errorf("42804", "VARIADIC argument must be an array")
		}
		template := encoding.NewPrinter(args.Schema().Field(0))
		template.Bind(args.Column(0))
		items, field := innermost(list)
		printer := encoding.NewPrinter(field)
		printer.Bind(items)
		for i := range int(args.NumRows()) {
			if template.IsNull(i) {
				out.AppendNull()
				continue
			}
			f := formatter{}
			if !list.IsNull(i) {
				for k := range elements(list, i) {
					f.args = append(f.args, cell{printer, k})
				}
			}
			if err := f.format(string(template.Append(nil, i))); err != nil {
				return err
			}
			out.(*array.StringBuilder).Append(string(f.dst))
		}
		return nil
	})
}

type formatter struct {
	args []cell
	next int // the argument that is taken next, from 0
	dst  []byte
}

// cell is a value of a column.
type cell struct {
	*encoding.Printer
	row int
}

func (c cell) isNull() bool { return c.IsNull(c.row) }
func (c cell) text() string { return string(c.Append(nil, c.row)) }

// maxWidth bounds what a width makes of a value.
const maxWidth = 10 << 20

func (f *formatter) format(template string) error {
	for {
		before, rest, found := strings.Cut(template, "%")
		f.dst = append(f.dst, before...)
		if !found {
			return nil
		}
		if strings.HasPrefix(rest, "%") {
			f.dst = append(f.dst, '%')
			template = rest[1:]
			continue
		}
		var err error
		if template, err = f.specifier(rest); err != nil {
			return err
		}
	}
}

// specifier writes an argument: [position$][-][width]type, the width a number, *
// or *position$.
func (f *formatter) specifier(s string) (rest string, err error) {
	position, s, ok, err := cutPosition(s)
	if err != nil {
		return "", err
	}
	if !ok {
		position = 0
	}
	left := strings.HasPrefix(s, "-")
	s = strings.TrimLeft(s, "-")
	width, s, err := f.width(s)
	if err != nil {
		return "", err
	}
	if s == "" {
		return "", engine.Errorf("22023", "unterminated format() type specifier")
	}
	if width < 0 {
		left, width = true, -width
	}
	kind, size := utf8.DecodeRuneInString(s)
	if kind != 's' && kind != 'I' && kind != 'L' {
		wrong := engine.Errorf("22023", "unrecognized format() type specifier %q", string(kind))
		wrong.Hint = `For a single "%" use "%%".`
		return "", wrong
	}
	arg, err := f.argument(position)
	if err != nil {
		return "", err
	}
	value, err := f.value(arg, kind)
	if err != nil {
		return "", err
	}
	pad := strings.Repeat(" ", max(0, width-utf8.RuneCountInString(value)))
	if left {
		f.dst = append(append(f.dst, value...), pad...)
	} else {
		f.dst = append(append(f.dst, pad...), value...)
	}
	return s[size:], nil
}

// cutPosition cuts n$ from a text; false if it does not begin with it.
func cutPosition(s string) (n int, rest string, ok bool, err error) {
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	if digits == 0 || digits == len(s) || s[digits] != '$' {
		return 0, s, false, nil
	}
	n, convErr := strconv.Atoi(s[:digits])
	switch {
	case convErr != nil || n > 1<<31-1:
		return 0, "", false, engine.Errorf("22003", "number is out of range")
	case n == 0:
		return 0, "", false, engine.Errorf("22023", "format specifies argument 0, but arguments are numbered from 1")
	}
	return n, s[digits+1:], true, nil
}

func (f *formatter) width(s string) (int, string, error) {
	if rest, ok := strings.CutPrefix(s, "*"); ok {
		position, rest, _, err := cutPosition(rest)
		if err != nil {
			return 0, "", err
		}
		arg, err := f.argument(position)
		if err != nil || arg.isNull() {
			return 0, rest, err
		}
		return widthOf(arg.text(), rest)
	}
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	if digits == 0 {
		return 0, s, nil
	}
	return widthOf(s[:digits], s[digits:])
}

func widthOf(number, rest string) (int, string, error) {
	n, err := strconv.ParseInt(number, 10, 32)
	if err != nil {
		return 0, "", engine.Errorf("22003", "number is out of range")
	}
	if n > maxWidth || n < -maxWidth {
		return 0, "", engine.Errorf("54000", "requested length too large")
	}
	return int(n), rest, nil
}

// argument is the argument at a position, or the next one.
func (f *formatter) argument(position int) (cell, error) {
	if position == 0 {
		position = f.next + 1
	}
	f.next = position
	if position > len(f.args) {
		return cell{}, engine.Errorf("22023", "too few arguments for format()")
	}
	return f.args[position-1], nil
}

func (f *formatter) value(arg cell, kind rune) (string, error) {
	if arg.isNull() {
		switch kind {
		case 'I':
			return "", engine.Errorf("22004", "null values cannot be formatted as an SQL identifier")
		case 'L':
			return "NULL", nil
		}
		return "", nil
	}
	value := arg.text()
	switch kind {
	case 'I':
		return pglex.QuoteIdentifier(value), nil
	case 'L':
		return pglex.QuoteLiteral(value), nil
	}
	return value, nil
}
