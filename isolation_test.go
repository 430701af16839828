package csvsql

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/csvsql/csvsql/engine/duckdb"
)

func TestMemoryBound(t *testing.T) {
	const gb = 1 << 30
	for _, test := range []struct{ memory, machine, want int64 }{
		{gb / 2, 64 * gb, gb + gb/2},
		{4 * gb, 64 * gb, 6 * gb},
		{0, 64 * gb, 64 * gb},
		{0, 2 * gb, 2*gb/10*8 + gb},
		{0, 0, 0},
	} {
		if got := memoryBound(test.memory, test.machine); got != test.want {
			t.Errorf("of %d, on a machine with %d: %d, want %d", test.memory, test.machine, got, test.want)
		}
	}
}

// TestWritableData: what lies where the engine may write, by whatever name.
func TestWritableData(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"data/db", "other"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(root, "link")
	if err := os.Symlink(filepath.Join(root, "data"), link); err != nil {
		t.Skip(err)
	}
	data := filepath.Join(root, "data")
	for _, test := range []struct {
		db   string
		want []string
	}{
		{root + "/data/t.duckdb", []string{data, link}},
		{root + "/t.duckdb", []string{data, link}},
		{link + "/t.duckdb", []string{data, link}},
		{root + "/data/db/t.duckdb", nil},
		{root + "/other/t.duckdb", nil},
	} {
		got := writableData(duckdb.Options{Path: test.db, DataDirs: []string{data}, DataFiles: []string{link}})
		if !slices.Equal(got, test.want) {
			t.Errorf("with %s: %v, want %v", test.db, got, test.want)
		}
	}
}
