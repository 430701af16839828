// Package suites runs whole benchmarks against csvsql and compares the answers
// with those recorded from a real PostgreSQL.
//
// The statements of TPC-H and of ClickBench are in testdata, each with
// PostgreSQL's answer. The data is made here, the same each time and on every
// machine, small enough for a test and such that no answer is empty.
//
// duckdb.txt has SQL that only DuckDB knows, with the answers of a DuckDB that runs
// in the test's process.
package suites

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Table is a table of a suite.
type Table struct {
	Name    string
	Columns []Column
	fill    func(w *rows)
}

// Column is the name of a column and its type, in PostgreSQL's words.
type Column struct{ Name, Type string }

// Create is the statement that makes the table.
func (t Table) Create() string {
	var columns []string
	for _, c := range t.Columns {
		columns = append(columns, c.Name+" "+c.Type+" NOT NULL")
	}
	return fmt.Sprintf("CREATE TABLE %s (%s)", t.Name, strings.Join(columns, ", "))
}

// Rows are the table's rows in the text format of COPY.
func (t Table) Rows() []byte {
	w := &rows{columns: len(t.Columns)}
	t.fill(w)
	return w.text.Bytes()
}

// rows writes rows in the text format of COPY, value by value. No value has a
// character that would have to be escaped.
type rows struct {
	text    bytes.Buffer
	columns int // of a row
	column  int // of the next value
}

func (w *rows) string(s string) {
	w.text.WriteString(s)
	if w.column++; w.column < w.columns {
		w.text.WriteByte('\t')
		return
	}
	w.text.WriteByte('\n')
	w.column = 0
}

func (w *rows) int(n int) { w.string(strconv.Itoa(n)) }

// hundredths writes n / 100 with two digits behind the point.
func (w *rows) hundredths(n int) {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	w.string(fmt.Sprintf("%s%d.%02d", sign, n/100, n%100))
}

func (w *rows) date(t time.Time) { w.string(t.Format(time.DateOnly)) }

func (w *rows) timestamp(t time.Time) { w.string(t.Format(time.DateTime)) }

// dice gives the random numbers of one row. They depend on nothing but the table
// and the row, so that one table can tell what is in another.
type dice struct{ state uint64 }

func diceOf(table, row int) *dice {
	return &dice{uint64(table)<<48 ^ uint64(row)*0xd1342543de82ef95}
}

// next is one step of the generator SplitMix64.
func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// roll is a number from 0 to n-1.
func (d *dice) roll(n int) int { return int(d.next() % uint64(n)) }

// between is a number from low to high.
func (d *dice) between(low, high int) int { return low + d.roll(high-low+1) }

// skewed is a number from 0 to n-1, the smaller the likelier.
func (d *dice) skewed(n int) int { return d.roll(d.roll(n) + 1) }

// one is one of the words.
func (d *dice) one(words []string) string { return words[d.roll(len(words))] }

// text is n words.
func (d *dice) text(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(d.one(words))
	}
	return b.String()
}

var words = []string{
	"amber", "barges", "careful", "deposits", "even", "final", "grain", "harbor",
	"ironic", "jolly", "keen", "ledgers", "mild", "notices", "open", "packages",
	"quiet", "regular", "slow", "tides", "unusual", "vessels", "wagons", "yellow",
}
