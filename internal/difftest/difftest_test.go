package difftest_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/csvsql/csvsql"
	"github.com/csvsql/csvsql/internal/difftest"
	"github.com/csvsql/csvsql/internal/pgtest"
	"github.com/csvsql/csvsql/internal/servetest"
	"github.com/csvsql/csvsql/wire/client"
)

var (
	record = flag.Bool("record", false, "record the answers of PostgreSQL into testdata")
	update = flag.Bool("update", false, "write the counts of this run into testdata/counts")
	show   = flag.String("show", "", "print the answers of these classes, separated by commas, or all")
)

// worker lets the server run its engine in a process of its own.
var worker csvsql.Worker

func TestMain(m *testing.M) {
	worker = csvsql.Main()
	os.Exit(m.Run())
}

// TestRecord writes down what PostgreSQL 15 answers.
func TestRecord(t *testing.T) {
	if !*record {
		t.Skip("only with -record")
	}
	pg := pgtest.Start(t)
	for _, path := range files(t, "testdata") {
		c := pg.Connect(t)
		setUp(t, c, "testdata")
		var out strings.Builder
		for i, test := range read(t, path) {
			if i > 0 {
				out.WriteByte('\n')
			}
			test.Answer = ask(t, c, test.SQL)
			out.WriteString(test.String())
		}
		if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAnswers holds the answers to testdata/counts.
func TestAnswers(t *testing.T) {
	t.Parallel()
	addr, known := serve(t), readDiffers(t)
	holdToCounts(t, "testdata", func(t *testing.T) asker {
		c := connect(t, addr)
		setUp(t, c, "testdata")
		return func(t *testing.T, test difftest.Case) difftest.Answer {
			answer := ask(t, c, test.SQL)
			if difftest.Compare(test.Answer, answer) == difftest.Differs && known[test.SQL] == "" {
				t.Errorf("the answer to %s differs, and testdata/differs does not say why", test.SQL)
			}
			return answer
		}
	})
}

// TestDifferencesAreDocumented: what testdata/differs gives as the reason why an
// answer differs from PostgreSQL's is said in docs/postgres-differences.md, which
// has at most 60 lines.
func TestDifferencesAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/postgres-differences.md")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "\n"); n > 60 {
		t.Errorf("the document has %d lines", n)
	}
	words := strings.Join(strings.Fields(string(text)), " ")
	for sql, reason := range readDiffers(t) {
		if !strings.Contains(words, reason) {
			t.Errorf("%q is not in the document, the reason for %s", reason, sql)
		}
	}
}

// readDiffers are the reasons why answers differ, by statement.
func readDiffers(t *testing.T) map[string]string {
	text, err := os.ReadFile("testdata/differs")
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[string]string{}
	for line := range strings.Lines(string(text)) {
		reason, sql, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok {
			t.Fatalf("no tab in %s", line)
		}
		reasons[sql] = reason
	}
	return reasons
}

// asker gets csvsql's answer to a statement.
type asker func(*testing.T, difftest.Case) difftest.Answer

// holdToCounts holds the number of answers of each class, by file, to what the
// file counts in dir says. No file may have fewer answers with PostgreSQL's values,
// nor more that are not PostgreSQL's, than there. Each file is asked by an asker of
// its own.
func holdToCounts(t *testing.T, dir string, open func(*testing.T) asker) {
	var got, seen strings.Builder
	var total difftest.Counts
	expected := readCounts(t, dir)
	for _, path := range files(t, dir) {
		counts := replay(t, open(t), path, &seen)
		fmt.Fprintf(&got, "%-*s %s\n", nameWidth, gap(path), counts)
		total.Add(counts)
		if want := expected[gap(path)]; counts.Worse(want) && !*update {
			t.Errorf("%s is worse than expected:\n got %s\nwant %s", gap(path), counts, want)
		} else if counts != want {
			t.Logf("%s is better than expected; -update makes that the expectation", gap(path))
		}
	}
	fmt.Fprintf(&got, "%-*s %s\n", nameWidth, "total", total)
	if *show != "" {
		t.Log("\n" + seen.String())
	}
	t.Log("\n" + got.String())

	if *update {
		if err := os.WriteFile(filepath.Join(dir, "counts"), []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// nameWidth is the width of the column of names in a file of counts.
const nameWidth = 20

// readCounts are the expected counts by file.
func readCounts(t *testing.T, dir string) map[string]difftest.Counts {
	text, err := os.ReadFile(filepath.Join(dir, "counts"))
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]difftest.Counts{}
	for line := range strings.Lines(string(text)) {
		name, rest, _ := strings.Cut(line, " ")
		counts[name] = difftest.ParseCounts(rest)
	}
	return counts
}

// TestWorse checks the ratchet itself.
func TestWorse(t *testing.T) {
	t.Parallel()
	want := difftest.Counts{10, 5, 1, 4, 2, 1}
	if got := difftest.ParseCounts(want.String()); got != want {
		t.Errorf("%s is read as %s", want, got)
	}
	for _, test := range []struct {
		got   difftest.Counts
		worse bool
	}{
		{want, false},
		{difftest.Counts{12, 5, 1, 2, 2, 1}, false},
		{difftest.Counts{9, 6, 1, 4, 2, 1}, true},
		{difftest.Counts{10, 4, 1, 5, 2, 1}, true},
		{difftest.Counts{10, 5, 1, 3, 3, 1}, true},
	} {
		if test.got.Worse(want) != test.worse {
			t.Errorf("%s: worse is %t", test.got, !test.worse)
		}
	}
}

// replay asks csvsql all statements of a file.
func replay(t *testing.T, ask asker, path string, seen *strings.Builder) difftest.Counts {
	var counts difftest.Counts
	for _, test := range read(t, path) {
		answer := ask(t, test)
		class := difftest.Compare(test.Answer, answer)
		counts[class]++
		if *show == "all" || strings.Contains(","+*show+",", ","+class.String()+",") {
			fmt.Fprintf(seen, "%s %s: %s-- csvsql:\n%s\n", gap(path), class, test, difftest.Case{Answer: answer})
		}
	}
	return counts
}

func files(t *testing.T, dir string) []string {
	paths, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(paths) == 0 {
		t.Fatal("no files of statements", err)
	}
	return paths
}

func gap(path string) string { return strings.TrimSuffix(filepath.Base(path), ".txt") }

func read(t *testing.T, path string) []difftest.Case {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return difftest.Read(string(text))
}

func ask(t *testing.T, c *client.Conn, sql string) difftest.Answer {
	a, err := difftest.Ask(t.Context(), c, sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return a
}

func setUp(t *testing.T, c *client.Conn, dir string) {
	text, err := os.ReadFile(filepath.Join(dir, "setup.sql"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(t.Context(), string(text)); err != nil {
		t.Fatal(err)
	}
}

// serve starts csvsql.
func serve(t *testing.T) (addr string) {
	return servetest.Serve(t, csvsql.Options{
		Threads:   1,
		Worker:    worker,
		Isolation: csvsql.Isolation(os.Getenv("CSVSQL_ISOLATION")), // both have to answer alike
	})
}

func connect(t *testing.T, addr string) *client.Conn {
	c, err := client.Dial(t.Context(), addr, client.Config{User: "postgres", Database: "postgres"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}
