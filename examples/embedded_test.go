package examples

import (
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestEmbedded(t *testing.T) {
	t.Parallel()
	p := start(t, "embedded", "datasets/samples/penguins.csv")
	bothProtocols(t, p, func(t *testing.T, c *pgx.Conn) {
		got := query[struct{ N int64 }](t, c, "SELECT count(*) AS n FROM penguins WHERE species = $1", "Gentoo")
		if len(got) != 1 || got[0].N != 124 {
			t.Error(got)
		}
		mustFail(t, c, "42P01", "SELECT * FROM airports")
	})

	c := p.connect(t)
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if log := p.readLog(t); !strings.Contains(log, "shutting down") {
		t.Error(log)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Error("after Ctrl-C:", err)
	}
	if _, err := c.Exec(t.Context(), "SELECT 1"); err == nil {
		t.Error("a client outlived the server")
	}
}
