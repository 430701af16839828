package duckdb

import (
	"strings"

	"github.com/csvsql/csvsql/engine"
)

func (r report) io(e *engine.Error) {
	switch {
	case r.has("No files found", "No such file"):
		e.Code = "58P01"
	case r.has("No space left"):
		e.Code = "53100"
	case r.has("Permission denied"):
		e.Code = "42501"
	default:
		e.Code = "58030"
	}
}

func isCSVError(message string) bool { return strings.HasPrefix(message, "CSV Error on Line") }

// csv describes an error in a file: message "people.csv, line 3: reason", with
// the line itself as detail. The reason is the third line of DuckDB's text.
func (r report) csv(e *engine.Error) {
	e.Code = "22P04"
	if !isCSVError(r.Message) {
		name := between(r.Message, `file "`, `"`)
		e.Message = name + ": no delimiter, quote and escape character fit all its lines"
		e.Detail = ""
		e.Hint = "A line may have more or fewer fields than the others. Give the delimiter, the quote and the header explicitly to have it named."
		return
	}
	line := word(after(r.Message, "CSV Error on Line: "))
	file := strings.TrimSpace(lineAfter(r.Message, "file = "))
	original := lineAfter(r.Message, "Original Line: ")
	_, rest, _ := strings.Cut(after(r.Message, "Original Line: "), "\n")
	reason := firstParagraph(rest)
	if r.Class == "Conversion" {
		e.Code = "22P02"
	}
	if r.has("not utf-8 encoded") {
		e.Code = "22021"
		e.Message = file + ", line " + line + `: invalid byte sequence for encoding "UTF8"`
		e.Hint = "Convert the file to UTF-8 first."
		return
	}
	e.Message = file + ", line " + line + ": " + reason
	e.Detail = "Line " + line + ": " + original
}
