package clients

import (
	"flag"
	"os"
	"os/exec"
	"testing"

	"github.com/csvsql/csvsql/internal/pgtest"
)

var record = flag.Bool("record", false, "write down anew what PostgreSQL 15 answers to pgjdbc's DatabaseMetaData")

// TestDatabaseMetaData calls every method of java.sql.DatabaseMetaData, which is what
// tools in Java know of a database. testdata/JdbcMetaData.out has PostgreSQL's answers;
// what differs by the server alone, its address and version, the program leaves out.
func TestDatabaseMetaData(t *testing.T) {
	java := append(pgjdbc(t, &workshop{dir: t.TempDir()}), testdata(t, "JdbcMetaData.java"))
	answers := func(t *testing.T, addr string) string {
		s := newTarget(t, addr)
		run(t, s, "", nil, need(t, "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", commandTables)
		cmd := exec.CommandContext(t.Context(), java[0], java[1:]...)
		cmd.Env = append(os.Environ(), s.env()...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return string(out)
	}
	recorded := testdata(t, "JdbcMetaData.out")
	t.Run("PostgreSQL", func(t *testing.T) {
		got := answers(t, pgtest.Start(t).Addr)
		if *record {
			write(t, recorded, got)
		}
		sameLines(t, got, contents(t, recorded))
	})
	t.Run("csvsql", func(t *testing.T) {
		sameLines(t, answers(t, runCSVSQL(t)), contents(t, recorded))
	})
}
