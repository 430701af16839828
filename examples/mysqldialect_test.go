package examples

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestMySQLDialect(t *testing.T) {
	t.Parallel()
	p := start(t, "mysqldialect")
	execute(t, p.connect(t), "LOAD 'datasets/samples/penguins.csv' AS penguins")
	bothProtocols(t, p, func(t *testing.T, c *pgx.Conn) {
		type group struct {
			Species string
			N       int64
			Beak    *float64
			Sex     string
		}
		got := query[group](t, c, `SELECT species, count(*), min(beak_length_mm), max(sex) FROM penguins GROUP BY species ORDER BY 2 DESC`)
		if len(got) != 3 || got[1].Species != "Gentoo" || got[1].N != 124 || *got[1].Beak != 40.9 || got[1].Sex != "MALE" {
			t.Errorf("%+v", got)
		}
		type extremes struct {
			N     int64
			Heavy *int64
		}
		if got := query[extremes](t, c, `SELECT count(*), max(body_mass_g) FROM penguins WHERE 1 = 2`); len(got) != 1 || got[0].N != 0 || got[0].Heavy != nil {
			t.Errorf("of no rows: %+v", got)
		}
		if got := query[struct{ N int64 }](t, c, `SELECT count(*) FROM penguins WHERE sex IS NULL OR NOT (species <> "Gentoo")`); got[0].N != 130 {
			t.Errorf("%+v", got)
		}
		type mass struct{ Grams *int64 }
		if got := query[mass](t, c, "SELECT DISTINCTLY.body_mass_g AS g FROM penguins AS DISTINCTLY ORDER BY g LIMIT 2, 1"); len(got) != 1 || *got[0].Grams != 2700 {
			t.Errorf("%+v", got)
		}
		for sql, code := range map[string]string{
			"SELECT":                                        "42601",
			"DELETE FROM penguins":                          "0A000",
			"SELECT * FROM penguins, penguins AS p":         "0A000",
			"SELECT * FROM cats":                            "42P01",
			"SELECT beak FROM penguins":                     "42703",
			"SELECT island FROM penguins GROUP BY species":  "42803",
			"SELECT species FROM penguins WHERE sex > 1":    "42883",
			"SELECT body_mass_g / 0 FROM penguins":          "22000",
			"SELECT species FROM penguins LIMIT 'many'":     "22023",
			"LOAD 'no.csv' AS no":                           "58P01",
			"LOAD '/etc/passwd' AS passwd":                  "58030",
			"SELECT species FROM penguins ORDER BY island":  "42703",
			"SELECT upper(species) FROM penguins":           "42883",
			"SELECT count(DISTINCT species) FROM penguins ": "0A000",
		} {
			mustFail(t, c, code, sql)
		}
	})
}

// TestMySQLDialectGroups has groups that are alike as text.
func TestMySQLDialectNulls(t *testing.T) {
	t.Parallel()
	c := start(t, "mysqldialect").connect(t)
	execute(t, c, "LOAD 'datasets/samples/penguins.csv' AS p")
	type group struct {
		Sex *string
		N   int64
	}
	got := query[group](t, c, "SELECT sex, count(sex) FROM p GROUP BY sex ORDER BY sex")
	if len(got) < 3 || got[0].Sex != nil || got[0].N != 0 || *got[len(got)-1].Sex != "MALE" ||
		!slices.ContainsFunc(got, func(g group) bool { return g.Sex != nil && *g.Sex == "FEMALE" && g.N == 165 }) {
		t.Errorf("%+v", got)
	}
}
