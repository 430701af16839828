package datasets

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/csvsql/csvsql/engine"
)

func ptr[T any](v T) *T { return &v }

func TestPlanOptions(t *testing.T) {
	t.Parallel()
	dir := tree(t, "a.csv", "b.tsv", "b2.tsv", "c.json", "d.parquet", "e.dat", "f.txt", "g.ndjson.gz", "h.jsonl", "link.csv -> e.dat")
	m := manager(t, dir)
	for _, c := range []struct {
		files   string
		options []Option
		want    engine.LoadSpec // without Table, Files and Comment
		code    string
	}{
		{files: "a.csv", want: engine.LoadSpec{Format: engine.CSV}},
		{files: "f.txt", want: engine.LoadSpec{Format: engine.CSV}},
		{files: "link.csv", want: engine.LoadSpec{Format: engine.CSV}},
		{files: "b.tsv", want: engine.LoadSpec{Format: engine.CSV, CSV: engine.CSVOptions{Delimiter: ptr("\t")}}},
		{files: "b*.tsv", want: engine.LoadSpec{Format: engine.CSV, CSV: engine.CSVOptions{Delimiter: ptr("\t")}}},
		{files: "b.tsv", options: []Option{{"delimiter", ";"}}, want: engine.LoadSpec{Format: engine.CSV, CSV: engine.CSVOptions{Delimiter: ptr(";")}}},
		{files: "a.csv|b.tsv", want: engine.LoadSpec{Format: engine.CSV}},
		{files: "c.json", want: engine.LoadSpec{Format: engine.JSON}},
		{files: "g.ndjson.gz", want: engine.LoadSpec{Format: engine.JSON}},
		{files: "h.jsonl", want: engine.LoadSpec{Format: engine.JSON}},
		{files: "d.parquet", want: engine.LoadSpec{Format: engine.Parquet}},
		{files: "e.dat", options: []Option{{"FORMAT", "CSV"}}, want: engine.LoadSpec{Format: engine.CSV}},
		{files: "a.csv|c.json", options: []Option{{"format", "csv"}}, want: engine.LoadSpec{Format: engine.CSV}},
		{files: "a.csv", options: []Option{{"delimiter", `\t`}, {"header", ""}, {"quote", ""}, {"escape", `\`}},
			want: engine.LoadSpec{Format: engine.CSV, CSV: engine.CSVOptions{Delimiter: ptr("\t"), Header: ptr(true), Quote: ptr(""), Escape: ptr(`\`)}}},
		{files: "a.csv", options: []Option{{"delimiter", "TAB"}, {"header", "off"}},
			want: engine.LoadSpec{Format: engine.CSV, CSV: engine.CSVOptions{Delimiter: ptr("\t"), Header: ptr(false)}}},
		{files: "a.csv", options: []Option{{"null", "NA, n/a,"}, {"null", "-"}},
			want: engine.LoadSpec{Format: engine.CSV, CSV: engine.CSVOptions{Null: []string{"", "NA", "n/a", "-"}}}},
		{files: "a.csv", options: []Option{{"null", ""}}, want: engine.LoadSpec{Format: engine.CSV, CSV: engine.CSVOptions{Null: []string{""}}}},
		{files: "a.csv", options: []Option{{"types", `A integer, "B, ""c""" decimal(10, 2),d enum('x,y', ')')`}},
			want: engine.LoadSpec{Format: engine.CSV, Types: map[string]string{"a": "integer", `B, "c"`: "decimal(10, 2)", "d": "enum('x,y', ')')"}, CSV: engine.CSVOptions{Names: []string{"a", `B, "c"`, "d"}}}},
		{files: "a.csv", options: []Option{{"columns", `b DATE, "A" TEXT`}, {"header", "off"}},
			want: engine.LoadSpec{Format: engine.CSV, Types: map[string]string{"b": "DATE", "A": "TEXT"}, CSV: engine.CSVOptions{Header: ptr(false), Names: []string{"b", "A"}}}},
		{files: "a.csv", options: []Option{{"columns", "a DATE"}, {"header", "on"}},
			want: engine.LoadSpec{Format: engine.CSV, Types: map[string]string{"a": "DATE"}, CSV: engine.CSVOptions{Header: ptr(true)}}},
		{files: "c.json", options: []Option{{"columns", "a DATE"}}, want: engine.LoadSpec{Format: engine.JSON, Types: map[string]string{"a": "DATE"}, CSV: engine.CSVOptions{Names: []string{"a"}}}},

		{files: "e.dat", code: "22023"},
		{files: "a.csv|c.json", code: "22023"},
		{files: "a.csv", options: []Option{{"delimeter", ";"}}, code: "42704"},
		{files: "a.csv", options: []Option{{"", ""}}, code: "42704"},
		{files: "a.csv", options: []Option{{"header", "maybe"}}, code: "22023"},
		{files: "a.csv", options: []Option{{"header", "2"}}, code: "22023"},
		{files: "a.csv", options: []Option{{"format", "xlsx"}}, code: "22023"},
		{files: "a.csv", options: []Option{{"format", "tsv"}}, code: "22023"},
		{files: "a.csv", options: []Option{{"delimiter", ""}}, code: "22023"},
		{files: "a.csv", options: []Option{{"delimiter", ";;;;;"}}, code: "22023"},
		{files: "a.csv", options: []Option{{"delimiter", "\n"}}, code: "22023"},
		{files: "a.csv", options: []Option{{"quote", "''"}}, code: "22023"},
		{files: "a.csv", options: []Option{{"escape", "ä"}}, code: "22023"},
		{files: "a.csv", options: []Option{{"quote", "|"}, {"delimiter", "|"}}, code: "22023"},
		{files: "a.csv", options: []Option{{"escape", "|"}, {"delimiter", "|"}}, code: "22023"},
		{files: "a.csv", options: []Option{{"header", "on"}, {"Header", "on"}}, code: "42601"},
		{files: "a.csv", options: []Option{{"types", "a DATE"}, {"columns", "a DATE"}}, code: "42601"},
		{files: "a.csv", options: []Option{{"types", ""}}, code: "22023"},
		{files: "a.csv", options: []Option{{"types", "a"}}, code: "22023"},
		{files: "a.csv", options: []Option{{"types", "a DATE,"}}, code: "22023"},
		{files: "a.csv", options: []Option{{"types", "a DATE, A TEXT"}}, code: "22023"},
		{files: "a.csv", options: []Option{{"types", `"a DATE`}}, code: "22023"},
		{files: "a.csv", options: []Option{{"types", "a DECIMAL(1"}}, code: "22023"},
		{files: "a.csv", options: []Option{{"types", "a DECIMAL)1("}}, code: "22023"},
		{files: "a.csv", options: []Option{{"types", "a ENUM('x)"}}, code: "22023"},
		{files: "a.csv", options: []Option{{"skip", "-1"}}, code: "22023"},
		{files: "a.csv", options: []Option{{"comment", "//"}}, code: "22023"},
		{files: "a.csv", options: []Option{{"datestyle", "ISO"}}, code: "22023"},
		{files: "a.csv", options: []Option{{"decimal", ";"}}, code: "22023"},
		{files: "a.csv", options: []Option{{"on_error", "ignore"}}, code: "22023"},
		{files: "a.csv", options: []Option{{"pad", "2"}}, code: "22023"},
		{files: "d.parquet", options: []Option{{"delimiter", ";"}}, code: "22023"},
		{files: "d.parquet", options: []Option{{"on_error", "skip"}}, code: "22023"},
		{files: "c.json", options: []Option{{"encoding", "latin1"}}, code: "22023"},
		{files: "c.json", options: []Option{{"null", "NA"}}, code: "22023"},
	} {
		got, err := m.Plan(Request{Files: strings.Split(c.files, "|"), Table: engine.TableName{Name: "t"}, Options: c.options})
		if e := wantCode(t, err, c.code); e != nil {
			continue
		}
		got.Table, got.Files, got.Comment = engine.TableName{}, nil, ""
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s %v:\n got %+v\nwant %+v", c.files, c.options, got, c.want)
		}
	}
}

func TestUnknownOptionHint(t *testing.T) {
	t.Parallel()
	_, err := manager(t, tree(t, "a.csv")).Plan(Request{Files: []string{"a.csv"}, Options: []Option{{"delimeter", ";"}}})
	e := wantCode(t, err, "42704")
	const want = `Did you mean "delimiter"? The options are format, delimiter, header, quote, escape, comment, skip, encoding, null, types, columns, datestyle, decimal, on_error, pad.`
	if e.Hint != want {
		t.Errorf("hint %q, want %q", e.Hint, want)
	}
}

func TestPlanTable(t *testing.T) {
	t.Parallel()
	m := manager(t, tree(t, "US Flights.csv", "a1.csv", "a2.csv"))
	for _, c := range []struct {
		request Request
		want    engine.TableName
		code    string
	}{
		{request: Request{Files: []string{"US Flights.csv"}}, want: engine.TableName{Name: "us_flights"}},
		{request: Request{Files: []string{"US*.csv"}}, want: engine.TableName{Name: "us_flights"}},
		{request: Request{Files: []string{"a1.csv"}, Table: engine.TableName{Schema: "s"}}, want: engine.TableName{Schema: "s", Name: "a1"}},
		{request: Request{Files: []string{"a*.csv"}, Table: engine.TableName{Name: "A"}}, want: engine.TableName{Name: "A"}},
		{request: Request{Files: []string{"a*.csv"}}, code: "42601"},
		{request: Request{Files: []string{"a1.csv", "a2.csv"}}, code: "42601"},
		{request: Request{}, code: "22023"},
	} {
		s, err := m.Plan(c.request)
		if wantCode(t, err, c.code); s.Table != c.want {
			t.Errorf("%v: table %v, want %v", c.request, s.Table, c.want)
		}
	}
}

func TestPlanEmptyFiles(t *testing.T) {
	t.Parallel()
	dir := tree(t, "a1.csv", "a2.csv", "a3.csv", "b.parquet")
	for _, name := range []string{"a1.csv", "a3.csv", "b.parquet"} {
		if err := os.Truncate(filepath.Join(dir, name), 0); err != nil {
			t.Fatal(err)
		}
	}
	m := manager(t, dir)
	s, err := m.Plan(Request{Files: []string{"a*.csv"}, Table: engine.TableName{Name: "t"}})
	if err != nil || len(s.Files) != 1 || s.Files[0] != filepath.Join(dir, "a2.csv") {
		t.Errorf("%q, %v", s.Files, err)
	}
	_, err = m.Plan(Request{Files: []string{"a3.csv"}})
	wantCode(t, err, "22P04")
	_, err = m.Plan(Request{Files: []string{"a3.csv", "a1.csv"}, Table: engine.TableName{Name: "t"}})
	wantCode(t, err, "22P04")
	if s, err := m.Plan(Request{Files: []string{"b.parquet"}}); err != nil || len(s.Files) != 1 {
		t.Errorf("the engine says what is wrong with it: %q, %v", s.Files, err)
	}
}

func TestRequestTableName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		request Request
		want    string
	}{
		{Request{Files: []string{"US Flights.csv"}}, "us_flights"},
		{Request{Files: []string{"x.csv"}, Table: engine.TableName{Name: "t"}}, "t"},
		{Request{Files: []string{"*.csv"}}, ""},
		{Request{Files: []string{"a.csv", "b.csv"}}, ""},
		{Request{}, ""},
	} {
		if got := c.request.TableName(); got != c.want {
			t.Errorf("%v: %q, want %q", c.request, got, c.want)
		}
	}
}

