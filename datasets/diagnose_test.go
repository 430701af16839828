package datasets

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/csvsql/csvsql/engine"
)

func TestNameLine(t *testing.T) {
	dir := t.TempDir()
	good, bad, packed := filepath.Join(dir, "good.csv"), filepath.Join(dir, "bad.csv"), filepath.Join(dir, "bad.csv.gz")
	const content = "a;b\n1;2\n\n3;4;5\n"
	for path, text := range map[string]string{good: "a;b\n1;2\n", bad: content} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Create(packed)
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	z.Write([]byte(content))
	z.Close()
	f.Close()

	semicolon := ";"
	for _, c := range []struct {
		files        []string
		code, detail string
		want         string
	}{
		{[]string{good, bad}, "22P04", "", "bad.csv, line 4: wrong number of fields"},
		{[]string{packed}, "22P04", "", "bad.csv.gz, line 4: wrong number of fields"},
		{[]string{good}, "22P04", "", ""},
		{[]string{bad}, "22P04", "Line 9: ...", "Line 9: ..."},
		{[]string{bad}, "42P07", "", ""},
		{[]string{filepath.Join(dir, "gone.csv")}, "22P04", "", ""},
	} {
		err := nameLine(&engine.Error{Code: c.code, Detail: c.detail},
			engine.LoadSpec{Format: engine.CSV, Files: c.files, CSV: engine.CSVOptions{Delimiter: &semicolon}})
		if got := err.(*engine.Error).Detail; got != c.want {
			t.Errorf("%v, %s %q: detail %q, want %q", c.files, c.code, c.detail, got, c.want)
		}
	}
}
