// Package csvfile finds out what is in a CSV file: how it is compressed and
// encoded, what stands between its fields, where its header is, and which type
// holds every value of a column.
//
// [Inspect] reads the whole file, not a sample of it. What it says of a column
// holds for the last line as for the first, so that a reader that is told can
// neither fail late nor bend a value to a type that the first lines suggested.
// Where a file allows two readings the column is text and a notice says so.
package csvfile

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/csvsql/csvsql/engine"
)

// Options are what is known of a file before it is looked at. A nil field is to
// be found out.
type Options struct {
	Delimiter, Quote, Escape *string
	// Comment is what lines to be left out begin with; empty for none.
	Comment string
	Header  *bool
	// Skip is the number of lines before the header.
	Skip *int
	// Encoding is the name of a character set, as in HTML.
	Encoding string
	// Null are the texts that mean NULL in all columns. If it is nil the empty
	// field does, and nullWords do in columns that are not text otherwise.
	Null []string
	// Names are those of the first columns where there is no header.
	Names []string
	// Types are SQL types of columns, by their names in lower case.
	Types map[string]string
	// DateOrder is DMY or MDY where dates allow both; "" is neither.
	DateOrder string
	// Decimal is the byte before decimals, '.' or ',', where numbers allow both.
	Decimal byte
	// Pad takes a line with too few fields as one that ends in NULLs.
	Pad bool
	// Skim leaves out lines that do not fit, up to MaxRejects of them.
	Skim bool
}

// File is a CSV file that was looked at.
type File struct {
	// Path is that of the file to read: the one that was looked at, or the copy
	// of it that a reader understands.
	Path   string
	IsCopy bool

	Compression string // gzip, zstd or none, of Path
	Dialect     Dialect
	Encoding    string // of the original
	Skip        int    // lines of Path before the header, or before the first row
	Header      bool   // whether Path has a header
	HasHeader   bool   // whether the original has one
	Preamble    int    // lines before the header in the original
	LongestLine int
	AverageLine int
	Columns     []Column
	Rejects     []Reject
	Rejected    int64 // of which Rejects are the first
	Notices     []string

	asked   Options
	guessed bool // that it has one column
}

// Column is a column of a File.
type Column struct {
	Name string
	// Type is the SQL type that the user gave; "" is that of Values.
	Type   string
	Values Values
}

// Reject is a line that does not fit.
type Reject struct {
	Line   int64 // of the file, from 1
	Column string
	Code   string // SQLSTATE
	Reason string
	Raw    string
}

// MaxRejects is how many lines that do not fit are remembered, and tolerated.
const MaxRejects = 1000

// fileErrorf is an error in a file, at a line if that is not 0.
func fileErrorf(code, path string, line int64, format string, args ...any) *engine.Error {
	place := filepath.Base(path)
	if line > 0 {
		place += fmt.Sprintf(", line %d", line)
	}
	return engine.Errorf(code, "%s: %s", place, fmt.Sprintf(format, args...))
}

// excerpt is a value as messages show it.
func excerpt(value string) string {
	const longest = 60
	if len(value) > longest {
		value = strings.ToValidUTF8(value[:longest], "") + "..."
	}
	return fmt.Sprintf("%q", strings.ToValidUTF8(value, "\uFFFD"))
}