func TestComment(t *testing.T) {
	t.Parallel()
	dir := tree(t, "flights.csv", "a1.csv", "a2.csv", "a3.csv", "bad\nname.csv")
	if err := os.WriteFile(filepath.Join(dir, "flights.csv"), make([]byte, 213904), 0o644); err != nil {
		t.Fatal(err)
	}
	m := manager(t, dir)
	for file, want := range map[string]string{
		"flights.csv":   "loaded from flights.csv (213,904 bytes) [csvsql:",
		"a*.csv":        "loaded from 3 files, a1.csv to a3.csv (12 bytes) [csvsql:",
		"bad\nname.csv": "loaded from bad?name.csv (4 bytes) [csvsql:",
	} {
		s, err := m.Plan(Request{Files: []string{file}, Table: engine.TableName{Name: "t"}})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(s.Comment, want) || len(s.Comment) != len(want)+24+1 {
			t.Errorf("%q: comment %q", file, s.Comment)
		}
	}
}

func TestThousands(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 213904: "213,904", 1234567890: "1,234,567,890"} {
		if got := thousands(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

// TestFingerprint holds that whatever changes what is read changes the
// fingerprint, and nothing else does.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	dir := tree(t, "a.csv", "b.csv")
	m := manager(t, dir)
	of := func(r Request) string {
		t.Helper()
		s, err := m.Plan(r)
		if err != nil {
			t.Fatal(err)
		}
		return fingerprintIn(s.Comment)
	}
	a := Request{Files: []string{"a.csv"}}
	first := of(a)
	if first == "" || of(a) != first {
		t.Fatalf("the fingerprint %q is not stable", first)
	}
	if of(Request{Files: []string{"./a.csv"}, Table: engine.TableName{Name: "t"}, Replace: true}) != first {
		t.Error("the name of the table or the spelling of the path changes the fingerprint")
	}
	seen := map[string]string{first: "nothing"}
	differs := func(what, f string) {
		t.Helper()
		if other, ok := seen[f]; ok {
			t.Errorf("%s gives the fingerprint of %s", what, other)
		}
		seen[f] = what
	}
	for _, o := range []Option{{"header", "on"}, {"header", "off"}, {"quote", ""}, {"escape", ""}, {"null", ""}, {"null", "NA"},
		{"null", "NA,x"}, {"types", "a DATE"}, {"types", "a TEXT"}, {"delimiter", ","}} {
		differs(o.Name+" "+o.Value, of(Request{Files: a.Files, Options: []Option{o}}))
	}
	differs("names", of(Request{Files: a.Files, Options: []Option{{"header", "off"}, {"types", "a DATE, b DATE"}}}))
	differs("other names", of(Request{Files: a.Files, Options: []Option{{"header", "off"}, {"types", "b DATE, a DATE"}}}))
	differs("another file", of(Request{Files: []string{"b.csv"}}))
	differs("two files", of(Request{Files: []string{"a.csv", "b.csv"}, Table: engine.TableName{Name: "t"}}))
	differs("the other order", of(Request{Files: []string{"b.csv", "a.csv"}, Table: engine.TableName{Name: "t"}}))
	path := filepath.Join(dir, "a.csv")
	if err := os.Chtimes(path, time.Time{}, time.Unix(1, 5)); err != nil {
		t.Fatal(err)
	}
	differs("another time", of(a))
	if err := os.WriteFile(path, []byte("longer than before\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, time.Time{}, time.Unix(1, 5)); err != nil {
		t.Fatal(err)
	}
	differs("another size", of(a))
}
