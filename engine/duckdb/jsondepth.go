package duckdb

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/apache/arrow-go/v18/parquet/compress"

	"github.com/csvsql/csvsql/engine"
)

// maxJSONDepth is how deep values may be nested in a JSON file. DuckDB's reader
// calls itself for each level; about 100,000 overflow its stack and end the
// process.
const maxJSONDepth = 1000

// checkJSONDepth refuses a file that is nested too deep, 54001, by its name. A
// file that cannot be read, or is no JSON, is left for DuckDB to complain about.
func checkJSONDepth(ctx context.Context, path, name string) error {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	in, err := decompressed(path, f)
	if err != nil {
		return nil
	}
	defer in.Close()
	var (
		depth = jsonDepth{line: 1}
		piece = make([]byte, 256<<10)
	)
	for {
		n, err := in.Read(piece)
		if !depth.scan(piece[:n]) {
			return &engine.Error{Code: "54001", Message: fmt.Sprintf("%s, line %d: values are nested deeper than %d levels",
				name, depth.line, maxJSONDepth)}
		}
		if ctx.Err() != nil {
			return canceled(ctx)
		}
		if err != nil {
			return nil
		}
	}
}

// decompressed reads what DuckDB will read: it goes by the name, or is told, so
// that the content counts too.
func decompressed(path string, f *os.File) (io.ReadCloser, error) {
	r := bufio.NewReaderSize(f, 64<<10)
	start, _ := r.Peek(4)
	name := strings.ToLower(path)
	switch {
	case strings.HasSuffix(name, ".zst"), bytes.Equal(start, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		codec, err := compress.GetCodec(compress.Codecs.Zstd)
		if err != nil {
			return nil, err
		}
		return codec.(compress.StreamingCodec).NewReader(r), nil
	case strings.HasSuffix(name, ".gz"), bytes.HasPrefix(start, []byte{0x1f, 0x8b}):
		return gzip.NewReader(r)
	}
	return io.NopCloser(r), nil
}

// jsonDepth counts open brackets outside of strings.
type jsonDepth struct {
	depth    int
	line     int
	inString bool
	escaped  bool
}

// scan reads the next piece of a text; false means that it is too deep at line.
func (d *jsonDepth) scan(piece []byte) bool {
	for _, c := range piece {
		switch {
		case c == '\n':
			// No string has a line break in it. Where lines are values, one that
			// is broken is skipped, and the next begins outside of strings.
			d.line++
			d.inString, d.escaped = false, false
		case d.escaped:
			d.escaped = false
		case d.inString:
			d.inString, d.escaped = c != '"', c == '\\'
		case c == '"':
			d.inString = true
		case c == '[', c == '{':
			if d.depth++; d.depth > maxJSONDepth {
				return false
			}
		case c == ']', c == '}':
			d.depth = max(d.depth-1, 0)
		}
	}
	return true
}
