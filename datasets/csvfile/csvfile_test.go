package csvfile

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestClassify(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"0": "bigint", "-1": "bigint", "9223372036854775807": "bigint", "-9223372036854775808": "bigint",
		"9223372036854775808": "numeric", "99999999999999999999999999999999999999": "numeric", "999999999999999999999999999999999999999": "text",
		"007": "text", "-0": "text", "+49": "text", "0x1F": "text", "1_000": "text", "1 000": "text", "1.2.3": "text", "--1": "text", "-": "text",
		"1.5": "double", "-.5": "double", "5.": "double", "1e5": "double", "-2.5E-3": "double", "1e999": "text", "00.5": "text", ".": "text", "1e": "text", "NaN": "text",
		"1,234.5": "grouped", "12,345,678.9": "grouped", "1,23.5": "text", "0,123.4": "text",
		"1.234,5": "comma", "12,5": "comma", "-0,5": "comma", "1,": "text", ",5": "text",
		"true": "boolean", "FALSE": "boolean", "yes": "text", "t": "text",
		"2024-12-31": "date", "2024-1-2": "date", "2024/12/31": "date", "2024-02-30": "text", "2024-12/31": "text", "0000-01-01": "text",
		"31/12/2024": "date", "12/31/2024": "date", "31.12.2024": "date", "31-12-2024": "date", "31/12/24": "text", "31/12/2024 23:59": "timestamp", "31/13/2024": "text",
		"23:59": "time", "23:59:59.123": "time", "24:00": "text", "12:60": "text", "1:2": "text",
		"2024-12-31 23:59": "timestamp", "2024-12-31T23:59:59.5": "timestamp", "2024-12-31 ": "date", "2024-12-31 25:00": "text",
		"2024-12-31 23:59:59Z": "timestamptz", "2024-12-31T23:59:59+02:00": "timestamptz", "2024-12-31 23:59:59-0330": "text", "2024-12-31 23:59+99": "text",
	} {
		v := Values{tally: tally{can: anyKind}}
		v.add([]byte(value), 1, false)
		v.Decide(Hints{})
		got := map[string]string{"BIGINT": "bigint", "DECIMAL(38,0)": "numeric", "DOUBLE": "double", "BOOLEAN": "boolean", "DATE": "date",
			"TIME": "time", "TIMESTAMP": "timestamp", "TIMESTAMPTZ": "timestamptz", "VARCHAR": "text"}[v.Type()]
		if c := v.Column("c"); c.Group == "," {
			got = "grouped"
		} else if c.Group == "." {
			got = "comma"
		}
		if got != want {
			t.Errorf("%q is %s, want %s", value, got, want)
		}
	}
}

// TestColumns: what is in a column of several values.
func TestColumns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values string
		want   string
	}{
		{"1|2", "BIGINT"},
		{"1|9223372036854775808", "DECIMAL(38,0)"},
		{"1|1.5", "DOUBLE"},
		{"9007199254740993|1.5", "VARCHAR"}, // a double does not hold the first
		{"1|true", "VARCHAR"},
		{"1| 2 ", "BIGINT trim"},
		{"1|NA|-", "BIGINT null NA -"},
		{"NA|-", "VARCHAR"},
		{"NaN|NaN", "VARCHAR"},
		{"NaN|1", "DOUBLE"},
		{"2024-01-01|2024-01-01 10:00", "TIMESTAMP"},
		{"2024-01-01 10:00|2024-01-01 10:00Z", "VARCHAR"},
		{"01/02/2024|13/02/2024", "DATE %d/%m/%Y"},
		{"01/02/2024|02/13/2024", "DATE %m/%d/%Y"},
		{"01/02/2024|02/03/2024", "VARCHAR"},
		{"13/02/2024|02/13/2024", "VARCHAR"},
		{"13/02/2024|13-02-2024", "VARCHAR"},
		{"13/02/2024|13/02/2024 10:00", "VARCHAR"},
		{"01.02.2024|02.03.2024", "DATE %d.%m.%Y"},
		{"1,234|5,678", "VARCHAR"},
		{"1,234|5,678.5", "DOUBLE group ,"},
		{"1,234|5,67", "DOUBLE group ."},
		{"1,5|1.5", "VARCHAR"},
	} {
		v := Values{tally: tally{can: anyKind}}
		for i, value := range strings.Split(c.values, "|") {
			v.add([]byte(value), int64(i+1), true)
		}
		v.Decide(Hints{})
		column := v.Column("c")
		got := column.Type
		if column.Trim {
			got += " trim"
		}
		if column.Null != nil {
			got += " null " + strings.Join(column.Null, " ")
		}
		if column.Format != "" {
			got += " " + column.Format
		}
		if column.Group != "" {
			got += " group " + column.Group
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.values, got, c.want)
		}
	}
}

