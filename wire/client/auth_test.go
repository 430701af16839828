package client_test

import (
	"errors"
	"testing"

	"github.com/csvsql/csvsql/internal/pgtest"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

// TestPasswords logs in to a PostgreSQL that asks for passwords.
func TestPasswords(t *testing.T) {
	t.Parallel()
	pg := pgtest.StartWith(t, pgtest.Options{HBA: `
		host all postgres  127.0.0.1/32 trust
		host all scram     127.0.0.1/32 scram-sha-256
		host all md5       127.0.0.1/32 md5
		host all cleartext 127.0.0.1/32 password`})
	c := pg.Connect(t)
	for _, sql := range []string{
		"set password_encryption to 'scram-sha-256'; create role scram login password 'pencil'",
		"create role cleartext login password 'pencil'",
		"set password_encryption to 'md5'; create role md5 login password 'pencil'",
	} {
		if _, err := c.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	for _, user := range []string{"scram", "md5", "cleartext"} {
		t.Run(user, func(t *testing.T) {
			cfg := client.Config{User: user, Database: pgtest.User, Password: "pencil"}
			c, err := client.Dial(t.Context(), pg.Addr, cfg)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
			cfg.Password = "pen"
			_, err = client.Dial(t.Context(), pg.Addr, cfg)
			var e *wire.Error
			if !errors.As(err, &e) || e.Code != "28P01" {
				t.Errorf("wrong password: %v", err)
			}
		})
	}
}
