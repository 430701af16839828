package main

import (
	"bufio"
	"io"
	"math/rand/v2"
	"strconv"
	"time"
)

// lineitem is the table that most cases read. Its columns, types and value
// ranges are those of the table of that name in the TPC-H specification (1.4.1,
// 4.2.3); the rows are our own.
func lineitem() table {
	return table{
		name: "lineitem",
		columns: []column{
			{"l_orderkey", "integer"},
			{"l_partkey", "integer"},
			{"l_suppkey", "integer"},
			{"l_linenumber", "integer"},
			{"l_quantity", "decimal(15,2)"},
			{"l_extendedprice", "decimal(15,2)"},
			{"l_discount", "decimal(15,2)"},
			{"l_tax", "decimal(15,2)"},
			{"l_returnflag", "varchar"},
			{"l_linestatus", "varchar"},
			{"l_shipdate", "date"},
			{"l_commitdate", "date"},
			{"l_receiptdate", "date"},
			{"l_shipinstruct", "varchar"},
			{"l_shipmode", "varchar"},
			{"l_comment", "varchar"},
		},
	}
}

// writeLineitem writes n rows as CSV with a header, the same ones each time.
func writeLineitem(w io.Writer, n int) error {
	out := bufio.NewWriterSize(w, 1<<20)
	for i, c := range lineitem().columns {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString(c.name)
	}
	out.WriteByte('\n')
	g := generator{rand: rand.New(rand.NewPCG(1, 2))}
	for range n {
		g.row()
		if _, err := out.Write(g.line); err != nil {
			return err
		}
	}
	return out.Flush()
}

// generator makes one line after the other.
type generator struct {
	rand  *rand.Rand
	line  []byte
	order int // key of the current order
	lines int // how many lines of it are still to come
	item  int // number of the line in it
	date  time.Time
}

var (
	firstOrder   = time.Date(1992, 1, 1, 0, 0, 0, 0, time.UTC)
	currentDate  = time.Date(1995, 6, 17, 0, 0, 0, 0, time.UTC)
	instructions = [...]string{"DELIVER IN PERSON", "COLLECT COD", "NONE", "TAKE BACK RETURN"}
	modes        = [...]string{"REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"}
	words        = [...]string{
		"amber", "barges", "careful", "deposits", "even", "final", "grain", "harbor",
		"ironic", "jolly", "keen", "ledgers", "mild", "notices", "open", "packages",
		"quiet", "regular", "slow", "tides", "unusual", "vessels", "wagons", "yellow",
	}
)

func (g *generator) row() {
	if g.lines == 0 {
		g.order += 1 + g.rand.IntN(7) // keys are sparse
		g.lines = 1 + g.rand.IntN(7)
		g.item = 0
		g.date = firstOrder.AddDate(0, 0, g.rand.IntN(2406))
	}
	g.lines--
	g.item++
	part := 1 + g.rand.IntN(200_000)
	quantity := 1 + g.rand.IntN(50)
	price := quantity * (90_000 + (part/10)%20_001 + 100*(part%1000)) // in hundredths
	ship := g.date.AddDate(0, 0, 1+g.rand.IntN(121))
	commit := g.date.AddDate(0, 0, 30+g.rand.IntN(61))
	receipt := ship.AddDate(0, 0, 1+g.rand.IntN(30))

	g.line = g.line[:0]
	g.int(g.order)
	g.int(part)
	g.int(1 + g.rand.IntN(10_000))
	g.int(g.item)
	g.hundredths(100 * quantity)
	g.hundredths(price)
	g.hundredths(g.rand.IntN(11))
	g.hundredths(g.rand.IntN(9))
	switch {
	case receipt.After(currentDate):
		g.text("N")
	case g.rand.IntN(2) == 0:
		g.text("R")
	default:
		g.text("A")
	}
	if ship.After(currentDate) {
		g.text("O")
	} else {
		g.text("F")
	}
	g.day(ship)
	g.day(commit)
	g.day(receipt)
	g.text(instructions[g.rand.IntN(len(instructions))])
	g.text(modes[g.rand.IntN(len(modes))])
	g.comment()
	g.line[len(g.line)-1] = '\n'
}

func (g *generator) text(s string) { g.line = append(append(g.line, s...), ',') }
func (g *generator) int(n int)     { g.line = append(strconv.AppendInt(g.line, int64(n), 10), ',') }

func (g *generator) hundredths(n int) {
	g.line = strconv.AppendInt(g.line, int64(n/100), 10)
	g.line = append(g.line, '.', byte('0'+n/10%10), byte('0'+n%10), ',')
}

func (g *generator) day(t time.Time) {
	g.line = append(t.AppendFormat(g.line, time.DateOnly), ',')
}

// comment is 10 to 43 characters of words.
func (g *generator) comment() {
	end := len(g.line) + 10 + g.rand.IntN(34)
	for len(g.line) < end {
		g.line = append(append(g.line, words[g.rand.IntN(len(words))]...), ' ')
	}
	for g.line = g.line[:end]; g.line[len(g.line)-1] == ' '; {
		g.line = g.line[:len(g.line)-1]
	}
	g.line = append(g.line, ',')
}
