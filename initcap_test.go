package csvsql_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
)

// The C locale, in which difftest's answers were recorded, has no letters but ASCII's.
func TestInitcapOfLettersBeyondASCII(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeSimpleProtocol)
	const statement = "SELECT initcap('élan éa ÀB straße o''neil x_y 1ab')"
	var got string
	if err := c.QueryRow(t.Context(), statement).Scan(&got); err != nil {
		t.Fatal(err)
	}
	if want := "Élan Éa Àb Straße O'Neil X_Y 1ab"; got != want {
		t.Errorf("%s: %s, want %s", statement, got, want)
	}
}
