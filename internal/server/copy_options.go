package server

import (
	"strings"

	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
)

// copyOptions reads the options of a COPY. The errors are PostgreSQL's
// (PostgreSQL documentation, SQL command COPY).
func copyOptions(u dialect.Copy, src *source, table copyTable) (wire.CopyOptions, error) {
	r := copyOptionReader{from: u.From, seen: map[string]bool{}}
	for i := range u.Options {
		if err := r.read(&u.Options[i]); err != nil {
			if e := err.(*wire.Error); e.Position < 0 {
				e.Position = src.position(u.Options[i].Position)
			}
			return r.out, err
		}
	}
	if err := r.checkDirection(); err != nil {
		return r.out, err
	}
	return r.out, r.findColumns(table)
}

// copyOptionReader reads one option after the other into out.
type copyOptionReader struct {
	from  bool
	seen  map[string]bool
	lists []columnList
	out   wire.CopyOptions
}

// atOption makes an error point at the option that is read.
func atOption(code, format string, args ...any) error {
	e := wire.Errorf(code, format, args...)
	e.Position = -1
	return e
}

func (r *copyOptionReader) read(o *dialect.CopyOption) error {
	if r.seen[o.Name] {
		return atOption("42601", "conflicting or redundant options")
	}
	r.seen[o.Name] = true
	switch o.Name {
	case "format":
		return r.format(o.Value)
	case "freeze":
		_, err := booleanOption(o)
		return err
	case "header":
		return r.header(o)
	case "delimiter":
		return oneByte(&r.out.Delimiter, o)
	case "quote":
		return oneByte(&r.out.Quote, o)
	case "escape":
		return oneByte(&r.out.Escape, o)
	case "null":
		r.out.Null = &o.Value
	case "force_quote":
		return r.columns(&r.out.ForceQuote, o)
	case "force_not_null":
		return r.columns(&r.out.ForceNotNull, o)
	case "force_null":
		return r.columns(&r.out.ForceNull, o)
	case "encoding":
		return encodingOption(o)
	default:
		return atOption("42601", "option \"%s\" not recognized", o.Name)
	}
	return nil
}

func (r *copyOptionReader) format(name string) error {
	switch name {
	case "text":
		r.out.Format = wire.CopyText
	case "csv":
		r.out.Format = wire.CopyCSV
	case "binary":
		r.out.Format = wire.CopyBinary
	default:
		return atOption("22023", "COPY format \"%s\" not recognized", name)
	}
	return nil
}

func booleanOption(o *dialect.CopyOption) (bool, error) {
	switch strings.ToLower(o.Value) {
	case "", "true", "on", "1":
		return true, nil
	case "false", "off", "0":
		return false, nil
	}
	return false, wire.Errorf("42601", "%s requires a Boolean value", o.Name)
}

func (r *copyOptionReader) header(o *dialect.CopyOption) (err error) {
	if strings.EqualFold(o.Value, "match") {
		if !r.from {
			return wire.Errorf("0A000", "cannot use \"match\" with HEADER in COPY TO")
		}
		r.out.MatchHeader = true
		return nil
	}
	if r.out.Header, err = booleanOption(o); err != nil {
		return wire.Errorf("42601", "header requires a Boolean value or \"match\"")
	}
	return nil
}

func oneByte(b *byte, o *dialect.CopyOption) error {
	if len(o.Value) != 1 {
		return wire.Errorf("0A000", "COPY %s must be a single one-byte character", o.Name)
	}
	*b = o.Value[0]
	return nil
}

// columnList is an option whose columns are yet to be found.
type columnList struct {
	option *dialect.CopyOption
	to     *[]bool
}

// columns takes note of a list of columns. Only FORCE_QUOTE may have a star.
func (r *copyOptionReader) columns(to *[]bool, o *dialect.CopyOption) error {
	if o.Columns == nil || o.Columns[0] == "*" && o.Name != "force_quote" {
		return atOption("22023", "argument to option \"%s\" must be a list of column names", o.Name)
	}
	*to = []bool{} // it is there
	r.lists = append(r.lists, columnList{o, to})
	return nil
}

// findColumns looks up the columns of the lists.
func (r *copyOptionReader) findColumns(table copyTable) error {
	for _, l := range r.lists {
		found := make([]bool, len(table.fields))
		for _, name := range l.option.Columns {
			if name == "*" {
				for i := range found {
					found[i] = true
				}
				continue
			}
			i := columnIndex(table.fields, name)
			switch {
			case columnIndex(table.all, name) < 0:
				return noColumn(name, table.name.Name)
			case i < 0:
				return wire.Errorf("42P10", "%s column \"%s\" not referenced by COPY", strings.ToUpper(l.option.Name), name)
			}
			found[i] = true
		}
		*l.to = found
	}
	return nil
}

// encodingOption accepts the one encoding that there is.
func encodingOption(o *dialect.CopyOption) error {
	switch strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(o.Value)) {
	case "utf8", "unicode", "sqlascii":
		return nil
	}
	e := wire.Errorf("0A000", "encoding \"%s\" is not supported", o.Value)
	e.Hint = "COPY data is UTF8."
	return e
}

// checkDirection refuses the options of the other direction.
func (r *copyOptionReader) checkDirection() error {
	csv := r.out.Format == wire.CopyCSV
	switch {
	case csv && r.from && r.out.ForceQuote != nil:
		return wire.Errorf("0A000", "COPY force quote only available using COPY TO")
	case csv && !r.from && r.out.ForceNotNull != nil:
		return wire.Errorf("0A000", "COPY force not null only available using COPY FROM")
	case csv && !r.from && r.out.ForceNull != nil:
		return wire.Errorf("0A000", "COPY force null only available using COPY FROM")
	}
	return nil
}
