package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestLineitem(t *testing.T) {
	t.Parallel()
	var a, b bytes.Buffer
	if err := writeLineitem(&a, 5000); err != nil {
		t.Fatal(err)
	}
	if err := writeLineitem(&b, 5000); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two files of the same size differ")
	}
	lines, err := csv.NewReader(&a).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) != 5001 || len(lines[0]) != len(lineitem().columns) {
		t.Errorf("%d lines of %d fields", len(lines), len(lines[0]))
	}
	keys := make(map[[2]string]bool)
	for _, line := range lines[1:] {
		key := [2]string{line[0], line[3]}
		if keys[key] {
			t.Fatalf("order and line number %q twice", key)
		}
		keys[key] = true
		for i, field := range line {
			if field == "" {
				t.Fatalf("%s is empty in %q", lineitem().columns[i].name, line)
			}
		}
		if ship, receipt := line[10], line[12]; ship >= receipt {
			t.Fatalf("shipped %s, received %s", ship, receipt)
		}
	}
}

func TestSummarize(t *testing.T) {
	t.Parallel()
	s := summarize([]sample{{time: 40}, {time: 10}, {time: 20}, {time: 30}})
	if s.median != 25 || s.spread != 30.0/25 {
		t.Errorf("%+v", s)
	}
	if m := median([]time.Duration{3, 1, 2}); m != 2 {
		t.Error(m)
	}
}

func TestInterleave(t *testing.T) {
	t.Parallel()
	var order string
	run := func(name string) func() (sample, error) {
		n := int64(0)
		return func() (sample, error) {
			order += name
			n++
			return sample{rows: n}, nil
		}
	}
	got, err := interleave(3, run("a"), run("b"))
	if err != nil || order != "ababab" {
		t.Error(order, err)
	}
	for _, samples := range got {
		if len(samples) != 2 || samples[0].rows != 2 {
			t.Errorf("the first run is not the one dropped: %v", samples)
		}
	}
}

func TestTreePss(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("smaps_rollup is Linux's")
	}
	peak := watchPss(os.Getpid())
	held := make([]byte, 64<<20)
	for i := range held {
		held[i] = byte(i)
	}
	now, err := treePss(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	runtime.KeepAlive(held)
	highest, err := peak()
	if err != nil || now < 64<<20 || highest <= 0 {
		t.Errorf("%d now, %d at its highest, %v", now, highest, err)
	}
}

func TestStages(t *testing.T) {
	t.Parallel()
	e := &environment{rows: 3000, repeats: 2}
	if err := e.makeData(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := stages(t.Context(), e, &out); err != nil {
		t.Fatal(err)
	}
	for _, stage := range []string{"scan", "export", "encode", "socket", "MB/s"} {
		if !strings.Contains(out.String(), stage) {
			t.Errorf("no %s in\n%s", stage, &out)
		}
	}
}

func TestAllocations(t *testing.T) {
	t.Parallel()
	e := &environment{rows: 3000}
	if err := e.makeData(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := allocations(t.Context(), e, &out); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"text", "binary"} {
		if !strings.Contains(out.String(), format) {
			t.Errorf("no %s in\n%s", format, &out)
		}
	}
}

func TestTreeCPU(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("/proc/PID/stat is Linux's")
	}
	const spent = 200 * time.Millisecond
	before, start := treeCPU(os.Getpid()), time.Now()
	for n := 0; treeCPU(os.Getpid())-before < spent; n++ {
		if time.Since(start) > time.Minute {
			t.Fatalf("after a minute of work the processor time is %v more", treeCPU(os.Getpid())-before)
		}
	}
	if elapsed := time.Since(start); time.Duration(runtime.NumCPU())*elapsed < spent-2*tick {
		t.Errorf("%v of processor time in %v", spent, elapsed)
	}
}
