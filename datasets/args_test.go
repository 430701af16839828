package datasets

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/engine"
)

// TestExpand runs in a directory of its own, so not in parallel.
func TestExpand(t *testing.T) {
	dir := tree(t,
		"flights.csv", "Flights.parquet", "airports.csv", "a=b.csv", "data[1].csv", "it's.csv",
		"dir/b.tsv", "dir/a.csv.gz", "dir/c.jsonl", "dir/notes.txt", "dir/README.md", "dir/.hidden.csv", "dir/sub/x.csv", "dir/d.csv/",
		"two/x.csv", "two/x.json", "two/y.csv", "empty/", "link.csv -> airports.csv",
		"sales/jan.csv", "sales/feb.csv", "sales/sub.csv/",
	)
	t.Chdir(dir)
	for _, c := range []struct {
		args string // separated by spaces
		want string // table=file,file;table=file with files relative to dir
		errs string // SQLSTATEs
	}{
		{args: "flights.csv", want: "flights=flights.csv"},
		{args: "./flights.csv airports.csv", want: "flights=flights.csv;airports=airports.csv"},
		{args: "flights.csv flights.csv ./flights.csv", want: "flights=flights.csv"},
		{args: "dir", want: "a=dir/a.csv.gz;b=dir/b.tsv;c=dir/c.jsonl"},
		{args: "dir/", want: "a=dir/a.csv.gz;b=dir/b.tsv;c=dir/c.jsonl"},
		{args: "dir dir/b.tsv", want: "a=dir/a.csv.gz;b=dir/b.tsv;c=dir/c.jsonl"},
		{args: "dir first=dir/a.csv.gz", want: "b=dir/b.tsv;c=dir/c.jsonl;first=dir/a.csv.gz"},
		{args: "dir/notes.txt", want: "notes=dir/notes.txt"},
		{args: "sales/*.csv", want: "feb=sales/feb.csv;jan=sales/jan.csv"},
		{args: "./sales/*.csv", want: "feb=sales/feb.csv;jan=sales/jan.csv"},
		{args: "sal*/jan.csv", want: "jan=sales/jan.csv"},
		{args: "all=sales/*.csv", want: "all=sales/feb.csv,sales/jan.csv"},
		{args: "All=flights.csv", want: "all=flights.csv"},
		{args: "f1=flights.csv f2=flights.csv", want: "f1=flights.csv;f2=flights.csv"},
		{args: "a=b.csv", want: "a_b=a=b.csv"},
		{args: "data[1].csv", want: "data_1_=data[1].csv"},
		{args: "it's.csv", want: "it_s=it's.csv"},
		{args: "link.csv", want: "link=link.csv"},
		{args: "", want: ""},

		{args: "flights.csv Flights.parquet airports.csv", want: "airports=airports.csv", errs: "42P07"},
		{args: "flights.csv fast=Flights.parquet", want: "flights=flights.csv;fast=Flights.parquet"},
		{args: "two", want: "y=two/y.csv", errs: "42P07"},
		{args: "two xj=two/x.json", want: "x=two/x.csv;y=two/y.csv;xj=two/x.json"},
		{args: "airports=flights.csv airports.csv", want: "", errs: "42P07"},
		{args: "missing.csv airports.csv", want: "airports=airports.csv", errs: "58P01"},
		{args: "x=missing.csv", errs: "58P01"},
		{args: "missing/*.csv", errs: "58P01"},
		{args: "x=missing/*.csv", errs: "58P01"},
		{args: "no*.csv empty airports.csv", want: "airports=airports.csv", errs: "58P01 58P01"},
		{args: "x=dir", errs: "42809"},
		{args: "[.csv", errs: "22023"},
		{args: "=flights.csv", errs: "58P01"},
		{args: "dir/x=flights.csv", errs: "58P01"},
	} {
		requests, errs := Expand(strings.Fields(c.args))
		var got []string
		for _, r := range requests {
			var files []string
			for _, f := range r.Files {
				rel, err := filepath.Rel(dir, f)
				if err != nil || !filepath.IsAbs(f) {
					t.Errorf("%s: file %q", c.args, f)
				}
				files = append(files, rel)
			}
			got = append(got, r.Table.Name+"="+strings.Join(files, ","))
		}
		if s := strings.Join(got, ";"); s != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.args, s, c.want)
		}
		var codes []string
		for _, err := range errs {
			var e *engine.Error
			if !errors.As(err, &e) {
				t.Fatalf("%s: error %v", c.args, err)
			}
			codes = append(codes, e.Code)
		}
		if s := strings.Join(codes, " "); s != c.errs {
			t.Errorf("%s: errors %v, want %s", c.args, errs, c.errs)
		}
		if m, err := New([]string{dir}, nil); err != nil {
			t.Fatal(err)
		} else {
			for _, r := range requests {
				if _, err := m.Plan(r); err != nil {
					t.Errorf("%s: plan of %v: %v", c.args, r, err)
				}
			}
		}
	}

	_, errs := Expand([]string{"flights.csv", "Flights.parquet"})
	e := wantCode(t, errs[0], "42P07")
	if e.Message != "flights.csv and Flights.parquet would both be table flights" ||
		e.Hint != "Give one of them another name: flights2=Flights.parquet" {
		t.Errorf("%s / %s", e.Message, e.Hint)
	}
	_, errs = Expand([]string{"flihgts.csv"})
	if e := wantCode(t, errs[0], "58P01"); e.Hint != "Did you mean flights.csv?" {
		t.Errorf("hint %q", e.Hint)
	}
}
