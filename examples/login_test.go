package examples

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

type identity struct{ Role, Method string }

// refused connects, which must fail with that SQLSTATE.
func refused(t *testing.T, config *pgx.ConnConfig, code string) {
	t.Helper()
	c, err := pgx.ConnectConfig(t.Context(), config)
	if err == nil {
		c.Close(context.Background())
	}
	if got := sqlState(err); got != code {
		t.Errorf("got %q (%v), want %s", got, err, code)
	}
}

func TestSCRAM(t *testing.T) {
	t.Parallel()
	p := start(t, "scram")
	config := p.config(t)
	config.Password = "countess"
	if got := query[identity](t, connectConfig(t, config), "who"); got[0] != (identity{"ada", "scram-sha-256"}) {
		t.Error(got)
	}
	for user, password := range map[string]string{"ada": "engine", "charles": "countess", "nobody": "engine"} {
		config := p.config(t)
		config.User, config.Password = user, password
		refused(t, config, "28P01")
	}
}

func TestSecure(t *testing.T) {
	t.Parallel()
	p := start(t, "secure")
	certificate := filepath.Join(p.dir, "examples", "secure", "certificate", "server.crt")
	for _, negotiation := range []string{"postgres", "direct"} {
		config := p.config(t, "sslmode=verify-full", "sslrootcert="+certificate, "channel_binding=require", "sslnegotiation="+negotiation)
		config.Password = "countess"
		got := query[struct{ Role, Method, TLS string }](t, connectConfig(t, config), "who")
		if got[0].Method != "scram-sha-256-plus" || got[0].TLS != "TLS 1.3" {
			t.Error(negotiation, got)
		}
	}
	config := p.config(t, "sslmode=require")
	config.Password = "duchess"
	refused(t, config, "28P01")
	config = p.config(t, "sslmode=disable")
	config.Password = "countess"
	refused(t, config, "28000")
}

func TestOAuth(t *testing.T) {
	t.Parallel()
	p := start(t, "oauth")
	token := func(args ...string) string {
		out, err := exec.CommandContext(t.Context(), p.cmd.Path, args...).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	connect := func(token string) *pgx.ConnConfig {
		config := p.config(t)
		config.OAuthTokenProvider = func(context.Context) (string, error) { return token, nil }
		return config
	}
	if got := query[identity](t, connectConfig(t, connect(token("-issue", "ada"))), "who"); got[0] != (identity{"ada", "oauth"}) {
		t.Error(got)
	}
	for name, token := range map[string]string{
		"of another":   token("-issue", "charles"),
		"of elsewhere": token("-issue", "ada", "-secret", "another"),
		"cut":          token("-issue", "ada")[:10],
	} {
		if c, err := pgx.ConnectConfig(t.Context(), connect(token)); err == nil {
			c.Close(context.Background())
			t.Errorf("let in with a token %s", name)
		}
	}
}
