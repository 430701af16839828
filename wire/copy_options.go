package wire

import (
	"bytes"
	"strings"
)

// CopyFormat is a format of COPY.
type CopyFormat int

const (
	CopyText CopyFormat = iota
	CopyCSV
	CopyBinary
)

// CopyOptions are the options of COPY (PostgreSQL documentation, SQL command
// COPY), as far as they say how data is written. The zero value is the text
// format with its defaults.
type CopyOptions struct {
	Format    CopyFormat
	Delimiter byte    // 0: tab in text, comma in CSV
	Null      *string // nil: \N in text, the empty string in CSV
	Header    bool    // the first line has the names of the columns

	// MatchHeader makes it an error if the header that is read does not have the
	// names of the columns. It means nothing when writing.
	MatchHeader bool

	Quote  byte // CSV; 0: double quote
	Escape byte // CSV; 0: the same as Quote

	// Of columns by their number, in CSV; short lists are false for the rest.
	ForceQuote   []bool // written in quotes unless NULL
	ForceNotNull []bool // read as text even if it looks like NULL
	ForceNull    []bool // read as NULL even if it was quoted

	// MaxRow is the longest row that is read, in bytes; 0 means 64 MiB. A longer
	// one is an error 54000.
	MaxRow int
}

// defaultMaxCopyRow is far beyond what a row is, and far from a gigabyte.
const defaultMaxCopyRow = 64 << 20

// copySyntax is CopyOptions with nothing left open.
type copySyntax struct {
	CopyOptions
	null    []byte
	special [256]bool // bytes that a value cannot be written with as it is
}

// Response returns what the client of such a COPY is told.
func (o *CopyOptions) Response(columns int) CopyResponse {
	r := CopyResponse{Columns: columns}
	if o.Format == CopyBinary {
		r.Format = Binary
	}
	return r
}

// resolve fills in the defaults. Its errors are those of PostgreSQL for options
// that contradict each other.
func (o CopyOptions) resolve() (copySyntax, error) {
	s := copySyntax{CopyOptions: o}
	if err := o.checkFormat(); err != nil {
		return s, err
	}
	csv := o.Format == CopyCSV
	setDefault(&s.Delimiter, '\t', ',', csv)
	setDefault(&s.Quote, 0, '"', csv)
	setDefault(&s.Escape, 0, s.Quote, csv)
	if s.MaxRow == 0 {
		s.MaxRow = defaultMaxCopyRow
	}
	switch {
	case o.Null != nil:
		s.null = []byte(*o.Null)
	case !csv:
		s.null = []byte(`\N`)
	}
	s.special[s.Delimiter] = true
	if csv {
		s.special[s.Quote], s.special['\n'], s.special['\r'] = true, true, true
	} else {
		for _, b := range "\b\f\n\r\t\v\\" {
			s.special[b] = true
		}
	}
	return s, s.check()
}

func setDefault(b *byte, text, csv byte, isCSV bool) {
	switch {
	case *b != 0:
	case isCSV:
		*b = csv
	default:
		*b = text
	}
}

// checkFormat refuses the options that the format does not have.
func (o *CopyOptions) checkFormat() error {
	csv, binary := o.Format == CopyCSV, o.Format == CopyBinary
	switch {
	case o.Format < CopyText || o.Format > CopyBinary:
		return Errorf("22023", "COPY format not recognized")
	case binary && o.Delimiter != 0:
		return Errorf("42601", "cannot specify DELIMITER in BINARY mode")
	case binary && o.Null != nil:
		return Errorf("42601", "cannot specify NULL in BINARY mode")
	case binary && (o.Header || o.MatchHeader):
		return Errorf("0A000", "cannot specify HEADER in BINARY mode")
	case !csv && o.Quote != 0:
		return Errorf("0A000", "COPY quote available only in CSV mode")
	case !csv && o.Escape != 0:
		return Errorf("0A000", "COPY escape available only in CSV mode")
	case !csv && o.ForceQuote != nil:
		return Errorf("0A000", "COPY force quote available only in CSV mode")
	case !csv && o.ForceNotNull != nil:
		return Errorf("0A000", "COPY force not null available only in CSV mode")
	case !csv && o.ForceNull != nil:
		return Errorf("0A000", "COPY force null available only in CSV mode")
	}
	return nil
}

// check refuses what could not be read back.
func (s *copySyntax) check() error {
	csv := s.Format == CopyCSV
	switch {
	case s.Format == CopyBinary:
		return nil
	case s.Delimiter >= 0x80 || s.Quote >= 0x80 || s.Escape >= 0x80:
		return Errorf("0A000", "COPY delimiter must be a single one-byte character")
	case s.Delimiter == '\r' || s.Delimiter == '\n':
		return Errorf("22023", "COPY delimiter cannot be newline or carriage return")
	case bytes.ContainsAny(s.null, "\r\n"):
		return Errorf("22023", "COPY null representation cannot use newline or carriage return")
	case !csv && strings.IndexByte(`\.abcdefghijklmnopqrstuvwxyz0123456789`, s.Delimiter) >= 0:
		return Errorf("22023", "COPY delimiter cannot be \"%c\"", s.Delimiter)
	case csv && s.Delimiter == s.Quote:
		return Errorf("22023", "COPY delimiter and quote must be different")
	case bytes.IndexByte(s.null, s.Delimiter) >= 0:
		return Errorf("0A000", "COPY delimiter must not appear in the NULL specification")
	case csv && bytes.IndexByte(s.null, s.Quote) >= 0:
		return Errorf("0A000", "CSV quote character must not appear in the NULL specification")
	}
	return nil
}

// forced is list[column], false where the list is short.
func forced(list []bool, column int) bool { return column < len(list) && list[column] }

// binarySignature begins a COPY in binary.
const binarySignature = "PGCOPY\n\xff\r\n\x00"
