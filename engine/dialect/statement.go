// Package dialect reads the SQL that clients send: it cuts text into
// statements, recognises those that the server answers itself, and refuses
// those that may not reach an engine. What is left goes to the engine as the
// user wrote it.
//
// It works on tokens (wire/pglex) and never on trees: text that only the engine
// understands passes through. The lexer's caps on size and nesting come first,
// so that no client text reaches C code unchecked.
package dialect

import "github.com/csvsql/csvsql/engine"

// Statement is one statement of the user's text.
type Statement struct {
	// SQL is the user's own text, from its first token to its last. Unicode
	// spaces outside of strings are as many ASCII spaces as they have bytes.
	SQL    string
	Offset int // bytes of the text before it
	// Utility is set for a statement that the server answers itself.
	Utility Utility
	// Tag is the command tag of a statement for the engine, without a count:
	// "SELECT", "INSERT 0", "CREATE TABLE". It is empty beside a Utility.
	Tag string
	// Target is the table that an INSERT, UPDATE, DELETE or MERGE changes.
	Target engine.TableName
	// Creation is set for a CREATE of which the engine does not do all.
	Creation *Creation
	// Words are the identifiers in SQL, folded to lower case, unquoted, each
	// once: whoever waits for a table to be loaded looks here.
	Words []string
}

// Utility is a statement that the server answers itself: one of the types below.
type Utility interface{ utility() }

// Set is SET name = value, and the statements that PostgreSQL reads as one:
// SET TIME ZONE (name "timezone"; an offset is given in hours east of UTC, as
// in "-8" or "5.5"), SET NAMES ("client_encoding"), SET SCHEMA ("search_path"),
// SET ROLE ("role"), SET SESSION AUTHORIZATION ("session_authorization") and
// SET XML OPTION ("xmloption"). Name is in lower case. Values has one entry for
// each item of a list; nil means DEFAULT.
type Set struct {
	Name   string
	Values []string
	Local  bool
}

// SetTransaction is SET TRANSACTION and SET SESSION CHARACTERISTICS.
type SetTransaction struct {
	Session  bool
	Modes    TxModes
	Snapshot string // of SET TRANSACTION SNAPSHOT, which has nothing else
}

// Show is SHOW name; Name is "all" for SHOW ALL.
type Show struct{ Name string }

// Reset is RESET name; Name is "all" for RESET ALL.
type Reset struct{ Name string }

// Begin is BEGIN and START TRANSACTION.
type Begin struct {
	Tag   string
	Modes TxModes
}

// TxModes are the modes of a transaction; empty and nil if not said.
type TxModes struct {
	Isolation  string // "read committed", ...
	ReadOnly   *bool
	Deferrable *bool // whether it may have to wait for others
}

// Commit is COMMIT and END; Rollback is ROLLBACK and ABORT. Chain asks for a
// new transaction with the modes of the one that ends.
type (
	Commit   struct{ Chain bool }
	Rollback struct{ Chain bool }
)

// Discard is DISCARD; What is "all", "plans", "sequences" or "temp".
type Discard struct{ What string }

// Load is LOAD and CREATE EXTERNAL TABLE.
type Load struct {
	Files       []string         // paths and patterns, as the user wrote them
	Table       engine.TableName // Name is empty if the file's stem is to be taken
	Replace     bool
	IfNotExists bool // a table of that name is left as it is, with a notice
	Options     []Option
	Tag         string // "LOAD" takes a count, "CREATE TABLE" does not
}

// Option is one option of LOAD, its name in lower case. An option without a
// value has the value "true"; one with a list of values is there once for each.
type Option struct{ Name, Value string }

// Noop is a statement that has nothing to do here and succeeds: VACUUM, ANALYZE,
// CLUSTER, REINDEX and CHECKPOINT, because the engine looks after its storage and
// statistics itself.
type Noop struct {
	Tag string
	// Alone says that it cannot run inside a transaction block.
	Alone bool
}

// Refused is a statement that no client may run; Err says why. Its Position
// counts in the Statement's SQL.
type Refused struct{ Err *engine.Error }

func (Set) utility()            {}
func (SetTransaction) utility() {}
func (Show) utility()           {}
func (Reset) utility()          {}
func (Begin) utility()          {}
func (Commit) utility()         {}
func (Rollback) utility()       {}
func (Discard) utility()        {}
func (Load) utility()           {}
func (Noop) utility()           {}
func (Refused) utility()        {}
