package wire

import (
	"context"

	"github.com/csvsql/csvsql/wire/oid"
)

// Handler opens a Session for every client that has logged in.
//
// Open runs on the connection's goroutine, before the first ReadyForQuery. An
// error it returns ends the connection as FATAL.
type Handler interface {
	Open(ctx context.Context, c *Conn) (Session, error)
}

// Session is the state of one client. All its methods run on the goroutine of
// its connection, never two at once. A Session may also be a [Syncer].
type Session interface {
	QueryParser
	// Close ends the session, when the connection is gone or ending.
	Close() error
}

// QueryParser turns the text of a Query or Parse message into statements. It
// reports errors of syntax only and must not look at the catalog: in
// "CREATE TABLE t (...); SELECT * FROM t" the second statement is parsed before
// the first has run. What needs the catalog is Statement.Describe's.
//
// No statement at all (empty text, a comment) is an empty query.
type QueryParser interface {
	Parse(ctx context.Context, q Query) ([]Statement, error)
}

// Query is the text of a Query or a Parse message. The text is valid UTF-8 and
// has no NUL.
type Query struct {
	SQL        string
	ParamTypes []oid.OID // as declared by Parse; 0 = unspecified
	Simple     bool      // from a Query message
}

// ParseFunc is a Handler that keeps no state per client.
type ParseFunc func(ctx context.Context, c *Conn, q Query) ([]Statement, error)

// Open implements Handler.
func (f ParseFunc) Open(_ context.Context, c *Conn) (Session, error) {
	return parseSession{f, c}, nil
}

type parseSession struct {
	parse ParseFunc
	conn  *Conn
}

func (s parseSession) Parse(ctx context.Context, q Query) ([]Statement, error) {
	return s.parse(ctx, s.conn, q)
}
func (s parseSession) Close() error { return nil }

// Statement is one statement of a Query.
//
// A Statement that is an io.Closer is closed once its name and the last portal
// that came of it are gone.
type Statement interface {
	// Describe analyses the statement: in the extended protocol at Parse, in
	// the simple one directly before Execute. It is called once.
	Describe(ctx context.Context) (Description, error)

	// Execute starts the statement; it may be called again for another portal.
	// ctx lives until the portal is closed, and its cause says why it ended.
	Execute(ctx context.Context, b *Bind) (Result, error)
}

// BindChecker is a Statement that looks at its parameters at Bind, which is where
// PostgreSQL reports what is wrong with them, rather than at the first Execute.
type BindChecker interface {
	CheckBind(ctx context.Context, b *Bind) error
}

// Description is what a statement takes and gives. Nil Columns mean that it
// returns no rows (NoData); empty ones mean rows without fields. A type that is not
// known before the statement runs is [oid.Unspecified]: clients take such a column
// for text, and choose the type of such a parameter themselves.
type Description struct {
	Params  []oid.OID
	Columns []Column
}

// Column is one field of RowDescription
// (PostgreSQL documentation, 55.7 Message Formats).
type Column struct {
	Name  string
	Type  oid.OID
	Size  int16   // pg_type.typlen: negative for variable width
	Mod   int32   // pg_attribute.atttypmod; -1 for none
	Table oid.OID // table of which it is a plain column, or 0
	Attr  int16   // number of the column in it, or 0
}

// Syncer is a Session that is told of the end of an implicit transaction: at
// Sync, and at the end of a Query message, before ReadyForQuery, whether the
// client is in a transaction block or not. failed says that a statement since
// the last time ended in an error. What Sync returns as an error is sent behind
// the statements' tags, which are out already.
type Syncer interface {
	Sync(ctx context.Context, failed bool) error
}

// TxExiter marks the statements that may run in a failed transaction block
// (ROLLBACK, COMMIT); wire answers all others with 25P02.
type TxExiter interface{ ExitsTx() bool }
