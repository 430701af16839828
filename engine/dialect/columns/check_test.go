package columns_test

import (
	"strings"
	"testing"

	"github.com/csvsql/csvsql/engine/dialect/columns"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// known is toy with the types that Check speaks of.
type known struct{ toy }

func (known) Type(name string) uint32 {
	return map[string]uint32{
		"bool": 16, "int8": 20, "int2": 21, "int4": 23, "text": 25, "float4": 700, "float8": 701, "bpchar": 1042, "varchar": 1043,
		"date": 1082, "time": 1083, "timestamp": 1114, "interval": 1186, "numeric": 1700,
	}[name]
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]string{
		// Conditions.
		"select * from t where @id":                           "42804",
		"select not @1":                                       "42804",
		"select id = 1 and @id from t":                        "42804",
		"select case when @1 then 2 end":                      "42804",
		"delete from t where @id":                             "42804",
		"select 1 from t having @1":                           "42804",
		"select * from t where (select count(*) > 1 from u) ": "",
		"select * from t where id = 1 or name = 'x'":          "",
		"select * from t where $1":                            "",

		// Values that come together.
		"select coalesce(1, @true)":                                "42804",
		"select coalesce(id, @'x') from t":                         "22P02",
		"select coalesce(id, '1') from t":                          "",
		"select coalesce(note, 'x'), coalesce(null, 1)":            "",
		"select array[1, @true]":                                   "42804",
		"select 1 union select @'a'::text":                         "42804",
		"select 1 union select 2.5":                                "",
		"select case when true then 1 else @date '2020-01-01' end": "42804",
		"values (1), (2.5), (null)":                                "",

		// Operators and casts.
		"select id @= note from u":                         "42883",
		"select id @= true from u":                         "42883",
		"select * from u where note @> current_date::date": "42883",
		"select * from u where note = 'x' and id = '5'":    "",
		"select id @|| id from u":                          "42883",
		"select id || note from u":                         "",
		"select 1 @+ true":                                 "42883",
		"select 1 + @'a'":                                  "22P02",
		"select date '2020-01-01' + 1":                     "",
		"select 5.5::float8 @% 2":                          "42883",
		"select 1 @in (true)":                              "42883",
		"select true@::date":                               "42846",
		"select date '2020-01-01'@::int4":                  "42846",
		"select true::int4, 1::bool, 1::text, '2020-01-01'::date, null::date": "",
		"select @'1.5'::int4":                                         "22P02",
		"select @'99999999999'::int4":                                 "22003",
		"select ' 12 '::int4, '-5'::int2, '1e3'::float8, 'yes'::bool": "",
		"select @'1e400'::float8":                                     "22003",
		"select @'maybe'::bool":                                       "22P02",
		"select 'x'::@varchar(0)":                                     "22023",
		"select (1).x":                                                "42809",
		"select 1 = @0x1F":                                            "42601",

		// Places.
		"select id as x from t where @x = 1":                                   "42703",
		"select id as name from t where name = 'a'":                            "",
		"select id as x from t order by x":                                     "",
		"select id from t order by @2":                                         "42P10",
		"select * from t order by 3":                                           "",
		"select * from t order by @4":                                          "42P10",
		"select id from t group by @2":                                         "42P10",
		"select * from t, t":                                                   "42712",
		"select * from t a, t b":                                               "",
		"with a as (select 1), @a as (select 2) select 1":                      "42712",
		"select * from (select 1)":                                             "42601",
		"select * from t limit -1":                                             "2201W",
		"select * from t offset -1":                                            "2201X",
		"select @count() from t":                                               "42809",
		"select @row_number() from t":                                          "42809",
		"select rank() over @w from t":                                         "42704",
		"select rank() over w from t window w as (order by id)":                "",
		"select distinct on (id) id from t order by @name":                     "42P10",
		"select distinct on (id) id from t order by id, name":                  "",
		"select row(1, 2) @= row(1)":                                           "42601",
		"create table x (a int4, a int4)":                                      "42701",
		"select @string_agg(id, ',') from t":                                   "42883",
		"select a / b from nosuch where c = d":                                 "",
		"select * from e where mood > @'fine'":                                 "22P02",
		"select * from e where mood in ('ok', @'fine')":                        "22P02",
		"select * from e where mood between 'ok' and 'happy'":                  "",
		"insert into e values ('sad'), (@'Sad')":                               "22P02",
		"insert into t values (1) on conflict on constraint t_pkey do nothing": "",
		"insert into t values (1) on conflict on constraint nosuch do nothing": "0A000",
		"update e set mood = @''":                                              "22P02",
	} {
		at := strings.IndexByte(sql, '@')
		plain := strings.Replace(sql, "@", "", 1)
		p, _ := columns.Check(plain, known{}, pgvalue.MDY)
		switch {
		case p == nil && want != "":
			t.Errorf("%s is not refused", plain)
		case p == nil:
		case p.Code != want:
			t.Errorf("%s is refused with %s (%s), not %q", plain, p.Code, p.Message, want)
		case at >= 0 && p.Position != at+1:
			t.Errorf("%s: the problem is at %d, not %d", plain, p.Position, at+1)
		}
	}
}