func TestHints(t *testing.T) {
	t.Parallel()
	day, doubt := Values{tally: tally{can: anyKind}}, Values{tally: tally{can: anyKind}}
	day.add([]byte("31/12/2024"), 1, true)
	doubt.add([]byte("01/02/2024"), 1, true)
	var h Hints
	doubt.Evidence(&h)
	if h.DateOrder != "" {
		t.Errorf("a date in doubt is evidence for %s", h.DateOrder)
	}
	day.Evidence(&h)
	if got := doubt.Decide(h); h.DateOrder != "DMY" || got != NoDoubt || doubt.Column("d").Format != "%d/%m/%Y" {
		t.Errorf("order %q, doubt %d, format %q", h.DateOrder, got, doubt.Column("d").Format)
	}
}

// FuzzBlocks holds that it does not matter where a text is cut into blocks.
func FuzzBlocks(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "1,\"x\ny\"\n2,z\n", "1,\"a\"\"b\"\r\n2,\"\"\r\n", "1,5\" x\n2,\"open\n3,4\n", "\n\n1,2\n", "1,2", "\"\",\n", "1,\x00\n2,\xff\n", "1,2,3\n4\n"} {
		f.Add(s, byte('"'), byte('"'))
		f.Add(s, byte('"'), byte('\\'))
		f.Add(s, byte(0), byte(0))
	}
	f.Fuzz(func(t *testing.T, text string, quote, escape byte) {
		if quote >= 0x80 || escape >= 0x80 || bytes.IndexByte([]byte(",\n\r"), quote) >= 0 || bytes.IndexByte([]byte(",\n\r"), escape) >= 0 {
			return
		}
		var want string
		for _, size := range []int{1 << 20, 1, 7, 64} {
			p := &pass{path: "x.csv", dialect: Dialect{Delimiter: ",", Quote: quote, Escape: escape, NewLine: '\n'}, names: []string{"a", "b"},
				columns: make([]*declared, 2), skim: true, isUTF8: true, blockSize: size}
			found, err := p.run(t.Context(), strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprintf("%d rejects %v; %d longest, %d crlf, %d lf", found.rejected, found.rejects, found.longest, found.crlf, found.lf)
			for _, c := range found.can() {
				got += fmt.Sprintf("; %b", c)
			}
			if want == "" {
				want = got
			}
			if got != want {
				t.Fatalf("%q in blocks of %d:\n got %s\nwant %s", text, size, got, want)
			}
		}
	})
}

func (f *findings) can() (all []kinds) {
	for _, c := range f.tallies {
		all = append(all, c.can)
	}
	return all
}

// FuzzInspect holds that no file is more than an error.
func FuzzInspect(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "sep=;\na;b\n", "sep=;\n", "\xff\xfea\x00,\x00b\x00\n\x00", "\x1f\x8b", "PK\x03\x04", "BZh9", "\xef\xbb\xbf", "\x28\xb5\x2f\xfd\x00", "'a','b'\n", "a\rb\r", "x\n\"", "1\n2\n"} {
		f.Add([]byte(s))
	}
	dir, err := os.MkdirTemp("", "csvfile")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { os.RemoveAll(dir) })
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "x.csv")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := Inspect(t.Context(), path, dir, Options{})
		if err != nil {
			return
		}
		file.Remove()
		if len(file.Columns) == 0 {
			t.Errorf("%q has no column", content)
		}
	})
}
