package csvfile

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Inspect reads a file. If an engine could not read it as it is, a copy goes to the
// directory scratch; the caller removes it.
func Inspect(ctx context.Context, path, scratch string, o Options) (*File, error) {
	f, err := inspect(ctx, path, scratch, o, o.Encoding)
	if err == errForeign {
		f, err = inspect(ctx, path, scratch, o, fallback)
	}
	return f, err
}

// errForeign is a text that is not in UTF-8.
var errForeign = errors.New("not in UTF-8")

func inspect(ctx context.Context, path, scratch string, o Options, charset string) (*File, error) {
	in, err := open(path, charset)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	head, err := in.head()
	if err != nil {
		return nil, fileErrorf("22P04", path, 0, "it cannot be read: %v", err)
	}
	f := &File{Path: path, Compression: in.compression, Encoding: in.encoding, asked: o}
	p := &pass{path: path, comment: o.Comment, null: o.Null, pad: o.Pad, skim: o.Skim, isUTF8: charset != "" || in.encoding != "utf-8"}
	if err := p.prepare(f, head, o); err != nil {
		return nil, err
	}
	needsCopy := in.compression == "" || in.encoding != "utf-8" || o.Comment != "" || o.Skim || o.Pad
	found, err := p.runTo(ctx, in, f, scratch, needsCopy)
	if err != nil {
		return nil, err
	}
	if found.crlf > 0 && found.lf > 1 && !needsCopy && found.rejected == 0 {
		// Line ends of two kinds are more than readers take.
		again, err := open(path, charset)
		if err != nil {
			return nil, err
		}
		defer again.Close()
		if found, err = p.runTo(ctx, again, f, scratch, true); err != nil {
			return nil, err
		}
	}
	if err := f.conclude(path, p, found, o); err != nil {
		f.Remove()
		return nil, err
	}
	return f, nil
}

// prepare decides all but the kinds of the columns.
func (p *pass) prepare(f *File, head []byte, o Options) error {
	if rest, delimiter, ok := cutSep(head); ok && o.Skip == nil {
		// As spreadsheets write and read it: the first line is the delimiter.
		if o.Delimiter == nil {
			o.Delimiter = &delimiter
		}
		head, f.Preamble = rest, 1
	}
	if len(strings.TrimSpace(string(head[:min(len(head), 4096)]))) == 0 && len(head) < headSize {
		return fileErrorf("22P04", p.path, 0, "there is no line in it")
	}
	dialect, score := guessDialect(head, o)
	if o.Delimiter == nil && score < 0.5 && !(score > 0 && (o.Pad || o.Skim)) {
		if line, _, _ := strings.Cut(string(head), string(dialect.NewLine)); strings.ContainsAny(line, ",;\t|") {
			return p.noDialect(dialect, head)
		}
		dialect.Delimiter = oneColumn
	}
	t := findTable(head, dialect, o)
	f.Dialect = dialect
	f.Skip, f.Header, f.HasHeader = f.Preamble+t.skip, t.header, t.header
	if o.Skip == nil {
		f.Preamble += t.preamble
	}
	f.guessed = o.Delimiter == nil && score > 0 && score < 0.5
	p.dialect, p.names, p.preamble, p.header = dialect, t.names, f.Skip, t.header
	if t.width == 0 {
		return fileErrorf("22P04", p.path, 0, "there is no line in it")
	}
	p.columns = make([]*declared, len(t.names))
	for i, name := range t.names {
		if sql, ok := o.Types[strings.ToLower(name)]; ok {
			p.columns[i] = declare(sql)
		}
	}
	if t.renamed {
		f.Notices = append(f.Notices, "columns without a name, or with that of another one, were renamed: "+strings.Join(t.names[:min(len(t.names), 20)], ", "))
	}
	if !t.header && o.Header == nil && len(o.Names) == 0 {
		f.Notices = append(f.Notices, "no header was found: the columns are "+t.names[0]+" and so on; WITH (header true) says otherwise")
	}
	return nil
}

// cutSep takes off a first line as in sep=;
func cutSep(head []byte) (rest []byte, delimiter string, ok bool) {
	line, _, found := strings.Cut(string(head[:min(len(head), 64)]), "\n")
	line = strings.TrimRight(line, "\r")
	value, ok := strings.CutPrefix(strings.ToLower(strings.Trim(line, `"`)), "sep=")
	if !ok || !found || len(value) != 1 {
		return nil, "", false
	}
	return head[bytes.IndexByte(head, '\n')+1:], value, true
}

// noDialect is the error of a file whose first line has delimiters and whose lines
// have no number of fields in common. It names the first that departs.
func (p *pass) noDialect(d Dialect, head []byte) error {
	fields, n := d.split(head, nil)
	width, line := len(fields), int64(1)
	for rest := head[n:]; len(rest) > 0; rest = rest[n:] {
		line += int64(strings.Count(string(head[:n]), "\n"))
		head = rest
		if fields, n = d.split(rest, fields[:0]); len(fields) != width {
			break
		}
	}
	e := fileErrorf("22P04", p.path, line, "it has %s instead of %d, if %q is between them", fieldsOf(len(fields)), width, d.Delimiter)
	e.Hint = "Its lines do not have the same number of fields with any delimiter. Give it: WITH (delimiter ',')."
	return e
}

