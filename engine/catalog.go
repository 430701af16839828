package engine

import (
	"context"
	"errors"
	"iter"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// Builtins are what an engine serves beside the user's tables: the relations of
// the system catalog and functions over them. They are given to an engine when
// it is opened, in the process in which it runs. What they know of a session
// reaches them through [CatalogHost.Publish] alone.
type Builtins struct {
	Relations []Relation
	Functions []Function
}

// RelationFunction is the table function under which SQL reads a relation:
// catalog_relation('pg_catalog.pg_class'). With the named argument system :=
// true the rows have the columns of Relation.System too.
const RelationFunction = "catalog_relation"

// Relation is a relation of the catalog. Its rows are those that never change,
// and the published ones behind them.
type Relation struct {
	Name   TableName
	Schema *arrow.Schema
	// Database are the columns, from 0, that hold the name of the session's
	// database, whatever is in them.
	Database []int
	// System are columns that every row has the same value in and SELECT * does
	// not show, as tableoid.
	System []SystemColumn
	// Rows are the rows that never change, each batch with at most 2048 of them.
	// It is called once, when the relation is first read.
	Rows func() ([]arrow.RecordBatch, error)
}

// SystemColumn is a column of unsigned integers that are all alike.
type SystemColumn struct {
	Name  string
	Value uint32
}

// Function is a scalar function in Go. Several may have a name, if their
// arguments differ. SQL calls it by its name in double quotes.
type Function struct {
	Name   string
	Args   []arrow.DataType
	Return arrow.DataType
	// Variadic functions take any number of further arguments behind Args, of any
	// types: those that the engine's results have.
	Variadic bool
	// Volatile functions are evaluated for every row; the others may be
	// evaluated once, when a statement is planned.
	Volatile bool
	// Eval appends as many values to out as args has rows. It is called from any
	// goroutine, several at once; its panics become errors. NULLs are its own
	// business.
	Eval func(v Values, args arrow.RecordBatch, out array.Builder) error
}

// Values are what a Function sees of the session that calls it.
type Values interface {
	User() string
	Database() string
	// Published are the published rows of a relation as the session sees them.
	Published(name TableName) []arrow.RecordBatch
	// Memo keeps what derive makes of the relations, until one is published.
	// Only one thing can be kept.
	Memo(derive func() (any, error)) (any, error)
	// Snapshot exports the snapshot of the open transaction: see TxOptions.
	Snapshot() (string, error)
	// Effect tells the session's Host. It is not on time: the Host hears of it
	// when the call of the Session, or of Result.Next, is over.
	Effect(e Effect)
}

// Effect is what a function wants done to the session, or to another one.
type Effect struct {
	Kind  EffectKind
	Name  string // the parameter of SetConfig
	Value string // its value
	Local bool   // until the end of the transaction only
	PID   int32  // the backend that is meant
}

// EffectKind says what an Effect asks for.
type EffectKind uint8

const (
	SetConfig        EffectKind = iota // set_config(name, value, local)
	CancelBackend                      // pg_cancel_backend(pid)
	TerminateBackend                   // pg_terminate_backend(pid)
)

// Scope says who sees published rows.
type Scope uint8

const (
	Shared  Scope = iota // all sessions of the engine
	Private              // this session, instead of the shared ones
)

// CatalogHost is a Session whose engine was given Builtins.
type CatalogHost interface {
	// Publish replaces the published rows of relations. A nil reader takes them
	// away again. It owns the readers and does not outlive them. Shared rows of
	// a version older than the last published one are dropped.
	Publish(ctx context.Context, scope Scope, version uint64, relations iter.Seq2[TableName, array.RecordReader]) error
	// Incarnation is another one when what was published is lost, because the
	// engine was started again. It is never 0. The error is what any call of the
	// session would fail with now.
	Incarnation(ctx context.Context) (uint64, error)
}

// ErrRestarted is wrapped by the error of a call that would have been made in
// another incarnation than its context asks for. It had no effect.
var ErrRestarted = errors.New("the engine was started again")

type incarnationKey struct{}

// WithIncarnation binds the calls of a CatalogHost to one incarnation: to what was
// published in it. In another one they fail with [ErrRestarted].
func WithIncarnation(ctx context.Context, n uint64) context.Context {
	return context.WithValue(ctx, incarnationKey{}, n)
}

// IncarnationOf is the incarnation to which ctx binds, 0 if it is bound to none.
func IncarnationOf(ctx context.Context) uint64 {
	n, _ := ctx.Value(incarnationKey{}).(uint64)
	return n
}
