// Package difftest compares csvsql's answers with those of a real PostgreSQL,
// statement by statement.
//
// A file of testdata has the statements about one way in which SQL of the two
// engines differs, with PostgreSQL's answers as they were recorded (go test
// -record). The test replays them against csvsql, sorts the answers into classes
// (see [Compare]) and holds their numbers to those of testdata/counts.
package difftest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/oid"
)

// Case is a statement and PostgreSQL's answer to it.
type Case struct {
	SQL    string
	Args   []Arg // sent by the extended protocol; without any, the simple one
	Answer Answer
}

// Arg is the text of an argument; nil is NULL.
type Arg []byte

// Answer is what a server says to one statement.
type Answer struct {
	Code    string   // SQLSTATE of the error; "" if there was none
	Columns []Column // nil if the statement returns no rows
	Rows    []string // values separated by tabs, \N for NULL
}

// Column is the name and the type of a column.
type Column struct{ Name, Type string }

// Read reads a file: blocks between empty lines, each with the statement in its
// first lines, then "= value" for each argument, ": name type" for each column and
// "| values" for each row, or "! SQLSTATE".
func Read(text string) []Case {
	var cases []Case
	for block := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n\n") {
		lines := strings.Split(block, "\n")
		c := Case{SQL: lines[0]}
		for _, line := range lines[1:] {
			switch {
			case strings.HasPrefix(line, "! "):
				c.Answer.Code = line[2:]
			case strings.HasPrefix(line, "= "):
				c.Args = append(c.Args, readArg(line[2:]))
			case strings.HasPrefix(line, ": "):
				name, typ, _ := strings.Cut(line[2:], "\t")
				c.Answer.Columns = append(c.Answer.Columns, Column{name, typ})
			case strings.HasPrefix(line, "| "):
				c.Answer.Rows = append(c.Answer.Rows, line[2:])
			default:
				c.SQL += "\n" + line
			}
		}
		cases = append(cases, c)
	}
	return cases
}

// String is the block of a file that Read reads.
func (c Case) String() string {
	var b strings.Builder
	fmt.Fprintln(&b, c.SQL)
	for _, arg := range c.Args {
		fmt.Fprintln(&b, "= "+rowText([][]byte{arg}))
	}
	if c.Answer.Code != "" {
		fmt.Fprintln(&b, "! "+c.Answer.Code)
	}
	for _, column := range c.Answer.Columns {
		fmt.Fprintf(&b, ": %s\t%s\n", column.Name, column.Type)
	}
	for _, row := range c.Answer.Rows {
		fmt.Fprintln(&b, "| "+row)
	}
	return b.String()
}

func readArg(text string) Arg {
	if text == `\N` {
		return nil
	}
	return Arg(text)
}

// Class says how an answer compares with PostgreSQL's.
type Class int

const (
	Exact   Class = iota // values, names and types are the same, or the SQLSTATE
	Value                // the values are the same; a name or a type is not
	Code                 // an error for both, of different SQLSTATE
	Error                // an error where PostgreSQL has an answer
	Differs              // other values
	Lenient              // an answer where PostgreSQL has an error
	classes
)

func (c Class) String() string {
	return [...]string{"exact", "value", "code", "error", "differs", "lenient"}[c]
}

// Compare sorts an answer into its class.
func Compare(want, got Answer) Class {
	switch {
	case want.Code != "" && got.Code == want.Code:
		return Exact
	case want.Code != "" && got.Code != "":
		return Code
	case want.Code != "":
		return Lenient
	case got.Code != "":
		return Error
	case !slices.Equal(want.Rows, got.Rows) || len(want.Columns) != len(got.Columns):
		return Differs
	case !slices.Equal(want.Columns, got.Columns):
		return Value
	}
	return Exact
}

// Ask runs one statement and returns the answer. An error that is not the
// server's is returned as such.
func Ask(ctx context.Context, c *client.Conn, sql string, args ...Arg) (Answer, error) {
	var a Answer
	r := query(ctx, c, sql, args)
	for r.NextResult() {
		a.Columns, a.Rows = nil, nil
		for _, column := range r.Columns() {
			a.Columns = append(a.Columns, Column{column.Name, typeName(column.Type)})
		}
		for r.NextRow() {
			fields, err := r.Row().AppendFields(nil)
			if err != nil {
				return a, err
			}
			a.Rows = append(a.Rows, rowText(fields))
		}
	}
	err := r.Close()
	var failure *wire.Error
	if errors.As(err, &failure) {
		return Answer{Code: failure.Code}, nil
	}
	return a, err
}

// query sends a statement.
func query(ctx context.Context, c *client.Conn, sql string, args []Arg) *client.Results {
	if args == nil {
		return c.Query(ctx, sql)
	}
	params := make([][]byte, len(args))
	for i, arg := range args {
		params[i] = arg
	}
	c.SendParse("", sql, nil)
	c.SendBind("", "", params, nil, nil)
	c.SendDescribe(client.Portal, "")
	c.SendExecute("", 0)
	c.SendSync()
	return c.Results(ctx)
}

var escapes = strings.NewReplacer("\\", `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

func rowText(fields [][]byte) string {
	values := make([]string, len(fields))
	for i, value := range fields {
		if values[i] = `\N`; value != nil {
			values[i] = escapes.Replace(string(value))
		}
	}
	return strings.Join(values, "\t")
}

// typeName is a type's name in pg_type, or its number; that of one that a user
// made is another one on each server.
func typeName(o oid.OID) string {
	const firstUser = 16384
	if o >= firstUser {
		return "user"
	}
	switch o {
	case oid.Text:
		return "text"
	case oid.Varchar:
		return "varchar"
	case oid.Bpchar:
		return "bpchar"
	case oid.Name:
		return "name"
	case oid.Char:
		return "char"
	case oid.OIDType:
		return "oid"
	case oid.Bool:
		return "bool"
	case oid.Int2:
		return "int2"
	case oid.Int4:
		return "int4"
	case oid.Int8:
		return "int8"
	case oid.Float4:
		return "float4"
	case oid.Float8:
		return "float8"
	case oid.Numeric:
		return "numeric"
	case oid.Date:
		return "date"
	case oid.Time:
		return "time"
	case oid.Timetz:
		return "timetz"
	case oid.Timestamp:
		return "timestamp"
	case oid.Timestamptz:
		return "timestamptz"
	case oid.Interval:
		return "interval"
	case oid.Bytea:
		return "bytea"
	case oid.UUID:
		return "uuid"
	case oid.JSON:
		return "json"
	case oid.JSONB:
		return "jsonb"
	}
	return strconv.Itoa(int(o))
}
