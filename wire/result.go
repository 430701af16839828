package wire

import "context"

// Result is what Statement.Execute returns: a plain Result has only a tag, one
// that is also [Rows] has rows.
type Result interface {
	// Tag is the text of CommandComplete. rows counts what was sent since the
	// portal was last suspended, as PostgreSQL counts. It is called before Close,
	// and more than once for a portal that can be executed again.
	Tag(rows int64) string
	// Close releases what the Result holds, finished or not.
	Close() error
}

// Rows is a Result that the server pulls, a batch of rows at a time, as far as
// the client's row limit and socket allow. A portal that is suspended is simply
// one that is not pulled.
type Rows interface {
	Result
	// NextBatch makes the next batch current and returns how many rows it has,
	// or io.EOF after the last one. A batch of no rows is allowed.
	NextBatch(ctx context.Context) (rows int, err error)
	// EncodeRow appends the fields of a row of the current batch, in the
	// formats of the Bind. The server has begun the DataRow and ends it.
	EncodeRow(w *RowWriter, row int) error
}

// BlockEncoder is Rows that can encode many rows in one call.
type BlockEncoder interface {
	// EncodeRows encodes rows from, from+1, ... of the current batch, each
	// between w.BeginRow and w.EndRow. It stops before row to, or earlier as
	// soon as w.Full reports that the buffer wants to be sent, and returns the
	// first row it has not encoded. At least one row is encoded.
	EncodeRows(w *RowWriter, from, to int) (next int, err error)
}

// Format is the format of a value on the wire.
type Format int16

const (
	Text   Format = 0
	Binary Format = 1
)
