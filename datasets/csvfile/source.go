package csvfile

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/parquet/compress"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/csvsql/csvsql/engine"
)

// headSize is how much of the text the dialect and the header are decided by.
const headSize = 1 << 20

// source is the text of a file, in UTF-8 and without a byte order mark.
type source struct {
	*bufio.Reader
	compression string // as engine.CSVFile has it; "" is one that it does not
	encoding    string // as HTML names it
	closers     []io.Closer
}

func (s *source) Close() {
	for _, c := range s.closers {
		c.Close()
	}
}

// head is the beginning of the text, without moving on.
func (s *source) head() ([]byte, error) {
	head, err := s.Peek(headSize)
	if err == io.EOF {
		err = nil
	}
	return head, err
}

// open opens a file by what is in it, whatever its name is. charset is the
// encoding; empty is to be found out from the beginning.
func open(path, charset string) (*source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileErrorf("58030", path, 0, "cannot be read: %v", err)
	}
	s := &source{closers: []io.Closer{f}}
	unpacked, err := s.unpack(f, path)
	if err == nil {
		err = s.decode(unpacked, path, charset)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// unpack takes off the compression.
func (s *source) unpack(f *os.File, path string) (io.Reader, error) {
	r := bufio.NewReaderSize(f, 64<<10)
	magic, _ := r.Peek(6)
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		s.compression = "gzip"
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, fileErrorf("22P04", path, 0, "its gzip header is damaged")
		}
		return z, nil
	case bytes.HasPrefix(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		s.compression = "zstd"
		codec, err := compress.GetCodec(compress.Codecs.Zstd)
		if err != nil {
			return nil, err
		}
		z := codec.(compress.StreamingCodec).NewReader(r)
		s.closers = append(s.closers, z)
		return z, nil
	case bytes.HasPrefix(magic, []byte("BZh")):
		return bzip2.NewReader(r), nil
	case bytes.HasPrefix(magic, []byte("PK\x03\x04")):
		return s.unzip(f, path)
	case bytes.HasPrefix(magic, []byte("\xfd7zXZ\x00")), bytes.HasPrefix(magic, []byte("7z\xbc\xaf\x27\x1c")), bytes.HasPrefix(magic, []byte("Rar!")):
		e := fileErrorf("0A000", path, 0, "it is compressed in a way that is not read")
		e.Hint = "Unpack it, or compress it with gzip, zstd, bzip2 or zip."
		return nil, e
	}
	s.compression = "none"
	return r, nil
}

// unzip opens the only file in an archive.
func (s *source) unzip(f *os.File, path string) (io.Reader, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		return nil, fileErrorf("22P04", path, 0, "it is a damaged zip archive")
	}
	var files []*zip.File
	for _, entry := range z.File {
		if strings.HasPrefix(entry.Name, "xl/") {
			return nil, wrongFormat(path, "an Excel workbook", "Save the sheet as CSV.")
		}
		if !entry.FileInfo().IsDir() && !strings.HasPrefix(entry.Name, "__MACOSX/") {
			files = append(files, entry)
		}
	}
	if len(files) != 1 {
		e := fileErrorf("0A000", path, 0, "it is a zip archive of %d files, not of one", len(files))
		e.Hint = "Unpack it and name the files."
		return nil, e
	}
	r, err := files[0].Open()
	if err != nil {
		return nil, fileErrorf("22P04", path, 0, "what is in the zip archive cannot be read: %v", err)
	}
	s.closers = append(s.closers, r)
	return r, nil
}

// decode makes UTF-8 of the text.
func (s *source) decode(in io.Reader, path, charset string) error {
	r := bufio.NewReaderSize(in, headSize)
	start, _ := r.Peek(4096)
	if err := refuseFormat(path, start); err != nil {
		return err
	}
	var from encoding.Encoding
	switch {
	case charset != "":
		e, err := htmlindex.Get(charset)
		if err != nil {
			return engine.Errorf("22023", "encoding %q is not known", charset)
		}
		s.encoding, _ = htmlindex.Name(e)
		if s.encoding != "utf-8" {
			from = e
		}
	default:
		s.encoding, from = guessUTF16(start)
	}
	s.Reader = r
	if from != nil {
		s.Reader = bufio.NewReaderSize(transform.NewReader(r, unicode.BOMOverride(from.NewDecoder())), headSize)
	}
	if bom, _ := s.Peek(3); string(bom) == "\uFEFF" {
		s.Discard(3)
	}
	return nil
}

// guessUTF16 tells UTF-16 by its mark, or by the zeros that are every other byte
// of it. All else is UTF-8 until it is seen not to be.
func guessUTF16(start []byte) (string, encoding.Encoding) {
	var zeros [2]int
	for i, c := range start {
		if c == 0 {
			zeros[i%2]++
		}
	}
	least := max(1, len(start)/4)
	switch {
	case bytes.HasPrefix(start, []byte{0xff, 0xfe}), zeros[1] >= least && zeros[0] == 0:
		return "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case bytes.HasPrefix(start, []byte{0xfe, 0xff}), zeros[0] >= least && zeros[1] == 0:
		return "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	}
	return "utf-8", nil
}

// fallback is the encoding of text that is not UTF-8: that of Windows in the West.
const fallback = "windows-1252"

// looksForeign reports whether text that is not valid UTF-8 is of another encoding
// rather than damaged: of its bytes beyond ASCII, fewer make characters than do not.
func looksForeign(text []byte) bool {
	valid, invalid := 0, 0
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && n == 1:
			invalid++
		case n > 1:
			valid++
		}
		text = text[n:]
	}
	return invalid > valid
}

// refuseFormat tells what is no CSV file by how it begins.
func refuseFormat(path string, start []byte) error {
	text := strings.TrimLeft(string(start), " \t\r\n\uFEFF")
	lower := strings.ToLower(text[:min(len(text), 16)])
	switch {
	case strings.HasPrefix(text, "PAR1"):
		return wrongFormat(path, "a Parquet file", "Load it as one: WITH (format 'parquet').")
	case strings.HasPrefix(text, "SQLite format 3\x00"):
		return wrongFormat(path, "a SQLite database", "Export its tables as CSV.")
	case strings.HasPrefix(text, "\xd0\xcf\x11\xe0"):
		return wrongFormat(path, "an Excel workbook", "Save the sheet as CSV.")
	case strings.HasPrefix(text, "%PDF-"):
		return wrongFormat(path, "a PDF document", "")
	case strings.HasPrefix(lower, "<!doctype html"), strings.HasPrefix(lower, "<html"):
		return wrongFormat(path, "a web page", "Perhaps the download asked for a login.")
	case strings.HasPrefix(lower, "<?xml"):
		return wrongFormat(path, "an XML document", "")
	case strings.HasPrefix(text, `{"`), strings.HasPrefix(text, `[{`):
		return wrongFormat(path, "a JSON file", "Load it as one: WITH (format 'json').")
	}
	return nil
}

func wrongFormat(path, what, hint string) *engine.Error {
	e := fileErrorf("22P04", path, 0, "it is %s, not a CSV file", what)
	e.Hint = hint
	return e
}
