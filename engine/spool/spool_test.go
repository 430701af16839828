package spool_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/spool"
)

// batchRows is the number of rows of each batch here; batchBytes the size of its
// buffers.
const (
	batchRows  = 64
	batchBytes = batchRows*8 + batchRows/8 // values and validity
)

// numbers is a stream of batches of consecutive numbers. err ends it if it is
// not nil.
type numbers struct {
	mem     memory.Allocator
	schema  *arrow.Schema
	batches int
	err     error
	next    int64
	batch   arrow.RecordBatch
	onNext  func(batch int)
}

func newNumbers(mem memory.Allocator, batches int) *numbers {
	schema := arrow.NewSchema([]arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int64}}, nil)
	return &numbers{mem: mem, schema: schema, batches: batches}
}

func (r *numbers) Retain()                        {}
func (r *numbers) Release()                       {}
func (r *numbers) Schema() *arrow.Schema          { return r.schema }
func (r *numbers) RecordBatch() arrow.RecordBatch { return r.batch }
func (r *numbers) Record() arrow.RecordBatch      { return r.batch }

func (r *numbers) Err() error {
	if r.batches > 0 {
		return nil
	}
	return r.err
}

func (r *numbers) Next() bool {
	if r.batch != nil {
		r.batch.Release()
		r.batch = nil
	}
	if r.batches == 0 {
		return false
	}
	if r.onNext != nil {
		r.onNext(r.batches)
	}
	r.batches--
	b := array.NewRecordBuilder(r.mem, r.schema)
	defer b.Release()
	for range batchRows {
		b.Field(0).(*array.Int64Builder).Append(r.next)
		r.next++
	}
	r.batch = b.NewRecordBatch()
	return true
}

// expectNumbers reads r and wants the numbers from first up to end.
func expectNumbers(t *testing.T, r array.RecordReader, first, end int64) {
	t.Helper()
	next := first
	for r.Next() {
		for _, n := range r.RecordBatch().Column(0).(*array.Int64).Values() {
			if n != next {
				t.Fatalf("got %d, want %d", n, next)
			}
			next++
		}
	}
	if next != end {
		t.Fatalf("the rows end at %d, want %d (error %v)", next, end, r.Err())
	}
}

func files(t *testing.T, dir string) int {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

func TestDrain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		batches int
		memory  int64
		files   int
	}{
		"nothing":        {0, 10 * batchBytes, 0},
		"memory":         {10, 10 * batchBytes, 0},
		"one to file":    {11, 10 * batchBytes, 1},
		"memory, file":   {100, 10 * batchBytes, 1},
		"file only":      {100, 1, 1},
		"default limits": {1000, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
			defer mem.AssertSize(t, 0)
			dir := t.TempDir()
			src := newNumbers(mem, c.batches)
			s, err := spool.Drain(t.Context(), src, spool.Options{Dir: dir, Memory: c.memory})
			if err != nil {
				t.Fatal(err)
			}
			if got := files(t, dir); got != c.files {
				t.Errorf("%d files, want %d", got, c.files)
			}
			expectNumbers(t, s, 0, int64(c.batches*batchRows))
			if s.Err() != nil || s.Next() {
				t.Errorf("after the end: error %v", s.Err())
			}
			s.Retain()
			s.Release()
			s.Release()
			if got := files(t, dir); got != 0 {
				t.Errorf("%d files are left", got)
			}
		})
	}
}

// TestReleaseUnread: what was not read is freed as well.
func TestReleaseUnread(t *testing.T) {
	t.Parallel()
	for _, read := range []int{0, 1, 5, 15} {
		mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
		dir := t.TempDir()
		s, err := spool.Drain(t.Context(), newNumbers(mem, 20), spool.Options{Dir: dir, Memory: 10 * batchBytes})
		if err != nil {
			t.Fatal(err)
		}
		for range read {
			s.Next()
		}
		s.Release()
		mem.AssertSize(t, 0)
		if got := files(t, dir); got != 0 {
			t.Errorf("after %d batches: %d files are left", read, got)
		}
	}
}

