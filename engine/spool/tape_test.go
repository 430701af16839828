package spool_test

import (
	"errors"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/spool"
)

// rowOf seeks a row and wants the batch that has it.
func rowOf(t *testing.T, tape *spool.Tape, row int64) {
	t.Helper()
	first, ok, err := tape.Seek(t.Context(), row)
	if err != nil || !ok || !tape.Next() {
		t.Fatalf("row %d: found %v, %v, %v", row, ok, err, tape.Err())
	}
	if got := tape.RecordBatch().Column(0).(*array.Int64).Value(int(row - first)); got != row {
		t.Errorf("row %d has the number %d", row, got)
	}
}

func TestTape(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		memory int64
		files  int
	}{"memory": {20 * batchBytes, 0}, "half in a file": {10 * batchBytes, 1}, "file": {1, 1}} {
		t.Run(name, func(t *testing.T) {
			mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
			defer mem.AssertSize(t, 0)
			dir := t.TempDir()
			const rows = 20 * batchRows
			tape := spool.NewTape(newNumbers(mem, 20), spool.Options{Dir: dir, Memory: c.memory})
			for _, row := range []int64{0, batchRows, 3*batchRows + 1, 2, rows - 1, rows / 2, 0} {
				rowOf(t, tape, row)
			}
			if _, ok, err := tape.Seek(t.Context(), rows); ok || err != nil || tape.Next() {
				t.Errorf("there is a row behind the last one, %v", err)
			}
			if got := files(t, dir); got != c.files {
				t.Errorf("%d files, want %d", got, c.files)
			}
			if _, _, err := tape.Seek(t.Context(), 0); err != nil {
				t.Fatal(err)
			}
			expectNumbers(t, tape, 0, rows)
			tape.Release()
			if got := files(t, dir); got != 0 {
				t.Errorf("%d files are left", got)
			}
		})
	}
}

// TestTapeAhead: what was read ahead is not skipped.
func TestTapeAhead(t *testing.T) {
	t.Parallel()
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer mem.AssertSize(t, 0)
	tape := spool.NewTape(newNumbers(mem, 5), spool.Options{})
	defer tape.Release()
	if !tape.Next() {
		t.Fatal(tape.Err())
	}
	if err := tape.ReadAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	expectNumbers(t, tape, batchRows, 5*batchRows)
}

// TestTapeErrors: the stream's own error comes behind its rows; a limit that is
// reached is an error at once, and the rows before it can still be read.
func TestTapeErrors(t *testing.T) {
	t.Parallel()
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer mem.AssertSize(t, 0)
	src := newNumbers(mem, 2)
	src.err = errors.New("lost")
	broken := spool.NewTape(src, spool.Options{})
	defer broken.Release()
	expectNumbers(t, broken, 0, 2*batchRows)
	if broken.Next() || broken.Err() != src.err {
		t.Error(broken.Err())
	}
	if _, ok, err := broken.Seek(t.Context(), 2*batchRows); ok || err != src.err {
		t.Error(ok, err)
	}
	rowOf(t, broken, 1)

	source := newNumbers(mem, 20)
	small := spool.NewTape(source, spool.Options{Memory: 5 * batchBytes})
	_, _, err := small.Seek(t.Context(), 6*batchRows)
	var e *engine.Error
	if !errors.As(err, &e) || e.Code != "54000" {
		t.Errorf("%v, want 54000", err)
	}
	rowOf(t, small, 5*batchRows-1)
	small.Release()
	for source.Next() { // it frees its last batch
	}
}
