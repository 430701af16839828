package wire_test

import (
	"io"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/wire"
)

func BenchmarkCopyReader(b *testing.B) {
	for name, test := range map[string]struct {
		line string
		o    wire.CopyOptions
	}{
		"text":        {"12345\tsome text of a row\t3.25\t2026-01-31 12:00:00\n", wire.CopyOptions{}},
		"csv":         {"12345,some text of a row,3.25,2026-01-31 12:00:00\n", wire.CopyOptions{Format: wire.CopyCSV}},
		"csv, quoted": {"12345,\"some text of a row\",3.25,\"2026-01-31 12:00:00\"\n", wire.CopyOptions{Format: wire.CopyCSV}},
	} {
		b.Run(name, func(b *testing.B) {
			data := strings.Repeat(test.line, 20_000)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				r, err := wire.NewCopyReader(strings.NewReader(data), "t", []string{"a", "b", "c", "d"}, test.o)
				if err != nil {
					b.Fatal(err)
				}
				for err == nil {
					_, err = r.Read()
				}
				if err != io.EOF {
					b.Fatal(err)
				}
			}
		})
	}
}
