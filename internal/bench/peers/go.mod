module github.com/csvsql/csvsql/internal/bench/peers

go 1.26.0

require (
	github.com/csvsql/csvsql v0.0.0
	github.com/jackc/pgx/v5 v5.12.0
	github.com/jeroenrinzema/psql-wire v0.20.0
)

require golang.org/x/crypto v0.58.0 // indirect

replace github.com/csvsql/csvsql => ../../..