// TestLimits: beyond its limits Drain keeps every row it has taken, and the
// stream goes on behind them.
func TestLimits(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]spool.Options{
		"no directory": {Memory: 10 * batchBytes},
		"disk":         {Memory: 5 * batchBytes, Disk: 5 * batchBytes, Dir: t.TempDir()},
	} {
		t.Run(name, func(t *testing.T) {
			mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
			defer mem.AssertSize(t, 0)
			src := newNumbers(mem, 20)
			s, err := spool.Drain(t.Context(), src, o)
			var e *engine.Error
			if !errors.As(err, &e) || e.Code != "54000" {
				t.Fatalf("got %v", err)
			}
			expectNumbers(t, s, 0, 11*batchRows)
			expectNumbers(t, src, 11*batchRows, 20*batchRows)
			s.Release()
		})
	}
}

// TestErrorOfStream: an error of the stream comes after its rows, and not from
// Drain.
func TestErrorOfStream(t *testing.T) {
	t.Parallel()
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer mem.AssertSize(t, 0)
	broken := errors.New("broken")
	src := newNumbers(mem, 20)
	src.err = broken
	s, err := spool.Drain(t.Context(), src, spool.Options{Dir: t.TempDir(), Memory: 10 * batchBytes})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Release()
	expectNumbers(t, s, 0, 20*batchRows)
	if !errors.Is(s.Err(), broken) {
		t.Errorf("got %v", s.Err())
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer mem.AssertSize(t, 0)
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("why")
	src := newNumbers(mem, 20)
	src.onNext = func(left int) {
		if left == 8 {
			cancel(why)
		}
	}
	s, err := spool.Drain(ctx, src, spool.Options{Dir: t.TempDir(), Memory: batchBytes})
	if !errors.Is(err, why) {
		t.Fatalf("got %v", err)
	}
	expectNumbers(t, s, 0, 13*batchRows)
	expectNumbers(t, src, 13*batchRows, 20*batchRows)
	s.Release()
}

// TestMissingDirectory: the path is not told.
func TestMissingDirectory(t *testing.T) {
	t.Parallel()
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer mem.AssertSize(t, 0)
	dir := t.TempDir() + "/gone"
	src := newNumbers(mem, 2)
	s, err := spool.Drain(t.Context(), src, spool.Options{Dir: dir, Memory: 1})
	var e *engine.Error
	if !errors.As(err, &e) || e.Code != "58030" || e.Message != "could not keep a suspended result on disk: no such file or directory" {
		t.Fatalf("got %v", err)
	}
	expectNumbers(t, s, 0, batchRows)
	s.Release()
	src.Next()
	src.Next()
}

// TestTypes: extension types, dictionaries that change and nested types come
// back from the file as they were.
func TestTypes(t *testing.T) {
	t.Parallel()
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer mem.AssertSize(t, 0)
	opaque := extensions.NewOpaqueType(arrow.BinaryTypes.String, "bit", engine.OpaqueVendor)
	dictionary := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint8, ValueType: arrow.BinaryTypes.String}
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "b", Type: extensions.NewBool8Type(), Nullable: true},
		{Name: "o", Type: opaque, Nullable: true, Metadata: arrow.NewMetadata([]string{engine.DeclaredTypeKey}, []string{"BIT"})},
		{Name: "e", Type: dictionary, Nullable: true},
		{Name: "l", Type: arrow.ListOf(arrow.StructOf(arrow.Field{Name: "i", Type: arrow.PrimitiveTypes.Int32, Nullable: true})), Nullable: true},
	}, nil)
	var batches []arrow.RecordBatch
	for _, json := range []string{
		`[{"b": true, "o": "0101", "e": "x", "l": [{"i": 1}, null]}, {"b": null, "o": null, "e": null, "l": null}]`,
		`[{"b": false, "o": "", "e": "y", "l": []}, {"b": true, "o": "1", "e": "x", "l": [{"i": null}]}]`,
	} {
		b, _, err := array.RecordFromJSON(mem, schema, strings.NewReader(json))
		if err != nil {
			t.Fatal(err)
		}
		defer b.Release()
		batches = append(batches, b)
	}
	src, err := array.NewRecordReader(schema, batches)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Release()
	s, err := spool.Drain(t.Context(), src, spool.Options{Dir: t.TempDir(), Memory: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Release()
	if !s.Schema().Equal(schema) {
		t.Errorf("the schema is %v", s.Schema())
	}
	for i, want := range batches {
		if !s.Next() {
			t.Fatal(s.Err())
		}
		if got := s.RecordBatch(); !got.Schema().Equal(schema) || !array.RecordEqual(got, want) {
			t.Errorf("batch %d is %v, want %v", i, got, want)
		}
	}
	if s.Next() || s.Err() != nil {
		t.Errorf("after the end: %v", s.Err())
	}
}
