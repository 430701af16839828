package main

import (
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pglex"
)

// maxParams is how many parameters a Bind can hold.
const maxParams = 1<<16 - 1

// numberParams turns $1 into ?1, which is what SQLite calls it, and says of which
// types the parameters are. SQLite has none for them: one that the client did not
// declare stays oid.Unspecified, and is sent as text.
func numberParams(sql string, declared []oid.OID) (string, []oid.OID, error) {
	var out strings.Builder
	count, last := 0, 0
	lexer := pglex.New(sql, pglex.Limits{})
	for {
		token, err := lexer.Next()
		if err != nil {
			return "", nil, err
		}
		if token.Kind == pglex.EOF {
			break
		}
		if token.Kind != pglex.Param {
			continue
		}
		n, invalid := strconv.Atoi(sql[token.Start+1 : token.End])
		if invalid != nil || n < 1 || n > maxParams {
			return "", nil, wire.Errorf("42P02", "there is no parameter %s", token.Text(sql))
		}
		count = max(count, n)
		out.WriteString(sql[last:token.Start] + "?")
		last = token.Start + 1
	}
	params := make([]oid.OID, count)
	copy(params, declared)
	return out.String() + sql[last:], params, nil
}

// arguments are the parameters of an execution for SQLite.
func arguments(b *wire.Bind) ([]any, error) {
	args := make([]any, len(b.Params))
	for i := range args {
		var err error
		switch {
		case b.Null(i):
		case b.Types[i] == oid.Int8 || b.Types[i] == oid.Int4 || b.Types[i] == oid.Int2:
			args[i], err = b.Int64(i)
		case b.Types[i] == oid.Float8 || b.Types[i] == oid.Float4:
			args[i], err = b.Float64(i)
		case b.Types[i] == oid.Bool:
			args[i], err = b.Bool(i)
		case b.Types[i] == oid.Bytea:
			args[i], err = b.Bytes(i)
		case b.Types[i] == oid.Timestamp || b.Types[i] == oid.Timestamptz || b.Types[i] == oid.Date:
			args[i], err = b.Time(i)
		default:
			args[i], err = b.Text(i)
		}
		if err != nil {
			return nil, err
		}
	}
	return args, nil
}
