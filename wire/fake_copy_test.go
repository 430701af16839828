package wire_test

import (
	"context"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// copyTable is the table c that the scripts about COPY make, fill and read.
type copyTable struct {
	columns []string
	rows    [][]any
}

var copyTypes = map[string]oid.OID{"a": oid.Int4, "b": oid.Text}

func columnsOf(names []string) []wire.Column {
	columns := []wire.Column{}
	for _, n := range names {
		columns = append(columns, wire.Col(n, copyTypes[n]))
	}
	return columns
}

// describe returns the columns of a statement about the table.
func (t *copyTable) describe(sql string) []wire.Column {
	switch {
	case strings.HasPrefix(sql, "select count(*) as n from c"):
		return []wire.Column{wire.Col("n", oid.Int8)}
	case strings.HasPrefix(sql, "select a + 0 as a, b || '' as b from c"):
		return columnsOf(t.columns)
	}
	return nil
}

// execute runs one, or returns nil if it is about something else.
func (t *copyTable) execute(sql string) wire.Result {
	table := func(columns []wire.Column, rows ...[]any) wire.Result {
		r, _ := wire.Table(columns, rows...).Execute(context.Background(), nil)
		return r
	}
	from := strings.HasPrefix(sql, "copy c from stdin")
	query, _, to := strings.Cut(strings.TrimPrefix(sql, "copy ("), ") to stdout")
	switch {
	case sql == "create temp table c (a int)":
		t.columns = []string{"a"}
		return wire.Tag("CREATE TABLE")
	case sql == "create temp table c (a int, b text)":
		t.columns = []string{"a", "b"}
		return wire.Tag("CREATE TABLE")
	case strings.HasPrefix(sql, "select count(*) as n from c"):
		return table(t.describe(sql), []any{len(t.rows)})
	case t.describe(sql) != nil:
		return table(t.describe(sql), t.rows...)
	case from:
		return &copyIn{table: t, options: copyOptions(sql)}
	case to:
		names := []string{"a"}
		if strings.HasPrefix(query, "select a, b ") {
			names = []string{"a", "b"}
		}
		columns := columnsOf(names)
		if strings.Contains(query, `'\.'`) {
			columns = []wire.Column{wire.Col("a", oid.Text)}
		}
		r, err := wire.CopyTo(table(columns, copyQueries[query]...).(wire.Rows), columns, copyOptions(sql))
		if err != nil {
			panic(err)
		}
		return copyOut{r}
	}
	return nil
}

// copyQueries are the queries that the scripts copy out.
var copyQueries = map[string][][]any{
	`select a, b from (values (1, 'one'), (2, null), (3, 'a` + "\t" + `b')) as v(a, b)`: {{1, "one"}, {2, nil}, {3, "a\tb"}},
	`select a, b from (values (1, 'one'), (2, null), (3, 'a,b')) as v(a, b)`:            {{1, "one"}, {2, nil}, {3, "a,b"}},
	`select a, b from (values (1, 'one'), (2, null)) as v(a, b)`:                        {{1, "one"}, {2, nil}},
	`select 1 as a`: {{1}},
	`select 2 as a`: {{2}},
	`select a, b from (values (1, E'a\bb\fc\nd\re\tf\vg\\h,i|j'), (2, '\N'), (3, '')) as v(a, b)`: {{1, "a\bb\fc\nd\re\tfvg\\h,i|j"}, {2, `\N`}, {3, ""}},
	`select a, b from (values (1, 'a|b'), (2, null), (3, '')) as v(a, b)`:                         {{1, "a|b"}, {2, nil}, {3, ""}},
	`select a, b from (values (1, 'a"b'), (2, ''), (3, E'a\nb'), (4, E'a\rb'), (5, 'a;b'), (6, 'a b')) as v(a, b)`: {
		{1, `a"b`}, {2, ""}, {3, "a\nb"}, {4, "a\rb"}, {5, "a;b"}, {6, "a b"}},
	`select a, b from (values (1, 'a"b\c'), (2, null), (3, 'NULL')) as v(a, b)`: {{1, `a"b\c`}, {2, nil}, {3, "NULL"}},
	`select a from (values ('\.'), ('x')) as v(a)`:                              {{`\.`}, {"x"}},
}

var copyOption = regexp.MustCompile(`(force_quote|force_not_null|force_null) \(b\)|(\w+)( match| \w+| '([^']|'')*')?`)

// copyOptions reads the options of a COPY, as far as the scripts have them.
func copyOptions(sql string) (o wire.CopyOptions) {
	_, list, _ := strings.Cut(sql, " with (")
	for _, m := range copyOption.FindAllStringSubmatch(strings.TrimSuffix(list, ")"), -1) {
		value := strings.TrimSpace(m[3])
		if strings.HasPrefix(value, "'") {
			value = strings.ReplaceAll(value[1:len(value)-1], "''", "'")
		}
		switch m[1] + m[2] {
		case "format":
			o.Format = map[string]wire.CopyFormat{"csv": wire.CopyCSV, "binary": wire.CopyBinary}[value]
		case "header":
			o.Header, o.MatchHeader = true, value == "match"
		case "delimiter":
			o.Delimiter = value[0]
		case "null":
			o.Null = &value
		case "quote":
			o.Quote = value[0]
		case "escape":
			o.Escape = value[0]
		case "force_quote":
			o.ForceQuote = []bool{false, true}
		case "force_not_null":
			o.ForceNotNull = []bool{false, true}
		case "force_null":
			o.ForceNull = []bool{false, true}
		default:
			panic(m[0])
		}
	}
	return o
}

// copyOut has the tag of COPY.
type copyOut struct{ wire.CopyOut }

func (c copyOut) Tag(rows int64) string { return "COPY " + strconv.FormatInt(rows, 10) }

// EncodeRows implements wire.BlockEncoder.
func (c copyOut) EncodeRows(w *wire.RowWriter, from, to int) (int, error) {
	return c.CopyOut.(wire.BlockEncoder).EncodeRows(w, from, to)
}

// copyIn appends to the table.
type copyIn struct {
	table   *copyTable
	options wire.CopyOptions
}

func (c *copyIn) Tag(rows int64) string { return "COPY " + strconv.FormatInt(rows, 10) }
func (c *copyIn) Close() error          { return nil }

func (c *copyIn) CopyResponse() wire.CopyResponse { return c.options.Response(len(c.table.columns)) }

func (c *copyIn) CopyFrom(_ context.Context, r io.Reader) (rows int64, err error) {
	cr, err := wire.NewCopyReader(r, "c", c.table.columns, c.options)
	if err != nil {
		return 0, err
	}
	var loaded [][]any
	for {
		fields, err := cr.Read()
		if err == io.EOF {
			c.table.rows = append(c.table.rows, loaded...)
			return int64(len(loaded)), nil
		} else if err != nil {
			return 0, err
		}
		row, err := c.row(cr, fields)
		if err != nil {
			return 0, err
		}
		loaded = append(loaded, row)
	}
}

func (c *copyIn) row(cr *wire.CopyReader, fields [][]byte) (row []any, err error) {
	for i, f := range fields {
		switch {
		case f == nil:
			row = append(row, nil)
		case c.table.columns[i] == "a":
			parse := pgvalue.ParseInt4
			if c.options.Format == wire.CopyBinary {
				parse = pgvalue.DecodeInt4
			}
			n, err := parse(f)
			if err != nil {
				return nil, cr.Error(i, err)
			}
			row = append(row, n)
		default:
			row = append(row, string(f))
		}
	}
	return row, nil
}
