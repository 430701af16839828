package datasets

import (
	"path/filepath"
	"strings"
	"unicode"

	"github.com/csvsql/csvsql/engine"
)

// formats are the file name extensions that say what is in a file.
var formats = [...]struct {
	extension string
	format    engine.Format
}{
	{".csv", engine.CSV},
	{".tsv", engine.CSV},
	{".txt", engine.CSV},
	{".json", engine.JSON},
	{".jsonl", engine.JSON},
	{".ndjson", engine.JSON},
	{".parquet", engine.Parquet},
}

// compressions are the extensions that may follow those of formats.
var compressions = [...]string{".gz", ".zst", ".bz2", ".zip"}

// TableName is the name of the table that a file makes if the user gives none:
// the stem of the file in lower case, without .csv, .tsv, .txt, .json, .jsonl,
// .ndjson or .parquet and without .gz, .zst, .bz2 or .zip behind it. What is neither a
// letter, a digit nor an underscore becomes an underscore, and a name that would
// start with a digit gets one in front, so that the name needs no quotes in SQL
// unless it is a key word.
//
//	flights.csv            flights
//	data/US Flights.CSV    us_flights
//	2024-sales.csv.gz      _2024_sales
//	a.b.parquet            a_b
//	Größe.csv              größe
func TableName(path string) string {
	stem, _, _ := splitName(path)
	var b strings.Builder
	for i, r := range strings.ToLower(stem) {
		switch {
		case r == '_' || unicode.IsLetter(r) || unicode.IsMark(r) && i > 0:
			b.WriteRune(r)
		case unicode.IsDigit(r):
			if i == 0 {
				b.WriteByte('_')
			}
			b.WriteRune(r)
		default:
			b.WriteByte('_')
		}
	}
	if b.Len() == 0 {
		return "_"
	}
	return b.String()
}

// splitName cuts a path into the stem of its file, the extension that says its
// format and the one that says its compression; each of the two may be missing.
// The extensions are in lower case.
func splitName(path string) (stem, extension, compression string) {
	stem = filepath.Base(path)
	for _, c := range compressions {
		if s, ok := cutSuffixFold(stem, c); ok {
			stem, compression = s, c
			break
		}
	}
	for _, f := range formats {
		if s, ok := cutSuffixFold(stem, f.extension); ok {
			return s, f.extension, compression
		}
	}
	return stem, "", compression
}

// formatOf is the format that a file's name says, or "".
func formatOf(path string) engine.Format {
	_, extension, _ := splitName(path)
	for _, f := range formats {
		if f.extension == extension {
			return f.format
		}
	}
	return ""
}

// cutSuffixFold is strings.CutSuffix without regard to ASCII case.
func cutSuffixFold(s, suffix string) (string, bool) {
	n := len(s) - len(suffix)
	if n < 0 || !strings.EqualFold(s[n:], suffix) {
		return s, false
	}
	return s[:n], true
}
