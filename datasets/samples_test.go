package datasets

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// TestSamples holds the README of the samples to the files: each is in its table,
// with the rows and columns that it has.
func TestSamples(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("samples/README.md")
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`(?m)^\| (\S+\.csv) \| (US-Gov|CC0-1\.0) \| (\d+) \| (\d+) \|`)
	said := map[string][2]string{}
	for _, m := range row.FindAllStringSubmatch(string(readme), -1) {
		said[m[1]] = [2]string{m[3], m[4]}
	}
	requests, errs := Expand([]string{"samples"})
	if len(errs) > 0 || len(requests) != len(said) || len(said) < 4 {
		t.Fatalf("%d samples, %d in the README, errors %v", len(requests), len(said), errs)
	}
	var size int64
	for _, r := range requests {
		name := filepath.Base(r.Files[0])
		f, err := os.Open(r.Files[0])
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
		records, err := csv.NewReader(f).ReadAll()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		has := [2]string{strconv.Itoa(len(records) - 1), strconv.Itoa(len(records[0]))}
		if has != said[name] {
			t.Errorf("%s has rows and columns %v, the README says %v", name, has, said[name])
		}
	}
	if size > 1<<20 {
		t.Errorf("the samples have %d bytes", size)
	}
}
