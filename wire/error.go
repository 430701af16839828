package wire

import (
	"context"
	"errors"
	"fmt"
)

// Error is an ErrorResponse or a NoticeResponse
// (PostgreSQL documentation, 55.8 Error and Notice Message Fields).
// Empty fields are not sent, but for Severity, which defaults to ERROR, and
// Code, which defaults to XX000.
type Error struct {
	Severity string // ERROR, FATAL, PANIC; WARNING, NOTICE, DEBUG, INFO, LOG
	Code     string // SQLSTATE
	Message  string
	Detail   string
	Hint     string
	Position int // in the text of the query, in characters from 1

	InternalPosition int
	InternalQuery    string
	Where            string

	Schema, Table, Column, Type, Constraint string

	File    string
	Line    int
	Routine string

	Err error // the cause; never sent
}

// Errorf makes an Error of severity ERROR. An argument for %w becomes Err.
func Errorf(code, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	e := &Error{Severity: "ERROR", Code: code, Message: err.Error()}
	if w, ok := err.(interface{ Unwrap() error }); ok {
		e.Err = w.Unwrap()
	}
	return e
}

func (e *Error) Error() string    { return e.Message }
func (e *Error) SQLState() string { return e.Code }
func (e *Error) Unwrap() error    { return e.Err }

// The causes for which the server itself ends a statement or a connection. When
// the context of a running statement is done, its cause is what the client is
// told, whatever the handler made of it.
var (
	ErrCanceled   error = &Error{Severity: "ERROR", Code: "57014", Message: "canceling statement due to user request"}
	ErrTimeout    error = &Error{Severity: "ERROR", Code: "57014", Message: "canceling statement due to statement timeout"}
	ErrShutdown   error = &Error{Severity: "FATAL", Code: "57P01", Message: "terminating connection due to administrator command"}
	ErrClientGone error = &Error{Severity: "FATAL", Code: "08006", Message: "connection to client lost"}
)

// toError returns err as the client sees it. An error that has a SQLSTATE keeps
// it; a context's own errors are a canceled statement.
func toError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	switch {
	case errors.Is(err, context.Canceled):
		return ErrCanceled.(*Error)
	case errors.Is(err, context.DeadlineExceeded):
		return ErrTimeout.(*Error)
	}
	var coded interface{ SQLState() string }
	if errors.As(err, &coded) {
		return &Error{Severity: "ERROR", Code: coded.SQLState(), Message: err.Error(), Err: err}
	}
	return &Error{Severity: "ERROR", Code: "XX000", Message: err.Error(), Err: err}
}

// toFatal returns err as one that ends the connection.
func toFatal(err error) *Error {
	e := toError(err)
	if isFatal(e) {
		return e
	}
	fatal := *e
	fatal.Severity = "FATAL"
	return &fatal
}

func isFatal(e *Error) bool { return e.Severity == "FATAL" || e.Severity == "PANIC" }
