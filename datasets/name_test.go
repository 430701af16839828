package datasets

import "testing"

func TestTableName(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"flights.csv":              "flights",
		"data/US Flights.CSV":      "us_flights",
		"2024-sales.csv.gz":        "_2024_sales",
		"a.b.parquet":              "a_b",
		"Größe.csv":                "größe",
		"売上.tsv.zst":               "売上",
		"e\u0301te\u0301.csv":      "e\u0301te\u0301", // combining accents
		`it's "x".ndjson`:          "it_s__x_",
		"data[1].json":             "data_1_",
		"x.jsonl":                  "x",
		"x.txt.GZ":                 "x",
		"x.csv.csv":                "x_csv",
		"archive.gz":               "archive",
		"no extension":             "no_extension",
		".csv":                     "_",
		"\u0301x.csv":              "_x", // an accent on nothing
		"dir.csv/":                 "dir",
		"notes.md":                 "notes_md",
		"sales$.csv":               "sales_",
		"../../weird/../plain.csv": "plain",
	} {
		if got := TableName(path); got != want {
			t.Errorf("TableName(%q) = %q, want %q", path, got, want)
		}
	}
}

func FuzzTableName(f *testing.F) {
	for _, s := range []string{"", ".", "/", "a.csv", "1.csv", "\xff.csv", "..gz.csv", "a/b\x00.csv"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		name := TableName(path)
		if name == "" {
			t.Fatalf("TableName(%q) is empty", path)
		}
		if again := TableName(name); again != name {
			t.Fatalf("TableName(%q) = %q, and of that %q", path, name, again)
		}
	})
}

func TestNearest(t *testing.T) {
	t.Parallel()
	there := []string{"airports.csv", "flights.csv", "sales_2024.csv", "x.csv"}
	for word, want := range map[string]string{
		"flihgts.csv":    "flights.csv",
		"Flights.CSV":    "flights.csv",
		"flights":        "flights.csv",
		"flights.tsv":    "flights.csv",
		"sales_2O24.csv": "sales_2024.csv",
		"airport.csv":    "airports.csv",
		"penguins.csv":   "",
		"":               "",
	} {
		if got := nearest(word, there); got != want {
			t.Errorf("nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "acb", 1}, {"abc", "abd", 1},
		{"kitten", "sitting", 3}, {"größe", "grösse", 2}, {"ab", "ba", 1},
	} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
