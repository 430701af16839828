package engine

import "fmt"

// Error is an error a user can read: SQLSTATE, message, and where in the
// statement it is.
type Error struct {
	Code    string // SQLSTATE
	Message string
	Detail  string
	Hint    string
	// Position counts bytes, from 1, in the text given to Prepare; 0 if unknown.
	Position int
	// Lost says that the session is gone; a new one has to be opened.
	Lost bool
	Err  error // the cause, if there is one
}

// Errorf makes an Error. An argument for %w becomes Err.
func Errorf(code, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	e := &Error{Code: code, Message: err.Error()}
	if w, ok := err.(interface{ Unwrap() error }); ok {
		e.Err = w.Unwrap()
	}
	return e
}

func (e *Error) Error() string    { return e.Message }
func (e *Error) SQLState() string { return e.Code }
func (e *Error) Unwrap() error    { return e.Err }
