package main

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/csvsql/csvsql/wire"
)

// parse understands TABLE birds, and
//
//	COPY birds FROM STDIN [WITH (FORMAT csv|binary [, HEADER])]
//	COPY birds TO STDOUT [WITH (...)]
//
// which is also what psql's \copy sends.
func (t *table) parse(_ context.Context, _ *wire.Conn, q wire.Query) ([]wire.Statement, error) {
	parts, err := wire.Split(q.SQL)
	if err != nil {
		return nil, err
	}
	var statements []wire.Statement
	for _, part := range parts {
		s, err := t.parseOne(part.SQL)
		if err != nil {
			return nil, err
		}
		statements = append(statements, s)
	}
	return statements, nil
}

func (t *table) parseOne(sql string) (wire.Statement, error) {
	if strings.EqualFold(sql, "TABLE birds") {
		return selectAll{t}, nil
	}
	grammar := regexp.MustCompile(`(?is)^COPY\s+birds\s+(FROM\s+STDIN|TO\s+STDOUT)(?:\s+(?:WITH\s*)?\((.*)\))?$`)
	words := grammar.FindStringSubmatch(sql)
	if words == nil {
		return nil, wire.Errorf("42601", "only TABLE birds and COPY birds are understood")
	}
	options, err := parseOptions(words[2])
	if err != nil {
		return nil, err
	}
	if strings.EqualFold(words[1][:4], "FROM") {
		return wire.Do(func(context.Context) (wire.Result, error) { return &copyIn{t, options}, nil }), nil
	}
	return wire.Do(func(context.Context) (wire.Result, error) {
		return wire.CopyTo(t.rows("COPY"), columns(), options)
	}), nil
}

func parseOptions(list string) (o wire.CopyOptions, err error) {
	for _, option := range strings.Split(strings.ToLower(list), ",") {
		switch strings.Join(strings.Fields(option), " ") {
		case "", "format text":
		case "format csv":
			o.Format = wire.CopyCSV
		case "format binary":
			o.Format = wire.CopyBinary
		case "header", "header true":
			o.Header = true
		default:
			return o, wire.Errorf("42601", "unknown option \"%s\"", option)
		}
	}
	return o, nil
}

// copyIn is the Result of COPY FROM STDIN.
type copyIn struct {
	table   *table
	options wire.CopyOptions
}

func (c *copyIn) CopyResponse() wire.CopyResponse { return c.options.Response(len(columns())) }
func (c *copyIn) Tag(rows int64) string           { return fmt.Sprint("COPY ", rows) }
func (c *copyIn) Close() error                    { return nil }

// CopyFrom reads all rows before it keeps any: the client may break off, and a
// row may be wrong.
func (c *copyIn) CopyFrom(_ context.Context, r io.Reader) (rows int64, err error) {
	var names []string
	for _, column := range columns() {
		names = append(names, column.Name)
	}
	reader, err := wire.NewCopyReader(r, "birds", names, c.options)
	if err != nil {
		return 0, err
	}
	var birds []bird
	for {
		fields, err := reader.Read()
		if err == io.EOF {
			return int64(len(birds)), c.table.add(birds)
		}
		if err != nil {
			return 0, err
		}
		b, column, err := parseBird(fields, c.options.Format)
		if err != nil {
			return 0, reader.Error(column, err) // which says where it is
		}
		birds = append(birds, b)
	}
}
