package examples

import (
	"testing"

	"github.com/jackc/pgx/v5"
)

type bird struct {
	Name  *string
	Grams *float64
	Legs  *int16
}

func TestMemory(t *testing.T) {
	t.Parallel()
	c := start(t, "memory").connect(t)
	execute(t, c, "CREATE TABLE birds (name string, grams float64, legs uint8)")
	if got := execute(t, c, `INSERT INTO birds VALUES ($1, $2, uint8(2)), (NULL, NULL, NULL)`, "o'hara", 9.5); got != "INSERT 0 2" {
		t.Error(got)
	}
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeCacheStatement, pgx.QueryExecModeExec} {
		got := query[bird](t, c, "SELECT name, grams, legs FROM birds WHERE grams > $1 OR name == $2", mode, 5.25, "nobody")
		if len(got) != 1 || *got[0].Name != "o'hara" || *got[0].Grams != 9.5 || *got[0].Legs != 2 {
			t.Errorf("%v: %+v", mode, got)
		}
	}
	if got := query[bird](t, c, "SELECT name, grams, legs FROM birds WHERE name IS NULL"); len(got) != 1 || got[0] != (bird{}) {
		t.Errorf("%+v", got)
	}
	if got := execute(t, c, "DELETE FROM birds WHERE legs IS NULL"); got != "DELETE 1" {
		t.Error(got)
	}
	mustFail(t, c, "42601", "SELECT FROM WHERE")
	mustFail(t, c, "42000", "SELECT name FROM cats")
	mustFail(t, c, "0A000", "BEGIN")
}
