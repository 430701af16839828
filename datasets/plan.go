package datasets

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/csvsql/csvsql/datasets/csvfile"
	"github.com/csvsql/csvsql/engine"
)

// plan is a Request with every path resolved.
type plan struct {
	spec        engine.LoadSpec
	csv         csvfile.Options
	names       []string // of the files, as they are shown
	bytes       int64
	fingerprint string
}

// Plan resolves a Request without loading anything.
//
// A path is absolute or relative to a root, the first in which there is such a
// file; a glob (*, ?, [...]) stands for the files that match, sorted by name.
// A file outside the roots is an error 42501, one that is missing 58P01, as is a
// glob that matches nothing; a directory or a pipe is 42809, an unknown option
// 42704, a bad value of one 22023. Empty files are left out beside others, and an
// error 22P04 alone.
//
// Who can write to a data directory can put a symbolic link where a file was
// after Plan looked at it: Plan does not replace a sandbox around the engine.
func (m *Manager) Plan(r Request) (engine.LoadSpec, error) {
	p, err := m.plan(r)
	return p.spec, err
}

func (m *Manager) plan(r Request) (plan, error) {
	p := plan{spec: engine.LoadSpec{Table: r.Table, Replace: r.Replace}}
	s := &p.spec
	if err := p.apply(r.Options); err != nil {
		return plan{}, err
	}
	var files []file
	for _, name := range r.Files {
		found, err := m.find(name)
		if err != nil {
			return plan{}, err
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		return plan{}, engine.Errorf("22023", "a file name is missing")
	}
	if s.Table.Name == "" {
		if len(files) > 1 {
			return plan{}, unnamedError(len(files))
		}
		s.Table.Name = TableName(files[0].name)
	}
	if err := decideFormat(s, files); err != nil {
		return plan{}, err
	}
	if err := p.checkFormat(); err != nil {
		return plan{}, err
	}
	for _, f := range files {
		// A file without a line has no columns either; read beside others it
		// would add one.
		if f.info.Size() > 0 || s.Format == engine.Parquet {
			s.Files = append(s.Files, f.path)
			p.names = append(p.names, f.name)
		}
		p.bytes += f.info.Size()
	}
	if len(s.Files) == 0 {
		return plan{}, engine.Errorf("22P04", "file %q is empty", files[0].name)
	}
	p.fingerprint = fingerprint(&p, files)
	s.Comment = comment(files, p.bytes, p.fingerprint)
	return p, nil
}

func unnamedError(files int) *engine.Error {
	e := engine.Errorf("42601", "a table made of %d files needs a name", files)
	e.Hint = "Write LOAD 'FILES' AS name."
	return e
}

// decideFormat sets the format of s by the names of its files, unless an option
// did, and the delimiter of .tsv files.
func decideFormat(s *engine.LoadSpec, files []file) error {
	if s.Format != "" {
		return nil
	}
	tabs := 0
	for _, f := range files {
		format := formatOf(f.name)
		switch {
		case format == "":
			e := engine.Errorf("22023", "cannot tell the format of file %q by its name", f.name)
			e.Hint = "Say it: LOAD 'FILE' AS name WITH (format 'csv'), or json, or parquet."
			return e
		case s.Format == "":
			s.Format = format
		case s.Format != format:
			return engine.Errorf("22023", "one table cannot be made of both %s and %s files", s.Format, format)
		}
		if _, extension, _ := splitName(f.name); extension == ".tsv" {
			tabs++
		}
	}
	if tabs == len(files) && s.CSV.Delimiter == nil {
		tab := "\t"
		s.CSV.Delimiter = &tab
	}
	return nil
}

// The comment of a loaded table ends in its fingerprint, between these.
const (
	fingerprintStart = " [csvsql:"
	fingerprintEnd   = "]"
)

// comment says where a table came from, for \d+ to show, and holds the
// fingerprint by which [Manager.LoadIfChanged] knows it again.
func comment(files []file, bytes int64, fingerprint string) string {
	var b strings.Builder
	b.WriteString("loaded from ")
	first := printable(files[0].name)
	if len(files) > 1 {
		last := printable(files[len(files)-1].name)
		fmt.Fprintf(&b, "%d files, %s to %s", len(files), first, last)
	} else {
		b.WriteString(first)
	}
	return b.String() + " (" + thousands(bytes) + " bytes)" + fingerprintStart + fingerprint + fingerprintEnd
}

// fingerprint identifies what a table was made of: the files, as of now, and how
// they were read.
func fingerprint(p *plan, files []file) string {
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%q %d %d\n", f.path, f.info.Size(), f.info.ModTime().UnixNano())
	}
	c, csv := p.spec.CSV, &p.csv
	fmt.Fprintf(h, "%q %s %s %s %s %q %q %q\n", p.spec.Format,
		optional(c.Delimiter), optional(c.Quote), optional(c.Escape), optional(c.Header), c.Null,
		c.Names, p.spec.Types) // fmt prints a map in the order of its keys
	fmt.Fprintf(h, "%q %s %q %q %q %t %t\n", csv.Comment, optional(csv.Skip), csv.Encoding, csv.DateOrder, csv.Decimal, csv.Pad, csv.Skim)
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// fingerprintIn is the fingerprint in a comment, "" if there is none.
func fingerprintIn(comment string) string {
	rest, ok := strings.CutSuffix(comment, fingerprintEnd)
	if !ok {
		return ""
	}
	i := strings.LastIndex(rest, fingerprintStart)
	if i < 0 {
		return ""
	}
	return rest[i+len(fingerprintStart):]
}

// optional prints what p points to, so that nil is unlike every value.
func optional[T any](p *T) string {
	if p == nil {
		return "-"
	}
	return fmt.Sprintf("=%#v", *p)
}

// printable is a file name without what would spoil a line of text.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, name)
}

// thousands prints n with commas.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
