package rewrite

import "testing"

// TestOfClients: what clients write that the engine has no words for.
func TestOfClients(t *testing.T) {
	t.Parallel()
	sequences := &Sequences{Is: func(schema, name string) bool { return schema != "other" && name == "ids" }}
	const row = "(SELECT coalesce(last_value, start_value) AS last_value, 0::BIGINT AS log_cnt, last_value IS NOT NULL AS is_called FROM duckdb_sequences() WHERE sequence_name = 'ids'"
	for sql, want := range map[string]string{
		"SELECT a FROM t WHERE id = 1 FOR UPDATE":                             "SELECT a FROM t WHERE id = 1 ",
		"SELECT a FROM t FOR NO KEY UPDATE OF t, u SKIP LOCKED":               "SELECT a FROM t ",
		"SELECT a FROM (SELECT a FROM t FOR KEY SHARE NOWAIT) s LIMIT 1":      "SELECT a FROM (SELECT a FROM t ) s LIMIT 1",
		"SELECT substring('abc' from 1 for 2), \"update\" FROM t":             "SELECT csvsql.main.substr('abc' , 1 , 2), \"update\" FROM t",
		"DELETE FROM t WHERE ctid = '(0,1)'":                                  "DELETE FROM t WHERE csvsql.main.ctid(rowid) = '(0,1)'",
		"CREATE INDEX i ON public.t USING btree (a)":                          "CREATE INDEX i ON public.t  (a)",
		"CREATE INDEX i ON t USING gin (a)":                                   "CREATE INDEX i ON t USING gin (a)",
		"SELECT last_value, is_called FROM ids":                               "SELECT last_value, is_called FROM " + row + " LIMIT 1) AS \"ids\"",
		"SELECT s.last_value FROM public.ids s":                               "SELECT s.last_value FROM " + row + " AND schema_name = 'public' LIMIT 1) s",
		"SELECT last_value FROM other.ids":                                    "SELECT last_value FROM other.ids",
		"WITH ids AS (SELECT 1 AS last_value) SELECT last_value FROM ids":     "WITH ids AS (SELECT 1 AS last_value) SELECT last_value FROM ids",
		"SELECT k FROM unnest([1]) u(k), LATERAL (SELECT k::bigint) l(other)": "SELECT k FROM unnest([1]) u(k), LATERAL (SELECT k::bigint) l(other)",
	} {
		if got := Translate(sql, Options{StrictDivision: true, Sequences: sequences}).SQL; got != want {
			t.Errorf("%s\n got %s\nwant %s", sql, got, want)
		}
	}
}

func TestParseComment(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]Comment{
		"COMMENT ON TABLE t IS 'a''b'":               {Table: "t", Text: "a'b"},
		"comment on view s.v is null":                {Schema: "s", Table: "v"},
		`COMMENT ON COLUMN s.t."C" IS E'x' /* it */`: {Schema: "s", Table: "t", Column: "C", Text: "x"},
	} {
		got, ok := ParseComment(sql)
		if !ok || got.Schema != want.Schema || got.Table != want.Table || got.Column != want.Column || got.Text != want.Text {
			t.Errorf("%s: %+v", sql, got)
		}
	}
	c, _ := ParseComment("COMMENT ON TABLE t IS NULL")
	if got := c.With("it's"); got != "COMMENT ON TABLE t IS 'it''s'" {
		t.Error(got)
	}
	for _, sql := range []string{"COMMENT ON SCHEMA s IS 'x'", "SELECT 1", "COMMENT ON", ""} {
		if c, ok := ParseComment(sql); ok {
			t.Errorf("%s: %+v", sql, c)
		}
	}
}
