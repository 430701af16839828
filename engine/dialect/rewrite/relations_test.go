package rewrite

import "testing"

func TestQualified(t *testing.T) {
	t.Parallel()
	schemaOf := func(name string) string {
		return map[string]string{"t": "s", "u": "Odd"}[name]
	}
	for sql, want := range map[string]string{
		"select t.a from t":                                               "select t.a from s.t",
		"select * from T as x join u using (a), other":                    `select * from s.T as x join "Odd".u using (a), other`,
		"select (select max(a) from t) from s2.t":                         "select (select max(a) from s.t) from s2.t",
		"with t as (select * from t) select * from t":                     "with t as (select * from s.t) select * from t",
		"with recursive t as (select 1 union select * from t) table t":    "with recursive t as (select 1 union select * from t) table t",
		"with a as (select * from t), t as (table a) select * from t, u":  `with a as (select * from s.t), t as (table a) select * from t, "Odd".u`,
		"select * from (with t as (select 1) select * from t) q, t":       "select * from (with t as (select 1) select * from t) q, s.t",
		"select 't', \"t\" from /* t */ t union all select a, b from u x": `select 't', "t" from /* t */ s.t union all select a, b from "Odd".u x`,
	} {
		if got, ok := Qualified(sql, schemaOf); !ok || got != want {
			t.Errorf("%s:\n got %s\nwant %s", sql, got, want)
		}
	}
	if got, ok := Qualified("from t", schemaOf); ok || got != "from t" {
		t.Errorf("the engine's own SQL became %s", got)
	}
}
