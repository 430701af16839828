package main

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// statement is one statement for SQLite.
type statement struct {
	session  *session
	sql      string
	words    []string  // of sql, in upper case; there is at least one
	declared []oid.OID // types of parameters, as far as the client knows them
	columns  []wire.Column
}

func newStatement(s *session, text string, declared []oid.OID) *statement {
	return &statement{session: s, sql: text, words: strings.Fields(strings.ToUpper(text)), declared: declared}
}

// ExitsTx lets the end of a failed transaction through.
func (t *statement) ExitsTx() bool { return t.endsTx() }

func (t *statement) endsTx() bool {
	return slices.Contains([]string{"COMMIT", "END", "ROLLBACK"}, t.words[0]) && !slices.Contains(t.words, "TO")
}

func (t *statement) returnsRows() bool {
	return slices.Contains([]string{"SELECT", "VALUES", "WITH"}, t.words[0])
}

// Describe has SQLite compile the statement, and asks for the columns of none of
// its rows.
func (t *statement) Describe(ctx context.Context) (wire.Description, error) {
	if slices.Contains(t.words, "RETURNING") {
		return wire.Description{}, wire.Errorf("0A000", "RETURNING cannot be described without being run")
	}
	sqlText, params, err := numberParams(t.sql, t.declared)
	if err != nil {
		return wire.Description{}, err
	}
	t.sql = sqlText
	if t.returnsRows() {
		rows, err := t.session.db.QueryContext(ctx, "SELECT * FROM ("+t.sql+") LIMIT 0", make([]any, len(params))...)
		if err != nil {
			return wire.Description{}, toError(err)
		}
		defer rows.Close()
		types, err := rows.ColumnTypes()
		if err != nil {
			return wire.Description{}, err
		}
		t.columns = []wire.Column{}
		for _, c := range types {
			t.columns = append(t.columns, wire.Col(c.Name(), typeOf(c.DatabaseTypeName())))
		}
	}
	return wire.Description{Params: params, Columns: t.columns}, nil
}

func (t *statement) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	args, err := arguments(b)
	if err != nil {
		return nil, err
	}
	if t.endsTx() {
		return t.endTx(ctx)
	}
	if t.returnsRows() {
		rows, err := t.session.db.QueryContext(ctx, t.sql, args...)
		if err != nil {
			return nil, toError(err)
		}
		return stream(rows, len(t.columns)), nil
	}
	res, err := t.session.db.ExecContext(ctx, t.sql, args...)
	if err != nil {
		return nil, toError(err)
	}
	return wire.Tag(t.tag(res)), nil
}

// endTx ends a transaction. One that has failed is undone, whatever the client
// calls it.
func (t *statement) endTx(ctx context.Context) (wire.Result, error) {
	client, verb := t.session.client, "COMMIT"
	if t.words[0] == "ROLLBACK" || client.TxStatus() == wire.Failed {
		verb = "ROLLBACK"
	}
	err := client.EndTx(ctx, verb == "COMMIT", func(ctx context.Context) error {
		_, err := t.session.db.ExecContext(ctx, verb)
		return toError(err)
	})
	return wire.Tag(verb), err
}

// tag is the command tag, and the place where a transaction begins.
func (t *statement) tag(res sql.Result) string {
	switch verb := t.words[0]; verb {
	case "BEGIN":
		t.session.client.SetTxStatus(wire.InTx)
		return verb
	case "INSERT", "REPLACE":
		n, _ := res.RowsAffected() // it never fails
		return fmt.Sprint("INSERT 0 ", n)
	case "UPDATE", "DELETE":
		n, _ := res.RowsAffected()
		return fmt.Sprint(verb, " ", n)
	case "CREATE", "DROP", "ALTER":
		return strings.Join(t.words[:min(2, len(t.words))], " ")
	default:
		return verb
	}
}
