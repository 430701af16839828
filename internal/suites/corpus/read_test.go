package main

import (
	"slices"
	"testing"
)

func TestStatements(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		ext, text string
		want      []string
	}{
		{".slt", "# a comment\nstatement ok\ncreate table t (a int);\n\nquery I rowsort\r\nselect a\nfrom t\n----\r\n1\n\nonlyif mysql\nstatement ok\nselect 2\n\n" +
			"skipif mysql\nquery I\nselect 3\n\nhalt\n\nstatement ok\nselect 4\n",
			[]string{"create table t (a int)", "select a\nfrom t", "select 3"}},
		{".test", "query I\r\nselect 1\r\n----\r\n1\r\n\r\nstatement ok\r\nselect 2\r\n", []string{"select 1", "select 2"}},
		{".sql", "SELECT ';'; -- one\n\\d t\nSELECT 2\n  FROM t;\nCOPY t FROM stdin;\n1\tx;\n\\.\nSELECT 3",
			[]string{"SELECT ';'", "-- one\nSELECT 2\n  FROM t", "COPY t FROM stdin", "SELECT 3"}},
	} {
		if got := statements(test.ext, test.text); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.ext, got, test.want)
		}
	}
}
