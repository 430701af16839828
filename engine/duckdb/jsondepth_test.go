package duckdb_test

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/parquet/compress"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/duckdb"
)

// nested is an array in an array, n times.
func nested(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

// TestDeepJSON: a file nested so deep that DuckDB's reader would overflow the
// stack is refused, however it is named; others are read.
func TestDeepJSON(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	deep := `{"a":1}` + "\n" + `{"a":` + nested(200_000) + "}\n"
	write(t, dir+"/deep.json", deep)
	write(t, dir+"/deep.txt", deep)
	write(t, dir+"/desync.json", `{"a":"x`+"\n"+`{"a":`+nested(200_000)+"}\n")
	var gz bytes.Buffer
	w := gzip.NewWriter(&gz)
	w.Write([]byte(deep))
	w.Close()
	write(t, dir+"/deep.json.gz", gz.String())
	write(t, dir+"/gzip.json", gz.String())
	codec, err := compress.GetCodec(compress.Codecs.Zstd)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir+"/deep.jsonl.zst", string(codec.Encode(nil, []byte(deep))))
	write(t, dir+"/good.json", `{"a":`+nested(900)+`,"b":"[[\"[[\\"}`+"\n"+`{"a":[],"b":"`+strings.Repeat("[", 5000)+`"}`)
	if err := os.Symlink("deep.json", dir+"/link.ndjson"); err != nil {
		t.Fatal(err)
	}
	linked := filepath.Join(t.TempDir(), "data")
	if err := os.Symlink(dir, linked); err != nil {
		t.Fatal(err)
	}
	s := session(t, open(t, duckdb.Options{DataDirs: []string{linked}}))

	if got := run(t, s, "SELECT length(b) FROM read_json('"+dir+"/good.json', columns = {a: 'JSON', b: 'VARCHAR'}) ORDER BY 1"); len(got) != 2 || got[1] != "5000" {
		t.Errorf("good.json: %q", got)
	}
	for _, c := range []struct{ sql, code string }{
		{"FROM read_json('DIR/deep.json')", "54001"},
		{"FROM read_json('DIR/deep.json', auto_detect = false, columns = {a: 'JSON'})", "54001"},
		{"FROM read_json(['DIR/good.json', 'DIR/deep.json'], format = 'auto')", "54001"},
		{"FROM read_json('DIR/desync.json', ignore_errors = true)", "54001"},
		{"FROM read_json('DIR/d*.json')", "54001"},
		{"FROM read_json_auto(E'DIR/deep\\x2ejson')", "54001"},
		{`FROM system.main."Read_NDJSON" /**/ ('DIR/deep.json')`, "54001"},
		{"FROM read_json('DIR/deep.txt')", "54001"},
		{"FROM read_json('DIR/deep.json.gz')", "54001"},
		{"FROM read_json('DIR/gzip.json', compression = 'gzip')", "54001"},
		{"FROM read_json('DIR/deep.jsonl.zst')", "54001"},
		{"FROM 'DIR/deep.json'", "54001"},
		{"FROM 'DIR/DEEP.JSON'", "42501 42P01 58P01"}, // no such file
		{"FROM 'DIR/*.json'", "54001"},
		{`FROM "DIR/link.ndjson"`, "54001"},
		{"SUMMARIZE 'DIR/deep.json'", "54001"},
		{"EXPLAIN FROM 'DIR/deep.json'", "54001"},
		{"CREATE VIEW v AS FROM read_json('DIR/deep.json')", "54001"},
		{"CREATE MACRO m() AS TABLE FROM read_json('DIR/deep.json')", "54001"},
		{"CREATE MACRO m(f) AS TABLE FROM read_json(f)", "0A000"},
		{"FROM read_json('DIR/' || 'deep.json')", "0A000"},
		{"FROM read_json(['DIR/deep' || '.json'])", "0A000"},
		{"FROM read_json((SELECT 'DIR/deep.json'))", "0A000"},
		{"FROM read_json($1)", "0A000"},
		{"FROM read_json(getvariable('x'))", "0A000"},
		{"FROM read_json('DIR/**')", "0A000"},
		{"FROM 'DIR/**/deep.json'", "0A000"},
		{"FROM read_json('file://DIR/deep.json')", "42501"},
		{"FROM read_json('/etc/passwd')", "42501"},
	} {
		_, err := try(t.Context(), s, strings.ReplaceAll(c.sql, "DIR", dir))
		if got := code(err); !strings.Contains(c.code, got) {
			t.Errorf("%s: %s %v, want %s", c.sql, got, err, c.code)
		}
		if err != nil && strings.Contains(err.Error(), dir) && c.code == "54001" {
			t.Errorf("%s: %q tells where files are", c.sql, err)
		}
	}
	for _, file := range []string{"deep.json", "deep.json.gz", "deep.jsonl.zst", "deep.txt"} {
		_, err := s.Load(t.Context(), engine.LoadSpec{Table: engine.TableName{Name: "t"}, Format: engine.JSON, Files: []string{dir + "/" + file}})
		if code(err) != "54001" || !strings.HasPrefix(err.Error(), file+", line 2: ") {
			t.Errorf("LOAD of %s: %v", file, err)
		}
	}
	if got := run(t, s, "SELECT 1"); len(got) != 1 {
		t.Errorf("afterwards: %q", got)
	}
}