// runTo runs the pass, making a copy of the records if there has to be one.
func (p *pass) runTo(ctx context.Context, in *source, f *File, scratch string, copies bool) (*findings, error) {
	if !copies {
		found, err := p.run(ctx, in)
		return checkUTF8(found, err)
	}
	if scratch == "" {
		return nil, fileErrorf("0A000", p.path, 0, "it has to be converted first, and there is no directory for that")
	}
	out, err := os.CreateTemp(scratch, "load-*.csv")
	if err != nil {
		return nil, fileErrorf("58030", p.path, 0, "no copy can be made: %v", err)
	}
	p.copyTo = bufio.NewWriterSize(out, 256<<10)
	found, err := checkUTF8(p.run(ctx, in))
	if err == nil {
		if err = p.copyTo.Flush(); err != nil {
			err = fileErrorf("53100", p.path, 0, "no copy can be made: %v", err)
		}
	}
	out.Close()
	if err != nil {
		os.Remove(out.Name())
		return nil, err
	}
	f.Path, f.IsCopy, f.Compression, f.Skip, f.Header = out.Name(), true, "none", 0, false
	return found, nil
}

func checkUTF8(found *findings, err error) (*findings, error) {
	if err == nil && found.foreign {
		return nil, errForeign
	}
	return found, err
}

// conclude makes the findings those of the file.
func (f *File) conclude(path string, p *pass, found *findings, o Options) error {
	f.LongestLine = found.longest
	f.AverageLine = int(found.bytes / max(1, found.crlf+found.lf))
	f.Rejects, f.Rejected = found.rejects, found.rejected
	if found.rejected > 0 && (!o.Skim || found.rejected > MaxRejects) {
		return rejectError(path, found)
	}
	for i, name := range p.names {
		c := Column{Name: name, Values: Values{tally: found.tallies[i]}}
		if p.columns[i] != nil {
			c.Type = p.columns[i].sql
		}
		f.Columns = append(f.Columns, c)
	}
	return nil
}

// Remove removes the copy, if the file is one.
func (f *File) Remove() {
	if f.IsCopy {
		os.Remove(f.Path)
	}
}

func rejectError(path string, found *findings) error {
	r := found.rejects[0]
	e := fileErrorf(r.Code, path, r.Line, "%s", r.Reason)
	raw := string(firstLine([]byte(r.Raw)))
	e.Detail = fmt.Sprintf("Line %d: %s", r.Line, strings.ToValidUTF8(raw[:min(len(raw), 300)], ""))
	switch {
	case found.rejected > MaxRejects:
		e.Message = fmt.Sprintf("%s: more than %d lines do not fit; the first is line %d: %s", filepath.Base(path), MaxRejects, r.Line, r.Reason)
	case strings.Contains(r.Reason, "zero"):
		e.Hint = "To leave such lines out: WITH (on_error 'skip')."
	case r.Code == "22021":
		e.Hint = "Give the encoding, as in WITH (encoding 'windows-1252'), or leave such lines out: WITH (on_error 'skip')."
	case r.Code == "22P02":
		e.Hint = "Give the column another type, or leave such lines out: WITH (on_error 'skip')."
	case strings.Contains(r.Reason, "quote"):
		e.Hint = "Without quotes: WITH (quote ''). To leave such lines out: WITH (on_error 'skip')."
	default:
		e.Hint = "To leave such lines out: WITH (on_error 'skip'). To fill short ones with NULL: WITH (pad true)."
	}
	return e
}

// Describe says how the file was read, where that is not the usual and was not asked
// for.
func (f *File) Describe() string {
	var parts []string
	switch {
	case f.asked.Delimiter != nil || f.Dialect.Delimiter == ",":
	case f.Dialect.Delimiter == oneColumn:
		if f.guessed {
			parts = append(parts, "one column, for no delimiter makes as many fields of all lines")
		}
	case f.Dialect.Delimiter == "\t":
		parts = append(parts, "tabs between the fields")
	default:
		parts = append(parts, fmt.Sprintf("%q between the fields", f.Dialect.Delimiter))
	}
	switch {
	case f.asked.Quote != nil || f.Dialect.Delimiter == oneColumn:
	case f.Dialect.Quote == 0:
		parts = append(parts, "quotes as text")
	case f.Dialect.Quote == '\'':
		parts = append(parts, "fields in ' quotes")
	}
	if f.asked.Escape == nil && f.Dialect.Escape == '\\' {
		parts = append(parts, `\ before a quote in a field`)
	}
	if f.asked.Encoding == "" && f.Encoding != "utf-8" {
		parts = append(parts, "encoding "+f.Encoding)
	}
	switch {
	case f.Preamble == 1:
		parts = append(parts, "1 line before the table left out")
	case f.Preamble > 1:
		parts = append(parts, fmt.Sprintf("%d lines before the table left out", f.Preamble))
	}
	return strings.Join(parts, ", ")
}

// oneColumn is the delimiter of a file that has none: a byte that no text has.
const oneColumn = "\x1f"
