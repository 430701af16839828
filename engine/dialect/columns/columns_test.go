package columns_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/engine/dialect/columns"
)

// toy is a database of two tables: t(id int4, name name, kind "char") with OID 100,
// and u(id int4, tags text[], note varchar(20)) with OID 200.
type toy struct{}

func (toy) Relation(schema, name string) ([]columns.Column, bool) {
	column := func(name string, oid uint32, mod int32, table uint32, number int16) columns.Column {
		return columns.Column{Name: name, Type: columns.Type{OID: oid, Mod: mod}, Table: table, Number: number}
	}
	switch name {
	case "t":
		return []columns.Column{column("id", 23, -1, 100, 1), column("name", 19, -1, 100, 2), column("kind", 18, -1, 100, 3)}, true
	case "e":
		return []columns.Column{column("mood", 20000, -1, 300, 1)}, true
	case "u":
		return []columns.Column{column("id", 23, -1, 200, 1), column("tags", 1009, -1, 200, 2), column("note", 1043, 24, 200, 3)}, true
	}
	return nil, false
}

func (toy) Rows(function string) ([]columns.Column, bool) {
	return []columns.Column{{Name: "word"}}, function == "pg_get_keywords"
}

func (toy) Type(name string) uint32 {
	return map[string]uint32{"int4": 23, "text": 25, "name": 19, "varchar": 1043, "regclass": 2205, "oid": 26}[name]
}

func (toy) Result(function string) uint32 {
	return map[string]uint32{"pg_get_userbyid": 19, "current_database": 19}[function]
}
func (toy) Array(elem uint32) uint32    { return map[uint32]uint32{19: 1003, 25: 1009, 26: 1028}[elem] }
func (toy) Element(array uint32) uint32 { return map[uint32]uint32{1003: 19, 1009: 25}[array] }

// Enum is a type that the toy has, of the column e.mood.
func (toy) Enum(t uint32) (columns.Enum, bool) {
	return columns.Enum{Name: "mood", SQL: `"main"."mood"`, Labels: []string{"sad", "ok", "happy"}}, t == 20000
}

func (toy) Key(schema, table, constraint string) []string {
	return map[string][]string{"t_pkey": {"id"}}[constraint]
}

func (toy) Takes(function string, args []uint32) (exists, takes bool) {
	return function == "round" || function == "lower", function == "round" && args[0] != 25 || function == "lower" && args[0] != 23
}

func TestOf(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]string{
		// Names, and whose columns they are.
		"select * from t":                                            "id 23 100.1, name 19 100.2, kind 18 100.3",
		"select Name, t.id AS Foo from t":                            "name 19 100.2, foo 23 100.1",
		`select id "Foo", 1 + 1, count(*) from t`:                    "Foo 23 100.1, ?column? 0, count 0",
		"select x.* from t join u x using (id)":                      "id 23 200.1, tags 1009 200.2, note 1043(24) 200.3",
		"select * from t join u using (id)":                          "id 23 100.1, name 19 100.2, kind 18 100.3, tags 1009 200.2, note 1043(24) 200.3",
		"select * from t natural join u":                             "id 23 100.1, name 19 100.2, kind 18 100.3, tags 1009 200.2, note 1043(24) 200.3",
		"select * from (t cross join u) as j(a, b)":                  "a 23 100.1, b 19 100.2, kind 18 100.3, id 23 200.1, tags 1009 200.2, note 1043(24) 200.3",
		"select * from (select name as n from t) s":                  "n 19 100.2",
		"with c(a) as (select note from u) select a from c":          "a 1043(24) 200.3",
		"with t as (select 1 as id) select id from t":                "id 0",
		"select tableoid, xmin from t":                               "tableoid 26, xmin 28",
		"select t.id from t, lateral (select t.name) l":              "id 23 100.1",
		"select word from pg_get_keywords() k":                       "word 0",
		"select u from unnest(array['a'::name]) u":                   "u 19",
		"select * from generate_series(1, 2) with ordinality g(a,b)": "a 23, b 20",

		// Types.
		"select coalesce(name, 'x'), coalesce(name, 'x'::text) from t":                          "coalesce 19, coalesce 19",
		"select case when id = 1 then kind end, case when id = 1 then 'x' end":                  "case 0, case 25 literal",
		"select min(name), array_agg(name), (array_agg(name))[1] from t":                        "min 25, array_agg 1003, array_agg 19",
		"select 'a'::regclass, 1::oid, 'x'::varchar(3), '{}'::name[]":                           "regclass 2205, oid 26, varchar 1043(7), name 1003",
		"select pg_get_userbyid(10), current_user":                                              "pg_get_userbyid 19, current_user 19",
		"select (select name from t), array(select name from t)":                                "name 19, array 1003",
		"select unnest(tags), tags[1], tags[1:2] from u":                                        "unnest 25, tags 25, tags 1009",
		"select name from t union select note from u":                                           "name 19",
		"select name from t union select null":                                                  "name 19",
		"select null, 'x'":                                                                      "?column? 25 literal, ?column? 25 literal",
		"values (1, 'x'), (2, 'y')":                                                             "column1 0, column2 25 literal",
		"select (select t.name from u limit 1) from t":                                          "name 19",
		"with recursive r(n) as (select name from t union all select n from r) select n from r": "n 19",
	} {
		got, ok := columns.Of(sql, toy{})
		if !ok || describe(got) != want {
			t.Errorf("%s\n got %s\nwant %s", sql, describe(got), want)
		}
	}
}

// TestNotTold: of these the number of columns cannot be told.
func TestNotTold(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{
		"select * from nowhere",
		"select n.* from t, nowhere n",
		"select (x).* from t x",
		"select * from t, json_each('{}') e",
		"insert into t values (1)",
		"select 1 into x",
		"from t select id",
		"select id from t union select id, name from t",
	} {
		if got, ok := columns.Of(sql, toy{}); ok {
			t.Errorf("%s: %s", sql, describe(got))
		}
	}
}

func describe(list []columns.Column) string {
	var parts []string
	for _, c := range list {
		text := fmt.Sprint(c.Name, " ", c.Type.OID)
		if c.Type.OID != 0 && c.Type.Mod != -1 {
			text += fmt.Sprintf("(%d)", c.Type.Mod)
		}
		if c.Table != 0 {
			text += fmt.Sprintf(" %d.%d", c.Table, c.Number)
		}
		if c.Literal {
			text += " literal"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

// BenchmarkOf is the cost of a statement that was not seen before.
func BenchmarkOf(b *testing.B) {
	const sql = "select t.id, name, note from t join u using (id) where t.id = 42 and kind <> 'x' order by 1 limit 10"
	for b.Loop() {
		if _, ok := columns.Of(sql, toy{}); !ok {
			b.Fatal("not told")
		}
	}
}
