package clients

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// psql is the one client that shows errors to a person.
func psql(t *testing.T, _ *workshop) func(*testing.T, target) {
	path := need(t, "psql")
	return func(t *testing.T, s target) {
		ask := func(t *testing.T, args ...string) (string, error) {
			cmd := exec.CommandContext(t.Context(), path, append([]string{"-X", s.url()}, args...)...)
			out, err := cmd.CombinedOutput()
			return string(out), err
		}
		for _, c := range []struct {
			name string
			args []string
			want string
		}{
			{
				"aligned",
				[]string{"-c", "select species, count(*) as n from penguins group by species order by species"},
				"  species  |  n  \n-----------+-----\n Adelie    | 152\n Chinstrap |  68\n Gentoo    | 124\n(3 rows)\n\n",
			}, {
				"unaligned, nulls marked",
				[]string{"-At", "-P", "null=NULL", "-c", "select species, sex, body_mass_g from penguins where beak_length_mm is null order by species"},
				"Adelie|NULL|NULL\nGentoo|NULL|NULL\n",
			}, {
				"numbers and dates",
				[]string{"-At", "-c", "select date, precipitation, temp_max from seattle_weather where date = '2012-01-02'"},
				"2012-01-02|10.9|10.6\n",
			}, {
				"several statements",
				[]string{"-At", "-c", "select 1 as a; select 'x' as b", "-c", "select 2"},
				"1\nx\n2\n",
			}, {
				"a block, and a variable",
				[]string{"-At", "-v", "who=Adelie", "-f", testdata(t, "block.sql")},
				"BEGIN\n152\nROLLBACK\n",
			},
		} {
			t.Run(c.name, func(t *testing.T) {
				got, err := ask(t, c.args...)
				if err != nil {
					t.Fatalf("%v\n%s", err, got)
				}
				if got != c.want {
					t.Errorf("got\n%q\nwant\n%q", got, c.want)
				}
			})
		}
		t.Run("error", func(t *testing.T) {
			got, err := ask(t, "-v", "VERBOSITY=verbose", "-c", "select nope from penguins")
			if err == nil || !strings.Contains(got, "ERROR:  42703") || !strings.Contains(got, "LINE 1: select nope from penguins") ||
				!strings.Contains(got, "               ^") {
				t.Errorf("%v\n%s", err, got)
			}
		})
		t.Run("rows in pieces", func(t *testing.T) {
			got, err := ask(t, "-At", "-v", "FETCH_COUNT=2", "-c", "select count from flights_airport order by count desc, origin, destination limit 3")
			if err != nil || got != "13788\n13390\n12383\n" {
				t.Errorf("%v\n%s", err, got)
			}
		})
		t.Run("copy out", func(t *testing.T) {
			got, err := ask(t, "-c", "\\copy (select species, sex from penguins where beak_length_mm is null order by species) to stdout with (format csv, header)")
			if err != nil || got != "species,sex\nAdelie,\nGentoo,\n" {
				t.Errorf("%v\n%q", err, got)
			}
		})
		t.Run("copy in", func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "rows.csv")
			if err := os.WriteFile(file, []byte("a,b\n1,one\n2,\n3,\"two\nlines\"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := ask(t, "-c", "create temp table copied (a int, b text)",
				"-c", "\\copy copied from '"+file+"' with (format csv, header match) where a <> 2",
				"-c", "\\copy copied (b, a) to stdout")
			if err != nil || got != "CREATE TABLE\nCOPY 2\none\t1\ntwo\\nlines\t3\n" {
				t.Errorf("%v\n%q", err, got)
			}
		})
	}
}
