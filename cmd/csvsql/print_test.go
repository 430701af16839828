package main

import (
	"bufio"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// null is a cell without a value in the tests below.
const null = "\x00null"

// result is what a printer is given. A nil columns stands for no rows.
type result struct {
	columns []wire.Column
	rows    [][]string
	tag     string
}

func printed(format string, results ...result) string {
	var b strings.Builder
	w := bufio.NewWriter(&b)
	p := newPrinter(format, w)
	for _, r := range results {
		if r.columns == nil {
			p.tag(r.tag)
			continue
		}
		p.begin(r.columns)
		for _, row := range r.rows {
			fields := make([][]byte, len(row))
			for i, cell := range row {
				if cell != null {
					fields[i] = []byte(cell)
				}
			}
			p.row(fields)
		}
		p.end()
	}
	w.Flush()
	return b.String()
}

func columns(names ...string) []wire.Column {
	list := []wire.Column{}
	for _, name := range names {
		name, kind, _ := strings.Cut(name, ":")
		c := wire.Column{Name: name, Type: oid.Text}
		switch kind {
		case "int":
			c.Type = oid.Int4
		case "num":
			c.Type = oid.Numeric
		case "float":
			c.Type = oid.Float8
		case "bool":
			c.Type = oid.Bool
		case "json":
			c.Type = oid.JSON
		}
		list = append(list, c)
	}
	return list
}

// TestTable holds the table format to what psql 15 prints for the same results,
// line for line.
func TestTable(t *testing.T) {
	t.Parallel()
	got := printed("table",
		result{columns: columns("x", "number:num", "nothing"), rows: [][]string{{"a", "1", null}, {"long text", "-22.5", ""}}},
		result{columns: columns("a", "b", "c:int", "d"), rows: [][]string{{"two\nlines", "x\ny\nz", "7", "last\ncell"}}},
		result{columns: columns("größe", "n", "ok:bool", "t", "c"), rows: [][]string{{"売上", "é", "t", "tab\there", "e\u0301"}}},
		result{columns: columns("control"), rows: [][]string{{"\x07\r\x1b[31m"}}},
		result{columns: columns("one:int")},
		result{columns: columns(), rows: [][]string{{}}},
		result{columns: columns("f:float", "a|b"), rows: [][]string{{"1.5", "x"}}},
		result{columns: columns("left_multi", "n:int"), rows: [][]string{{"a\nb", "12"}}},
		result{tag: "CREATE TABLE"},
		result{columns: columns("c1"), rows: [][]string{{"x\u0085y"}}},
	)
	want := strings.NewReplacer("$", "", "#", "e\u0301").Replace(`     x     | number | nothing $
-----------+--------+---------
 a         |      1 | $
 long text |  -22.5 | $
(2 rows)

   a   | b | c |  d   $
-------+---+---+------
 two  +| x+| 7 | last+
 lines | y+|   | cell
       | z |   | $
(1 row)

 größe | n | ok |      t       | c $
-------+---+----+--------------+---
 売上  | é | t  | tab     here | #
(1 row)

    control     $
----------------
 \x07\r\x1B[31m
(1 row)

 one $
-----
(0 rows)

--
(1 row)

  f  | a|b $
-----+-----
 1.5 | x
(1 row)

 left_multi | n  $
------------+----
 a         +| 12
 b          | $
(1 row)

CREATE TABLE
    c1    $
----------
 x\u0085y
(1 row)

`)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestCSV(t *testing.T) {
	t.Parallel()
	got := printed("csv",
		result{columns: columns("a", "b,c", `q"`), rows: [][]string{{"1", null, ""}, {"x,y", "say \"hi\"", "two\nlines"}, {`\.`, "é ", "\r"}}},
		result{tag: "SET"},
		result{columns: columns("empty")},
	)
	want := "a,\"b,c\",\"q\"\"\"\n1,,\"\"\n\"x,y\",\"say \"\"hi\"\"\",\"two\nlines\"\n\"\\.\",é ,\"\r\"\nempty\n"
	if got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	got := printed("json",
		result{columns: columns("i:int", "b:bool", "f:float", "t", "j:json"), rows: [][]string{
			{"1", "t", "1.5", "<a> \"b\"\n", "{\"k\":\n [1]}"},
			{null, "f", "NaN", "", null},
		}},
		result{tag: "SET"},
		result{columns: columns("q\"")},
	)
	want := `[
{"i":1,"b":true,"f":1.5,"t":"<a> \"b\"\n","j":{"k":[1]}},
{"i":null,"b":false,"f":"NaN","t":"","j":null}
]
[
]
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPrintMessage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		sql   string
		error wire.Error
		want  string
	}{
		{"SELECT 1,\n\t2 FROM  nope WHERE x", wire.Error{Severity: "ERROR", Message: `relation "nope" does not exist`, Position: 20},
			"ERROR:  relation \"nope\" does not exist\nLINE 2:  2 FROM  nope WHERE x\n                 ^\n"},
		{"SELECT '売上', oops", wire.Error{Severity: "ERROR", Message: `column "oops" does not exist`, Position: 14},
			"ERROR:  column \"oops\" does not exist\nLINE 1: SELECT '売上', oops\n                       ^\n"},
		{"SELECT", wire.Error{Severity: "ERROR", Message: "at the end", Position: 7, Detail: "d", Hint: "h"},
			"ERROR:  at the end\nLINE 1: SELECT\n              ^\nDETAIL:  d\nHINT:  h\n"},
		{"SELECT", wire.Error{Severity: "NOTICE", Message: "nowhere"}, "NOTICE:  nowhere\n"},
		{"SELECT", wire.Error{Severity: "ERROR", Message: "beyond", Position: 99}, "ERROR:  beyond\n"},
	} {
		var b strings.Builder
		printMessage(&b, &c.error, c.sql)
		if b.String() != c.want {
			t.Errorf("%q:\n%s\nwant\n%s", c.sql, b.String(), c.want)
		}
	}
}
