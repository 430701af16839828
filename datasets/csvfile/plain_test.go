package csvfile

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// TestPlain: blocks of plain lines give the findings that all others do.
func TestPlain(t *testing.T) {
	t.Parallel()
	values := []string{"", "0", "7", "-7", "-0", "007", "123456789012345", "1234567890123456", "1.5", "-0.5", "00.5", "1.", ".5", "1e3", "1,5",
		"1234.5", "123456789012345.25", "12345678901234567890", "2024-12-31", "2024-12-28", "2024-02-30", "0999-01-01", "2024-02-29", "2023-02-28", "2024-11-30", "2024-11-31", "2024-00-00", "2024-01-00", "2024-13-01", "2024-1-2",
		"2024-12-31 10:00", "24-12-2024", "x", "true", "NA", "-", " 5", "5 ", "é", "inf", "10:30"}
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 2000 {
		var common [4]string
		for i := range common {
			common[i] = values[r.IntN(len(values))]
		}
		end := []string{"\n", "\r\n"}[r.IntN(2)]
		var b strings.Builder
		for range 1 + r.IntN(30) {
			fields := common
			if r.IntN(10) == 0 {
				fields[r.IntN(4)] = values[r.IntN(len(values))]
			}
			n := 4
			if r.IntN(40) == 0 {
				n = r.IntN(5)
			}
			for i, v := range fields[:n] {
				fields[i] = strings.ReplaceAll(v, ",", ";")
			}
			b.WriteString(strings.Join(fields[:n], ",") + end)
		}
		types := []string{"", "", "smallint", "integer", "bigint", "numeric(9,2)", "double precision", "date", "timestamp", "time", "text", "uuid", "boolean"}
		columns := make([]*declared, 4)
		for i := range columns {
			if typ := types[r.IntN(len(types))]; typ != "" {
				columns[i] = declare(typ)
			}
		}
		text := b.String()
		if r.IntN(2) == 0 {
			text = strings.TrimSuffix(text, end)
		}
		look := func(plain bool) *findings {
			p := &pass{path: "x.csv", dialect: Dialect{Delimiter: ",", Quote: '"', Escape: '"', NewLine: '\n'},
				names: []string{"a", "b", "c", "d"}, columns: columns}
			w := worker{pass: p, findings: p.newFindings(), lines: plain}
			if err := w.block(block{data: []byte(text), line: 1}); err != nil {
				t.Fatal(err)
			}
			return w.findings
		}
		if got, want := look(true), look(false); !reflect.DeepEqual(got, want) {
			t.Fatalf("round %d: %q\n got %s\nwant %s", round, text, show(got), show(want))
		}
	}
}

func show(f *findings) string { return fmt.Sprintf("%+v", *f) }
