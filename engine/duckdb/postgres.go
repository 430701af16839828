package duckdb

import (
	_ "embed"
	"fmt"
)

// postgresSQL makes the macros of PostgreSQL's operators and functions.
//
//go:embed postgres.sql
var postgresSQL string

// attachMacros attaches the database csvsql, in memory, with the macros that
// translated statements call.
func (c *connection) attachMacros() error {
	if text := c.run("ATTACH ':memory:' AS csvsql;" + postgresSQL); text != "" {
		return fmt.Errorf("postgres.sql: %w", newError(text))
	}
	return nil
}
