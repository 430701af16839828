package datasets

import (
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/engine"
)

// optionNames are the names that [Option] documents, as they are listed to a user
// who gave another one.
var optionNames = [...]string{
	"format", "delimiter", "header", "quote", "escape", "comment", "skip", "encoding",
	"null", "types", "columns", "datestyle", "decimal", "on_error", "pad",
}

// apply sets what the options say.
func (p *plan) apply(options []Option) error {
	given := map[string]bool{}
	for _, o := range options {
		name := strings.ToLower(o.Name)
		if given[name] && name != "null" {
			return engine.Errorf("42601", "option %q is given twice", name)
		}
		given[name] = true
		if err := p.applyOne(name, o.Value); err != nil {
			return err
		}
	}
	if h := p.spec.CSV.Header; h != nil && *h {
		p.spec.CSV.Names = nil // the header has them
	}
	if given["types"] && given["columns"] {
		return engine.Errorf("42601", "options \"types\" and \"columns\" are the same: give one")
	}
	return checkDialect(p.spec.CSV)
}

func (p *plan) applyOne(name, value string) error {
	var err error
	s := &p.spec
	switch name {
	case "format":
		s.Format, err = parseFormat(value)
	case "delimiter":
		s.CSV.Delimiter, err = parseDelimiter(value)
	case "header":
		s.CSV.Header, err = parseBool(name, value)
	case "quote":
		s.CSV.Quote, err = parseCharacter(name, value)
	case "escape":
		s.CSV.Escape, err = parseCharacter(name, value)
	case "null":
		s.CSV.Null = appendNulls(s.CSV.Null, value)
	case "comment":
		var c *string
		if c, err = parseCharacter(name, value); err == nil {
			p.csv.Comment = *c
		}
	case "skip":
		p.csv.Skip, err = parseCount(name, value)
	case "encoding":
		p.csv.Encoding = value
	case "datestyle":
		p.csv.DateOrder, err = parseWord(name, value, "DMY", "MDY")
	case "decimal":
		var point string
		if point, err = parseWord(name, value, ".", ","); err == nil {
			p.csv.Decimal = point[0]
		}
	case "on_error":
		var word string
		word, err = parseWord(name, value, "stop", "skip")
		p.csv.Skim = word == "skip"
	case "pad":
		var pad *bool
		if pad, err = parseBool(name, value); err == nil {
			p.csv.Pad = *pad
		}
	case "types", "columns":
		s.CSV.Names, s.Types, err = parseTypes(name, value)
	default:
		e := engine.Errorf("42704", "option %q does not exist", name)
		e.Hint = "The options are " + strings.Join(optionNames[:], ", ") + "."
		if meant := nearest(name, optionNames[:]); meant != "" {
			e.Hint = "Did you mean \"" + meant + "\"? " + e.Hint
		}
		return e
	}
	return err
}

// checkDialect refuses CSV options that contradict each other.
func checkDialect(c engine.CSVOptions) error {
	if c.Delimiter != nil && c.Quote != nil && *c.Delimiter == *c.Quote {
		return badValue("quote", *c.Quote, "it is the delimiter too")
	}
	if c.Delimiter != nil && c.Escape != nil && *c.Delimiter == *c.Escape {
		return badValue("escape", *c.Escape, "it is the delimiter too")
	}
	return nil
}

// checkFormat refuses CSV options for files that are not CSV.
func (p *plan) checkFormat() error {
	if p.spec.Format == engine.CSV {
		return nil
	}
	c, csv := p.spec.CSV, &p.csv
	for _, o := range [...]struct {
		name  string
		given bool
	}{
		{"delimiter", c.Delimiter != nil}, {"header", c.Header != nil}, {"quote", c.Quote != nil},
		{"escape", c.Escape != nil}, {"null", c.Null != nil}, {"comment", csv.Comment != ""}, {"skip", csv.Skip != nil},
		{"encoding", csv.Encoding != ""}, {"datestyle", csv.DateOrder != ""}, {"decimal", csv.Decimal != 0},
		{"on_error", csv.Skim}, {"pad", csv.Pad},
	} {
		if o.given {
			return engine.Errorf("22023", "option %q is for CSV files, and this is %s", o.name, p.spec.Format)
		}
	}
	return nil
}

// appendNulls adds the texts of a list to nulls. The empty field comes first: it
// is NULL whatever else is, for a number that is missing beside one that is n/a
// must not fail the load.
func appendNulls(nulls []string, list string) []string {
	if nulls == nil {
		nulls = []string{""}
	}
	for text := range strings.SplitSeq(list, ",") {
		if text = strings.TrimSpace(text); text != "" {
			nulls = append(nulls, text)
		}
	}
	return nulls
}

func parseFormat(value string) (engine.Format, error) {
	switch f := engine.Format(strings.ToLower(value)); f {
	case engine.CSV, engine.JSON, engine.Parquet:
		return f, nil
	case "tsv":
		return "", badValue("format", value, "write format csv with delimiter tab")
	}
	return "", badValue("format", value, "it is csv, json or parquet")
}

func parseDelimiter(value string) (*string, error) {
	switch {
	case value == `\t` || strings.EqualFold(value, "tab"):
		value = "\t"
	case value == "" || len(value) > 4:
		return nil, badValue("delimiter", value, "it has one to four bytes")
	case strings.ContainsAny(value, "\r\n\x00"):
		return nil, badValue("delimiter", value, "it has no line breaks")
	}
	return &value, nil
}

func parseCharacter(name, value string) (*string, error) {
	if len(value) > 1 || strings.ContainsAny(value, "\r\n\x00") {
		return nil, badValue(name, value, "it is one ASCII character, or empty for none")
	}
	return &value, nil
}

// parseBool reads a boolean as PostgreSQL does in options: an option without a
// value is true (PostgreSQL documentation, COPY).
func parseBool(name, value string) (*bool, error) {
	var b bool
	switch strings.ToLower(value) {
	case "true", "on", "yes", "1", "":
		b = true
	case "false", "off", "no", "0":
	default:
		return nil, badValue(name, value, "it is true or false")
	}
	return &b, nil
}

func parseCount(name, value string) (*int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n > 1_000_000 {
		return nil, badValue(name, value, "it is a number of lines")
	}
	return &n, nil
}

// parseWord reads one of some words, in any case.
func parseWord(name, value string, words ...string) (string, error) {
	for _, w := range words {
		if strings.EqualFold(w, value) {
			return w, nil
		}
	}
	return "", badValue(name, value, "it is "+strings.Join(words, " or "))
}

func badValue(option, value, why string) *engine.Error {
	return engine.Errorf("22023", "invalid value for option %q: %q: %s", option, value, why)
}
