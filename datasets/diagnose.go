package datasets

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/csvsql/csvsql/engine"
)

// nameLine adds to the error of a CSV file that no dialect fits the first line
// on which it departs from what its first lines are like. Errors that name a
// line already stay as they are.
func nameLine(err error, s engine.LoadSpec) error {
	var e *engine.Error
	if !errors.As(err, &e) || e.Code != "22P04" || s.Format != engine.CSV || e.Detail != "" {
		return err
	}
	for _, path := range s.Files {
		if problem := firstProblem(path, delimiter(s.CSV)); problem != nil {
			e.Detail = fmt.Sprintf("%s, line %d: %v", filepath.Base(path), problem.Line, problem.Err)
			return e
		}
	}
	return err
}

// delimiter is the one that was given, or the comma.
func delimiter(c engine.CSVOptions) rune {
	if c.Delimiter == nil {
		return ','
	}
	r, _ := utf8.DecodeRuneInString(*c.Delimiter)
	return r
}

// firstProblem reads a file as strictly as RFC 4180 has it. It returns nil if
// nothing is wrong, or if the file cannot be read this way at all.
func firstProblem(path string, delimiter rune) *csv.ParseError {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	var in io.Reader = f
	if strings.HasSuffix(strings.ToLower(path), ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			return nil
		}
	}
	r := csv.NewReader(in)
	r.Comma = delimiter
	r.ReuseRecord = true
	for {
		_, err := r.Read()
		var problem *csv.ParseError
		if errors.As(err, &problem) {
			return problem
		}
		if err != nil {
			return nil // the end, or a delimiter that no CSV has
		}
	}
}
