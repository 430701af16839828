// Package datasets finds the files that a user names and has an engine load
// them.
//
// It is the one place that decides which files may be read: a [Manager] is
// given data directories and single files, resolves every path against them, symbolic links
// included, and refuses what lies outside them. What it hands to the engine, an
// [engine.LoadSpec], holds real absolute paths and no choice that is still open
// but those that the file's content decides.
//
// Errors that a user can cause are of type [*engine.Error]. They name a path as
// the user wrote it and never tell whether a file outside the data directories
// exists.
package datasets

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/csvsql/csvsql/engine"
)

// Request asks for one table made of files.
type Request struct {
	// Files are paths or globs, see [Manager.Plan].
	Files []string
	// Table is the table to make. An empty Name is the [TableName] of the single
	// file.
	Table engine.TableName
	// Options say how the files are to be read.
	Options []Option
	// Replace replaces a table of that name; without it a taken name is an error.
	Replace bool
}

// Option is one option of a Request, its name in any case:
//
//	format     csv, json or parquet; else the file's extension says it
//	delimiter  between fields: up to four bytes, \t or tab
//	header     boolean: whether the first line has the names of the columns
//	quote      the character around fields, empty for none
//	escape     the character before a quote inside a quoted field, empty for none
//	null       texts that mean NULL beside the empty field, separated by commas;
//	           may be repeated
//	comment    the character that lines to be left out begin with
//	skip       the number of lines before the header
//	encoding   of the text, by its name in HTML: windows-1252, utf-16le, shift_jis
//	datestyle  DMY or MDY: which of 03/04/2024 is the day, where all dates allow both
//	decimal    the character before decimals, . or , where all numbers allow both
//	on_error   stop, or skip: lines that do not fit are left out, and kept in a table
//	           named as this one with _rejects behind
//	pad        boolean: whether lines with too few fields end in NULLs
//	types      types of columns that are not to be detected: a INTEGER, "b c" DATE.
//	           With header off they also name the columns, from the first one on
//	columns    another name for types
//
// What is not given is found out. All but format, types and columns are for CSV
// files only. A boolean may be empty, which is true.
type Option struct{ Name, Value string }

// Report says what a load made.
type Report struct {
	Table engine.Table
	Files []string // real absolute paths, in the order in which they were read
	Bytes int64    // size of the files on disk
	// Reused says that an unchanged table was found and nothing was loaded.
	Reused bool
	// Notices say how files were read where that is not obvious, and what could
	// have been read otherwise.
	Notices []string
}

// Manager loads the files that it was allowed to. It is safe for concurrent use.
type Manager struct {
	// Scratch is the directory for copies of files that the engine cannot read as
	// they are, which it can. Without it they are refused.
	Scratch string

	roots   []root
	pending pending
}

// TableName is the name of the table that r makes, as far as it is known before
// the files are looked for: "" for several files, or a glob, without a name.
func (r Request) TableName() string {
	switch {
	case r.Table.Name != "":
		return r.Table.Name
	case len(r.Files) == 1 && !isGlob(r.Files[0]):
		return TableName(r.Files[0])
	}
	return ""
}

// Load makes a table of the files of r. A table or view of that name is an error
// 42P07 unless r.Replace.
func (m *Manager) Load(ctx context.Context, s engine.Session, r Request) (Report, error) {
	p, err := m.plan(r)
	if err != nil {
		return Report{}, err
	}
	return m.load(ctx, s, p)
}

// LoadIfChanged is Load for files that are served again at every start. A table
// that was loaded from the same files, unchanged since and with the same options,
// is left alone and reported as Reused. A table that was loaded from others, or
// from older ones, is replaced. A table that was not loaded from files is the
// user's own and an error 42P07.
//
// Changes that were made to the table itself are not seen: they stay as long as
// the file is the same and go when it changes.
func (m *Manager) LoadIfChanged(ctx context.Context, s engine.Session, r Request) (Report, error) {
	p, err := m.plan(r)
	if err != nil {
		return Report{}, err
	}
	// A table of that name in another schema is another table.
	filter := engine.TableFilter{Schema: cmp.Or(p.spec.Table.Schema, "public"), Name: p.spec.Table.Name}
	for t, err := range s.Tables(ctx, filter) {
		if err != nil {
			return Report{}, err
		}
		switch fingerprintIn(t.Comment) {
		case "":
		case p.fingerprint:
			m.pending.forget(p.spec.Table.Name)
			return Report{Table: t, Files: p.spec.Files, Bytes: p.bytes, Reused: true}, nil
		default:
			p.spec.Replace = true
		}
	}
	return m.load(ctx, s, p)
}

func (m *Manager) load(ctx context.Context, s engine.Session, p plan) (Report, error) {
	in := &inspection{}
	if p.spec.Format == engine.CSV {
		var err error
		in, err = m.inspect(ctx, &p)
		defer in.remove()
		if err != nil {
			return Report{}, err
		}
	}
	t, err := s.Load(ctx, p.spec)
	if err != nil {
		return Report{}, takenHint(err)
	}
	if p.csv.Skim {
		if err := in.loadRejects(ctx, s, m.Scratch, &p); err != nil {
			return Report{}, err
		}
	}
	m.pending.forget(p.spec.Table.Name)
	return Report{Table: t, Files: slices.Clone(p.spec.Files), Bytes: p.bytes, Notices: in.notices(p.spec.Table.Name)}, nil
}

// takenHint says what to do about a name that is taken.
func takenHint(err error) error {
	var e *engine.Error
	if !errors.As(err, &e) || e.Code != "42P07" || e.Hint != "" {
		return err
	}
	hinted := *e
	hinted.Hint = "Load it under another name (AS name), replace the table (LOAD OR REPLACE), or drop it first."
	return &hinted
}
