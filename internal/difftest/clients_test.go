package difftest_test

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/internal/difftest"
	"github.com/csvsql/csvsql/internal/pgtest"
	"github.com/csvsql/csvsql/wire/client"
)

// The files of testdata/clients have the statements that real clients were seen to
// send: each SELECT and EXPLAIN once, however often it was sent. OIDs of tables and
// types, which are other ones on each server, are written as @table@ and @type
// name@; in answers they are @oid@.
const clientStatements = "testdata/clients"

// TestRecordClients writes down what PostgreSQL 15 answers to clients.
func TestRecordClients(t *testing.T) {
	if !*record {
		t.Skip("only with -record")
	}
	pg := pgtest.Start(t)
	ids := &identifiers{c: pg.Connect(t), known: map[string]string{}}
	setUp(t, ids.c, clientStatements)
	for _, path := range files(t, clientStatements) {
		ask := ids.over(pg.Connect(t))
		var blocks []string
		for _, test := range read(t, path) {
			test.Answer = ask(t, test)
			blocks = append(blocks, test.String())
		}
		if err := os.WriteFile(path, []byte(strings.Join(blocks, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestClientStatements holds the answers to what clients ask to those of
// testdata/clients/counts, as TestAnswers does.
func TestClientStatements(t *testing.T) {
	t.Parallel()
	addr := serve(t)
	ids := &identifiers{c: connect(t, addr), known: map[string]string{}}
	setUp(t, ids.c, clientStatements)
	holdToCounts(t, clientStatements, func(t *testing.T) asker { return ids.over(connect(t, addr)) })
}

// identifiers are the OIDs of a server.
type identifiers struct {
	c     *client.Conn      // that no statement has changed the search path of
	known map[string]string // OIDs by what stands between the @
}

var placeholder = regexp.MustCompile(`@[^@']+@`)

func (ids *identifiers) of(t *testing.T, name string) string {
	if id, ok := ids.known[name]; ok {
		return id
	}
	kind := "regclass"
	of, isType := strings.CutPrefix(strings.Trim(name, "@"), "type ")
	if isType {
		kind = "regtype"
	}
	a := ask(t, ids.c, fmt.Sprintf("SELECT '%s'::%s::oid", of, kind))
	if len(a.Rows) != 1 {
		t.Fatalf("%s: %+v", name, a)
	}
	ids.known[name] = a.Rows[0]
	return a.Rows[0]
}

// over asks over c, with the server's OIDs in the place of names.
func (ids *identifiers) over(c *client.Conn) asker {
	return func(t *testing.T, test difftest.Case) difftest.Answer {
		here := func(text string) string {
			return placeholder.ReplaceAllStringFunc(text, func(name string) string { return ids.of(t, name) })
		}
		var args []difftest.Arg
		for _, arg := range test.Args {
			if arg != nil {
				arg = difftest.Arg(here(string(arg)))
			}
			args = append(args, arg)
		}
		a, err := difftest.Ask(t.Context(), c, here(test.SQL), args...)
		if err != nil {
			t.Fatalf("%s: %v", test.SQL, err)
		}
		return portable(test.SQL, a)
	}
}

var (
	explains  = regexp.MustCompile(`(?i)^explain\b`)
	ordered   = regexp.MustCompile(`(?i)\border by\b`)
	orderedBy = regexp.MustCompile(`(?i)\border by [^)]*(oid|conindid|attrelid|adrelid|indrelid|classid|objid)\b`)
	userOID   = regexp.MustCompile(`\b(1638[4-9]|1639\d|16[4-9]\d\d|1[7-9]\d{3}|[2-9]\d{4}|\d{6,})\b`)
)

// longest is the number of rows of an answer that are written down. Of longer ones
// there is a hash.
const longest = 50

var whole = flag.Bool("whole", false, "write down all rows of what clients are answered")

// portable is an answer without what depends on the server: OIDs of its users'
// objects, plans, and the order of rows where it is not asked for.
func portable(sql string, a difftest.Answer) difftest.Answer {
	if explains.MatchString(sql) {
		a.Rows = nil
		return a
	}
	for i, row := range a.Rows {
		values := strings.Split(row, "\t")
		for j, column := range a.Columns {
			if column.Type == "oid" || column.Type == "1028" {
				values[j] = userOID.ReplaceAllString(values[j], "@oid@")
			}
		}
		a.Rows[i] = strings.Join(values, "\t")
	}
	if !ordered.MatchString(sql) || orderedBy.MatchString(sql) {
		slices.Sort(a.Rows)
	}
	if n := len(a.Rows); n > longest && !*whole {
		sum := sha256.Sum256([]byte(strings.Join(a.Rows, "\n")))
		a.Rows = append(a.Rows[:longest], fmt.Sprintf("... %d rows %x", n, sum[:8]))
	}
	return a
}
