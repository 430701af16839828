package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pglex"
)

// maxParams is how many parameters a Bind can hold.
const maxParams = 1<<16 - 1

// statement is one statement for SQLite.
type statement struct {
	session  *session
	sql      string
	words    []string // of sql, in upper case; there is at least one
	declared []oid.OID
	columns  []wire.Column
}

// ExitsTx lets the end of a failed transaction through.
func (t *statement) ExitsTx() bool {
	return t.words[0] == "ROLLBACK" || t.words[0] == "COMMIT" || t.words[0] == "END"
}

// Describe has SQLite compile the statement. SQLite numbers parameters ?1 where
// PostgreSQL has $1, and has no types for them: what the client did not declare
// is text.
func (t *statement) Describe(ctx context.Context) (wire.Description, error) {
	params, err := t.numberParams()
	if err != nil {
		return wire.Description{}, err
	}
	if t.returnsRows() {
		rows, err := t.session.db.QueryContext(ctx, "SELECT * FROM ("+t.sql+") LIMIT 0", make([]any, len(params))...)
		if err != nil {
			return wire.Description{}, wire.Errorf("42601", "%w", err)
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

func (t *statement) returnsRows() bool {
	return t.words[0] == "SELECT" || t.words[0] == "VALUES" || t.words[0] == "WITH"
}

// numberParams turns $1 into ?1 and says of which types the parameters are.
func (t *statement) numberParams() ([]oid.OID, error) {
	var out strings.Builder
	count, last := 0, 0
	lexer := pglex.New(t.sql, pglex.Limits{})
	for {
		token, err := lexer.Next()
		if err != nil {
			return nil, err
		}
		if token.Kind == pglex.EOF {
			break
		}
		if token.Kind == pglex.Param {
			out.WriteString(t.sql[last:token.Start] + "?")
			last = token.Start + len("$")
			n, err := strconv.Atoi(t.sql[last:token.End])
			if err != nil || n < 1 || n > maxParams {
				return nil, wire.Errorf("42P02", "there is no parameter %s", token.Text(t.sql))
			}
			count = max(count, n)
		}
	}
	t.sql = out.String() + t.sql[last:]
	params := make([]oid.OID, count)
	for i := range params {
		params[i] = oid.Text
		if i < len(t.declared) && t.declared[i] != oid.Unspecified {
			params[i] = t.declared[i]
		}
	}
	return params, nil
}

// typeOf maps the type a SQLite column was declared with.
func typeOf(declared string) oid.OID {
	switch {
	case strings.Contains(declared, "INT"):
		return oid.Int8
	case declared == "REAL" || declared == "DOUBLE" || declared == "FLOAT":
		return oid.Float8
	case declared == "BLOB":
		return oid.Bytea
	}
	return oid.Text
}

func (t *statement) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	args, err := arguments(b)
	if err != nil {
		return nil, err
	}
	if t.returnsRows() {
		rows, err := t.session.db.QueryContext(ctx, t.sql, args...)
		if err != nil {
			return nil, wire.Errorf("42000", "%w", err)
		}
		return t.stream(rows), nil
	}
	res, err := t.session.db.ExecContext(ctx, t.sql, args...)
	if err != nil {
		return nil, wire.Errorf("42000", "%w", err)
	}
	return wire.Tag(t.tag(res)), nil
}

// tag is the command tag, and the place where the status of the transaction
// changes.
func (t *statement) tag(res sql.Result) string {
	n, _ := res.RowsAffected()
	verb := t.words[0]
	switch verb {
	case "BEGIN":
		t.session.client.SetTxStatus(wire.InTx)
	case "COMMIT", "END", "ROLLBACK":
		t.session.client.SetTxStatus(wire.Idle)
	case "INSERT":
		return fmt.Sprint("INSERT 0 ", n)
	case "UPDATE", "DELETE":
		return fmt.Sprint(verb, " ", n)
	case "CREATE", "DROP", "ALTER":
		return strings.Join(t.words[:min(2, len(t.words))], " ")
	}
	return verb
}

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
		case b.Types[i] == oid.Bytea:
			args[i], err = b.Bytes(i)
		default:
			args[i], err = b.Text(i)
		}
		if err != nil {
			return nil, err
		}
	}
	return args, nil
}

// stream gives the client one row of SQLite at a time.
func (t *statement) stream(rows *sql.Rows) wire.Rows {
	values, targets := make([]any, len(t.columns)), make([]any, len(t.columns))
	for i := range values {
		targets[i] = &values[i]
	}
	next := func(context.Context) error {
		if rows.Next() {
			return rows.Scan(targets...)
		}
		if rows.Err() != nil {
			return rows.Err()
		}
		return io.EOF
	}
	encode := func(w *wire.RowWriter) error {
		for _, v := range values {
			switch v := v.(type) {
			case nil:
				w.Null()
			case int64:
				w.Int64(v)
			case float64:
				w.Float64(v)
			case []byte:
				w.Bytes(v)
			default:
				w.Text(fmt.Sprint(v))
			}
		}
		return nil
	}
	return wire.EachRow(next, encode, nil, rows)
}
