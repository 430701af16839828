package datasets

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/csvsql/csvsql/datasets/csvfile"
	"github.com/csvsql/csvsql/engine"
)

// inspection is what the CSV files of a table have in them.
type inspection struct {
	names   []string // of the files, as they are shown
	files   []*csvfile.File
	columns []*column
	hints   csvfile.Hints
}

// column is a column of the table, of all files that have it.
type column struct {
	name   string
	sql    string // type that the user gave
	values csvfile.Values
	doubt  csvfile.Doubt
}

// inspect looks into the files of p and decides how each is read. The caller
// removes what it leaves, also if it fails.
func (m *Manager) inspect(ctx context.Context, p *plan) (*inspection, error) {
	in := &inspection{names: p.names}
	o := p.options()
	for _, path := range p.spec.Files {
		f, err := csvfile.Inspect(ctx, path, m.Scratch, o)
		if err != nil {
			return in, err
		}
		in.files = append(in.files, f)
	}
	if err := in.unite(p.spec.Types); err != nil {
		return in, err
	}
	in.hints = csvfile.Hints{DateOrder: o.DateOrder, Decimal: o.Decimal}
	for _, c := range in.columns {
		c.values.Evidence(&in.hints)
	}
	for _, c := range in.columns {
		c.doubt = c.values.Decide(in.hints)
		if c.sql != "" && c.doubt == csvfile.DateDoubt {
			e := engine.Errorf("22007", "the dates of column %q could have the day first, or the month", c.name)
			e.Hint = "Say which: WITH (datestyle 'DMY') or 'MDY'."
			return in, e
		}
	}
	p.spec.Decided = in.decided(o.Null)
	return in, nil
}

// options are those of p for each of its files.
func (p *plan) options() csvfile.Options {
	o, c := p.csv, p.spec.CSV
	o.Delimiter, o.Quote, o.Escape, o.Header, o.Null, o.Names = c.Delimiter, c.Quote, c.Escape, c.Header, c.Null, c.Names
	o.Types = map[string]string{}
	for name, sql := range p.spec.Types {
		o.Types[strings.ToLower(name)] = sql
	}
	return o
}

// unite makes columns of those of the files, by their names in any case.
func (in *inspection) unite(types map[string]string) error {
	byName := map[string]*column{}
	for _, f := range in.files {
		for _, c := range f.Columns {
			key := strings.ToLower(c.Name)
			if u := byName[key]; u != nil {
				u.values.Unite(c.Values)
				continue
			}
			byName[key] = &column{name: c.Name, sql: c.Type, values: c.Values}
			in.columns = append(in.columns, byName[key])
		}
	}
	for name := range types {
		if byName[strings.ToLower(name)] == nil {
			var there []string
			for _, c := range in.columns {
				there = append(there, c.name)
			}
			e := engine.Errorf("42703", "column %q does not exist in the file", name)
			e.Hint = "Its columns are " + strings.Join(there[:min(len(there), 20)], ", ") + "."
			return e
		}
	}
	return nil
}

// decided is what the engine has to know, with files of one form together.
func (in *inspection) decided(null []string) []engine.CSVFile {
	byName := map[string]*column{}
	for _, c := range in.columns {
		byName[strings.ToLower(c.name)] = c
	}
	var list []engine.CSVFile
	for _, f := range in.files {
		d := engine.CSVFile{
			Delimiter: f.Dialect.Delimiter, Quote: character(f.Dialect.Quote), Escape: character(f.Dialect.Escape),
			Compression: f.Compression, Skip: f.Skip, Header: f.Header, LongestLine: f.LongestLine, AverageLine: f.AverageLine, Null: null,
		}
		for _, c := range f.Columns {
			u := byName[strings.ToLower(c.Name)]
			column := u.values.Column(u.name)
			if u.sql != "" {
				column.Type = u.sql
			}
			d.Columns = append(d.Columns, column)
		}
		if n := len(list); n > 0 && sameForm(&list[n-1], &d) {
			list[n-1].Paths = append(list[n-1].Paths, f.Path)
			list[n-1].LongestLine = max(list[n-1].LongestLine, d.LongestLine)
			list[n-1].AverageLine = max(list[n-1].AverageLine, d.AverageLine)
			continue
		}
		d.Paths = []string{f.Path}
		list = append(list, d)
	}
	return list
}

func character(c byte) string {
	if c == 0 {
		return ""
	}
	return string(rune(c))
}

func sameForm(a, b *engine.CSVFile) bool {
	return a.Delimiter == b.Delimiter && a.Quote == b.Quote && a.Escape == b.Escape && a.Compression == b.Compression &&
		a.Skip == b.Skip && a.Header == b.Header && slices.EqualFunc(a.Columns, b.Columns, func(a, b engine.CSVColumn) bool { return a.Name == b.Name })
}

// remove removes copies that were made.
func (in *inspection) remove() {
	for _, f := range in.files {
		f.Remove()
	}
}

// maxNotices is how many notices a load gives at most.
const maxNotices = 20

// notices are those of all files, and of the columns, of a table.
func (in *inspection) notices(table string) []string {
	var list []string
	if n, ok := in.rejected(table); ok {
		list = append(list, n)
	}
	for i, f := range in.files {
		name := printable(in.names[i])
		if how := f.Describe(); how != "" {
			list = append(list, name+": "+how)
		}
		for _, n := range f.Notices {
			list = append(list, name+": "+n)
		}
	}
	for _, c := range in.columns {
		if n := c.notice(in.hints); n != "" {
			list = append(list, fmt.Sprintf("column %q: %s", c.name, n))
		}
	}
	if more := len(list) - maxNotices; more > 0 {
		list = append(list[:maxNotices], fmt.Sprintf("and %d notices like these", more))
	}
	return list
}

// notice says what is not obvious about a column.
func (c *column) notice(h csvfile.Hints) string {
	switch c.doubt {
	case csvfile.DateDoubt:
		return "text, for its dates could have the day first, or the month; WITH (datestyle 'DMY') or 'MDY' says which"
	case csvfile.NumberDoubt:
		return "text, for the commas in its numbers could stand before thousands or before decimals; WITH (decimal '.') or ',' says which"
	case csvfile.CommaTaken:
		return "the points in its numbers are taken for thousands, since other columns have decimal commas"
	}
	if c.sql != "" {
		return ""
	}
	column := c.values.Column(c.name)
	var parts []string
	switch column.Decimal {
	case ",":
		parts = append(parts, "numbers with decimal commas")
	case ".":
		parts = append(parts, "numbers with commas before thousands")
	}
	if column.Format != "" {
		parts = append(parts, "dates as "+strings.NewReplacer("%d", "DD", "%m", "MM", "%Y", "YYYY", "%H", "HH", "%M", "MI", "%S", "SS").Replace(column.Format))
	}
	if len(column.Null) > 0 {
		parts = append(parts, strings.Join(column.Null, ", ")+" read as NULL")
	}
	if line, value, was, ok := c.values.TextAt(); ok {
		parts = append(parts, fmt.Sprintf("text, for line %d has %q; the lines before it have %s", line, value, was))
	}
	return strings.Join(parts, "; ")
}
