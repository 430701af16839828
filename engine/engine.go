// Package engine is the contract between the server and whatever executes SQL.
//
// An [Engine] opens one [Session] per client; a Session prepares a [Statement];
// executing it gives a [Result], a stream of Arrow record batches. Nothing in
// this package executes anything: engine/duckdb does, and engine/enginetest
// holds every implementation to the promises written here.
//
// Errors that a user can cause are of type [*Error] and carry a SQLSTATE.
package engine

import (
	"context"
	"iter"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// Engine executes SQL over Arrow. It is safe for concurrent use.
type Engine interface {
	Info(ctx context.Context) (Info, error)
	// Open starts a session. The caller closes it.
	Open(ctx context.Context, o SessionOptions) (Session, error)
	// Close ends the engine. Sessions that are still open fail from then on.
	Close(ctx context.Context) error
}

// Info says what an engine is.
type Info struct {
	Name    string // "duckdb"
	Version string // the engine's own version
}

// SessionOptions open a session.
type SessionOptions struct {
	User     string // answer to current_user
	Database string // answer to current_database()
	Host     Host   // nil: what it would be told is dropped
}

// Host is told what a statement says beside its result. Its methods are called
// on the goroutine that is inside a Session method or Result.Next, never later.
type Host interface {
	Notice(n Notice)
	Effect(e Effect)
}

// Notice is a message to the user that is not an error.
type Notice struct{ Severity, Code, Message, Detail, Hint string }

// Session is one client's state: its transaction, temporary tables, settings.
//
// One goroutine uses a Session at a time, but several Results may be open at
// once: no call on the Session disturbs a Result that is open.
type Session interface {
	// Prepare analyses exactly one statement without running it. params are the
	// types the client declared, nil standing for "not said".
	Prepare(ctx context.Context, sql string, params []arrow.DataType) (Statement, error)

	// Load makes a table of files. Either the whole table appears or none of it.
	Load(ctx context.Context, s LoadSpec) (Table, error)

	// Tables lists the user's tables and views that match f.
	Tables(ctx context.Context, f TableFilter) iter.Seq2[Table, error]

	// Version changes whenever what Tables yields may have changed, by whichever
	// session. It does no I/O.
	Version() uint64

	// Set gives the engine a setting that changes what statements mean:
	// "timezone" and "search_path". Other names are an error 42704.
	Set(ctx context.Context, name, value string) error

	// Close ends the session; an open transaction is rolled back, open Results
	// end with an error.
	Close(ctx context.Context) error
}

// Statement is a prepared statement. It may be executed again while an earlier
// Result of it is open.
type Statement interface {
	// Params are the types of $1, $2, ...; nil for one that stayed unknown.
	Params() []arrow.DataType
	// Schema is what every batch of the Result will have; nil if the statement
	// returns no rows. If a parameter is a decimal, decimals in it may have
	// another precision and scale, which are then the Result's: they follow from
	// the argument's. What Arrow has no type for is an extension type
	// (arrow.uuid, arrow.json, arrow.bool8, arrow.opaque), see [DeclaredType].
	Schema() *arrow.Schema
	Kind() Kind
	// Reusable reports whether the statement means what its text would mean if it
	// were prepared again, as long as Session.Version and what was Set are the same.
	// One that reads files does not.
	Reusable() bool
	// Execute starts the statement. args has one row and the types of Params,
	// and is nil when there are none; the caller keeps it. ctx governs planning
	// and the whole stream: when it is done the stream ends with an *Error of
	// code 57014 that wraps the cause.
	Execute(ctx context.Context, args arrow.RecordBatch) (Result, error)
	Close(ctx context.Context) error
}

// Result is a stream of record batches. The memory it holds is a few batches,
// however many rows there are. Releasing it early cancels the statement.
//
// A batch is valid until the next call of Next; who needs it longer retains it.
type Result interface {
	array.RecordReader
	// Affected is the number of rows written. It is valid after Next returned
	// false and Err nil.
	Affected() int64
}

// Kind classifies a statement, for its command tag and for the decision whether
// it needs a transaction.
type Kind uint8

const (
	Select  Kind = iota // returns rows and changes nothing
	Insert              // INSERT, with or without RETURNING
	Update              // UPDATE
	Delete              // DELETE, TRUNCATE
	Merge               // MERGE INTO
	DDL                 // CREATE, DROP, ALTER, COMMENT
	Explain             // EXPLAIN
	Other               // whatever is left
)

// Transactor is a Session that has transactions.
//
// What has begun is carried out, whatever becomes of ctx meanwhile. If ctx was done
// before, nothing has happened. A Commit that fails otherwise has rolled back.
type Transactor interface {
	Begin(ctx context.Context, o TxOptions) error
	Commit(ctx context.Context) error
	Rollback(ctx context.Context) error
}

// Inserter is a Session that takes rows from its caller.
type Inserter interface {
	// Insert adds what rows yields to a table and returns how many rows it has
	// added. The batches may have any size; a column of another type than the
	// table's is converted. The rows of one call appear together, in their order,
	// or not at all: outside of a transaction the call is one, and inside of one
	// that lives on after a failure, whatever it has added so far, the caller has
	// to roll back.
	//
	// It reads on the caller's goroutine, a batch at a time, and keeps none. The
	// caller releases rows. If they end with an error, that is what Insert
	// returns, as it is.
	Insert(ctx context.Context, s InsertSpec, rows array.RecordReader) (int64, error)
}

// InsertSpec says where the rows of an Insert go.
type InsertSpec struct {
	Table TableName // without a Schema it is looked for as in a statement
	// Columns are those of the table that the fields of the rows are for, in
	// their order, whatever the fields are called. The others get their defaults.
	Columns []string
	// Where is a condition in SQL over these columns; a row for which it is not
	// true is left out. Empty keeps all. An error's Position counts in it.
	Where string
}

// TxOptions are the modes of a transaction.
type TxOptions struct {
	ReadOnly bool
	// Snapshot is the name that another transaction has got by Values.Snapshot. This
	// one is to see what that one sees, or fails to begin. Empty: what there is now.
	Snapshot string
}

// TableName is a table of the session's database.
type TableName struct{ Schema, Name string }

// TableFilter selects tables; empty fields match everything. Names are compared
// without regard to case.
type TableFilter struct{ Schema, Name string }

// Table describes a table or view.
type Table struct {
	TableName
	View        bool
	Query       string // of a view: its SELECT
	Comment     string
	Rows        int64 // an estimate; exact directly after Load
	Columns     []Column
	Constraints []Constraint
	Indexes     []Index
}

// Column describes a column of a table. Its Arrow type is the one that a SELECT
// of the column has in Statement.Schema.
type Column struct {
	Field   arrow.Field
	Type    string // as the engine declares it
	NotNull bool
	Default string // an expression, or ""
	Comment string
}

// Constraint is a constraint of a table, but for NOT NULL.
type Constraint struct {
	Kind    ConstraintKind
	Name    string // "" if it has none of its own
	Columns []int  // from 0, in the order of the constraint
	Check   string // the expression of a CHECK

	// What a foreign key refers to.
	References        TableName
	ReferencedColumns []string
}

// ConstraintKind says what a constraint demands.
type ConstraintKind uint8

const (
	PrimaryKey ConstraintKind = iota
	Unique
	ForeignKey
	Check
)

// Index is an index that was made by CREATE INDEX.
type Index struct {
	Name        string
	Unique      bool
	Expressions []string // SQL: mostly names of columns, quoted where needed
}

// Objects is what a database holds beside tables.
type Objects struct {
	Schemas   []Schema
	Sequences []Sequence
	Enums     []Enum
}

// Schema is a schema of the session's database.
type Schema struct{ Name, Comment string }

// Sequence is what CREATE SEQUENCE made.
type Sequence struct {
	TableName
	Start, Increment, Min, Max int64
	Cycle                      bool
	Last                       *int64 // nil: not used yet
	Comment                    string
}

// Enum is a type that CREATE TYPE ... AS ENUM made.
type Enum struct {
	TableName
	Labels []string
}

// Inspector is a Session that knows more of its database than its tables.
type Inspector interface {
	Objects(ctx context.Context) (Objects, error)
}
