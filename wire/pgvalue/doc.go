// Package pgvalue formats and reads single PostgreSQL values, in the text and
// in the binary format of the protocol.
//
// Every Append function appends the body of a value, without the length word
// that precedes it in a DataRow, and returns the extended slice, as append does.
// It allocates only when dst has no room left. What it appends equals, byte for
// byte, what PostgreSQL 15 sends for the value; the files in testdata were
// recorded from one.
//
// AppendT writes the text format, AppendTBinary the binary one. ParseT reads
// the text format and DecodeT the binary one; their errors are of type [*Error]
// and carry a SQLSTATE. Neither keeps a reference to its argument.
//
// # Units
//
// A date is an int32 that counts days, a timestamp an int64 that counts
// microseconds, both from 1970-01-01 as in Go and Arrow, not from 2000-01-01 as
// in PostgreSQL's binary format: the conversion happens here. A time of day is
// an int64 of microseconds from midnight, up to and including 24:00:00. A zone
// is seconds east of Greenwich.
//
// The calendar is the proleptic Gregorian one, without a year 0 in text: the
// year before 0001 is 0001 BC.
package pgvalue
