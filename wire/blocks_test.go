package wire_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strconv"
	"testing"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// blocks is a statement whose rows encode themselves, as the numbers from 1 on.
type blocks struct {
	rows   int
	encode func(r *blockRows, w *wire.RowWriter, from, to int) (int, error)
}

func (s *blocks) Describe(context.Context) (wire.Description, error) {
	return wire.Description{Columns: []wire.Column{wire.Col("n", oid.Int8)}}, nil
}

func (s *blocks) Execute(_ context.Context, b *wire.Bind) (wire.Result, error) {
	return &blockRows{blocks: s, format: b.Results[0], left: s.rows}, nil
}

type blockRows struct {
	*blocks
	format wire.Format
	left   int
}

func (r *blockRows) Tag(rows int64) string                { return "SELECT " + strconv.FormatInt(rows, 10) }
func (r *blockRows) Close() error                         { return nil }
func (r *blockRows) EncodeRow(*wire.RowWriter, int) error { panic("EncodeRows is there") }

func (r *blockRows) NextBatch(context.Context) (int, error) {
	n := r.left
	r.left = 0
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// SetFormats implements wire.Formatter.
func (r *blockRows) SetFormats(formats []wire.Format) error {
	r.format = formats[0]
	return nil
}

func (r *blockRows) EncodeRows(w *wire.RowWriter, from, to int) (int, error) {
	return r.encode(r, w, from, to)
}

// numbers encodes through the slice of the RowWriter.
func numbers(r *blockRows, w *wire.RowWriter, from, to int) (int, error) {
	buf := w.Buf()
	row := from
	for ; row < to && len(buf) < 64<<10; row++ {
		var at int
		buf, at = wire.AppendRowHeader(buf, 1)
		if r.format == wire.Binary {
			buf = binary.BigEndian.AppendUint32(buf, 8)
			buf = binary.BigEndian.AppendUint64(buf, uint64(row+1))
		} else {
			field := len(buf)
			buf = strconv.AppendInt(append(buf, 0, 0, 0, 0), int64(row+1), 10)
			binary.BigEndian.PutUint32(buf[field:], uint32(len(buf)-field-4))
		}
		if err := wire.FinishRow(buf, at); err != nil {
			return row, err
		}
	}
	w.SetBuf(buf)
	return row, nil
}

func serveBlocks(t *testing.T, s *blocks) (addr string) {
	return serve(t, &wire.Server{Handler: wire.ParseFunc(func(context.Context, *wire.Conn, wire.Query) ([]wire.Statement, error) {
		return []wire.Statement{s}, nil
	})})
}

// TestBlockEncoder: all rows come, in order, whatever the limit is.
func TestBlockEncoder(t *testing.T) {
	t.Parallel()
	const rows = 30_000
	c := connect(t, serveBlocks(t, &blocks{rows, numbers}))
	for _, limit := range []int32{0, 1, 7, 9999, rows, rows + 1} {
		c.SendParse("", "select", nil)
		c.SendBind("", "", nil, nil, nil)
		legs := 1
		if limit > 0 {
			legs = min(rows/int(limit)+1, 50)
		}
		for range legs {
			c.SendExecute("", limit)
		}
		c.SendSync()
		if err := c.Flush(); err != nil {
			t.Fatal(err)
		}
		want := rows
		if limit > 0 {
			want = min(rows, legs*int(limit))
		}
		got := 0
		results := c.Results(t.Context())
		for results.NextResult() {
			for results.NextRow() {
				fields, err := results.Row().AppendFields(nil)
				if got++; err != nil || string(fields[0]) != strconv.Itoa(got) {
					t.Fatalf("limit %d: %q is row %d, %v", limit, fields, got, err)
				}
			}
		}
		if err := results.Close(); err != nil || got != want {
			t.Errorf("limit %d: %d rows, want %d, %v", limit, got, want, err)
		}
	}
}

// TestBlockEncoderErrors: what an encoder has written before it fails is not sent,
// and one that stands still is stopped.
func TestBlockEncoderErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		encode func(r *blockRows, w *wire.RowWriter, from, to int) (int, error)
		want   string
	}{
		"an error behind some rows": {func(r *blockRows, w *wire.RowWriter, from, to int) (int, error) {
			numbers(r, w, from, to)
			w.SetBuf(append(w.Buf(), "half a row"...))
			return to, wire.Errorf("22003", "out of range")
		}, `T E ERROR 22003 "out of range" ZI`},
		"an error of a value": {func(_ *blockRows, w *wire.RowWriter, from, to int) (int, error) {
			w.BeginRow()
			w.EndRow()
			w.BeginRow()
			w.Int64(1)
			w.Int64(2)
			w.EndRow()
			return from + 2, nil
		}, `T E ERROR XX000 "row of 2 fields where 1 were described" ZI`},
		"nothing": {func(_ *blockRows, _ *wire.RowWriter, from, _ int) (int, error) { return from, nil },
			`T E ERROR XX000 "encoder went from row 0 to row 0 of 3" ZI`},
		"too much": {func(_ *blockRows, _ *wire.RowWriter, _, to int) (int, error) { return to + 1, nil },
			`T E ERROR XX000 "encoder went from row 0 to row 4 of 3" ZI`},
	} {
		c := connect(t, serveBlocks(t, &blocks{3, test.encode}))
		c.SendQuery("select")
		c.Flush()
		if got := trace(c.NetConn()); got != test.want {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

// TestFetchFormats: a cursor is fetched in the formats of each FETCH, and executed
// in those of its Bind.
func TestFetchFormats(t *testing.T) {
	t.Parallel()
	s := &blocks{5, numbers}
	c := connect(t, serve(t, &wire.Server{Handler: wire.ParseFunc(func(_ context.Context, c *wire.Conn, q wire.Query) ([]wire.Statement, error) {
		switch q.SQL {
		case "begin":
			return []wire.Statement{wire.Do(func(context.Context) (wire.Result, error) {
				c.SetTxStatus(wire.InTx)
				return wire.Tag("BEGIN"), nil
			})}, nil
		case "fetch":
			return []wire.Statement{fetchOne{c, s}}, nil
		}
		return []wire.Statement{s}, nil
	})}))
	if _, err := c.Exec(t.Context(), "begin"); err != nil {
		t.Fatal(err)
	}
	c.SendParse("", "select", nil)
	c.SendBind("p", "", nil, nil, nil)
	c.SendExecute("p", 1)
	c.SendParse("", "fetch", nil)
	c.SendBind("", "", nil, nil, []wire.Format{wire.Binary})
	c.SendExecute("", 0)
	c.SendExecute("p", 1)
	c.SendSync()
	c.Flush()
	var got []string
	r := c.Results(t.Context())
	for r.NextResult() {
		for r.NextRow() {
			fields, _ := r.Row().AppendFields(nil)
			got = append(got, string(fields[0]))
		}
	}
	if err := r.Close(); err != nil || !slices.Equal(got, []string{"1", "\x00\x00\x00\x00\x00\x00\x00\x02", "3"}) {
		t.Errorf("%q, %v", got, err)
	}
}

// fetchOne is FETCH 1 FROM p.
type fetchOne struct {
	c *wire.Conn
	s *blocks
}

func (f fetchOne) Describe(ctx context.Context) (wire.Description, error) { return f.s.Describe(ctx) }

func (f fetchOne) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	p, ok := f.c.Store().Portal("p")
	if !ok {
		return nil, wire.Errorf("34000", "no portal")
	}
	return p.Fetch(ctx, b, 1, func(rows int64) string { return fmt.Sprint("FETCH ", rows) })
}