// TestRefused: what an engine refuses is said of the name that is wrong.
func TestRefused(t *testing.T) {
	t.Parallel()
	const names, calls, aliases = "Perhaps you meant to reference the column ", "No function matches the given name", "Perhaps you meant to reference the table alias "
	for sql, want := range map[string]string{
		"select round(@zzzz) from t":                                       `42703 column "zzzz" does not exist|`,
		"select round(@nam) from t":                                        `42703 column "nam" does not exist|` + names + `"t.name"`,
		"select round(@i_d) from t":                                        `42703 column "i_d" does not exist|` + names + `"t.id"`,
		"select round(@t.nam) from t":                                      `42703 column t.nam does not exist|` + names + `"t.name"`,
		"select round(@zz) from u a, u b":                                  `42703 column "zz" does not exist|`,
		"select round(@nott) from u a, u b":                                `42703 column "nott" does not exist|` + names + `"a.note" or the column "b.note"`,
		"select round(@t.id) from t x":                                     `42P01 invalid reference to FROM-clause entry for table "t"|` + aliases + `"x"`,
		"select round(@z.id) from t x":                                     `42P01 missing FROM-clause entry for table "z"|`,
		"select 1 from t join u on @t.zzzz = u.id":                         `42703 column t.zzzz does not exist|`,
		"select id from t where id in (select @zzzz from u)":               `42703 column "zzzz" does not exist|`,
		"select id from t where exists (select 1 from u where kind = 'x')": "",
		"select id as x from t order by x":                                 "",
		"select id from t order by round(@x)":                              `42703 column "x" does not exist|`,
		"select id from t group by @zzzz":                                  `42703 column "zzzz" does not exist|`,
		"select string_agg(note, ',' order by @zzzz) from u":               `42703 column "zzzz" does not exist|`,
		"select round(sum(@zzzz) over (partition by id)) from u":           `42703 column "zzzz" does not exist|`,
		"select @zzzz":                               `42703 column "zzzz" does not exist|`,
		"update t set id = round(@zzzz)":             `42703 column "zzzz" does not exist|`,
		"delete from t where id = 1 returning @zzzz": `42703 column "zzzz" does not exist|`,
		"select zzzz from nosuch":                    "",
		"select zzzz from t, nosuch":                 "",
		"select t, t.*, t.id, tableoid from t":       "",
		"select round(id), lower(note) from u":       "",
		"select @round(note::text) from u":           `42883 function round(text) does not exist|` + calls,
		"select @lower(id) from u":                   `42883 function lower(integer) does not exist|` + calls,
		"select @nosuch(id, 'x') from u":             `42883 function nosuch(integer, unknown) does not exist|` + calls,
		"select other(id) from u":                    "",
	} {
		at := strings.IndexByte(sql, '@')
		plain := strings.Replace(sql, "@", "", 1)
		p := columns.Refused(plain, "nosuch", known{})
		if p == nil {
			if want != "" {
				t.Errorf("%s: nothing is found", plain)
			}
			continue
		}
		message, hint, _ := strings.Cut(want, "|")
		if p.Code+" "+p.Message != message || !strings.HasPrefix(p.Hint, hint) || hint == "" && p.Hint != "" {
			t.Errorf("%s: %s %s (%s), not %s", plain, p.Code, p.Message, p.Hint, want)
		}
		if p.Position != at+1 {
			t.Errorf("%s: at %d, not %d", plain, p.Position, at+1)
		}
	}
}
