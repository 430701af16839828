package datasets

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/engine"
)

// rejectColumns are those of a table of rejected lines.
var rejectColumns = []engine.CSVColumn{
	{Name: "file", Type: "VARCHAR"}, {Name: "line", Type: "BIGINT"}, {Name: "column_name", Type: "VARCHAR"},
	{Name: "sqlstate", Type: "VARCHAR"}, {Name: "reason", Type: "VARCHAR"}, {Name: "raw", Type: "VARCHAR"},
}

// rejected says how many lines were left out of a table, and where they are.
func (in *inspection) rejected(table string) (notice string, ok bool) {
	var n int64
	first := ""
	for i, f := range in.files {
		if n += f.Rejected; first == "" && f.Rejected > 0 {
			first = fmt.Sprintf("%s, line %d: %s", printable(in.names[i]), f.Rejects[0].Line, f.Rejects[0].Reason)
		}
	}
	switch n {
	case 0:
		return "", false
	case 1:
		return "1 line was left out, see table " + table + "_rejects: " + first, true
	}
	return fmt.Sprintf("%d lines were left out, see table %s_rejects; the first is %s", n, table, first), true
}

// rejectsTable is the name of the table with the lines that a table's load left out.
func rejectsTable(t engine.TableName) engine.TableName {
	t.Name += "_rejects"
	return t
}

// rejectsComment begins the comment of a table of rejected lines, by which one is
// known that may be replaced.
const rejectsComment = "lines left out by LOAD of "

// loadRejects makes a table of the lines that were left out, also if there are none.
func (in *inspection) loadRejects(ctx context.Context, s engine.Session, scratch string, p *plan) error {
	table := rejectsTable(p.spec.Table)
	spec := engine.LoadSpec{Table: table, Format: engine.CSV, Comment: rejectsComment + p.spec.Table.Name}
	for t, err := range s.Tables(ctx, engine.TableFilter{Schema: cmp.Or(table.Schema, "public"), Name: table.Name}) {
		if err != nil {
			return err
		}
		spec.Replace = spec.Replace || strings.HasPrefix(t.Comment, rejectsComment)
	}
	out, err := os.CreateTemp(scratch, "rejects-*.csv")
	if err != nil {
		return engine.Errorf("58030", "the lines that do not fit cannot be kept: %w", err)
	}
	defer os.Remove(out.Name())
	defer out.Close()
	w := csv.NewWriter(out)
	longest := 0
	for i, f := range in.files {
		for _, r := range f.Rejects {
			w.Write([]string{in.names[i], strconv.FormatInt(r.Line, 10), r.Column, r.Code, r.Reason, r.Raw})
			longest = max(longest, 2*len(r.Raw))
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return engine.Errorf("53100", "the lines that do not fit cannot be kept: %w", err)
	}
	spec.Decided = []engine.CSVFile{{
		Paths: []string{out.Name()}, Delimiter: ",", Quote: `"`, Escape: `"`, Compression: "none", LongestLine: longest, Columns: rejectColumns,
	}}
	_, err = s.Load(ctx, spec)
	return err
}
