//go:build linux

package worker

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/csvsql/csvsql/engine"
)

// wireError is an error as it is sent.
type wireError struct {
	engine.Error
	Plain bool // it is no *engine.Error
	Err   struct{}
}

// error appends an error.
func (e *encoder) error(err error) {
	w := wireError{Plain: true}
	w.Message = err.Error()
	if known := (*engine.Error)(nil); errors.As(err, &known) {
		w.Error, w.Plain = *known, false
		w.Error.Err = nil // it does not cross; the message has its text
	}
	e.json(w)
}

// parseError is the error that was sent. What it has for ever is little: it is
// shown to a user.
func parseError(b []byte) error {
	var w wireError
	if err := json.Unmarshal(b, &w); err != nil {
		return errMalformed
	}
	if w.Plain {
		return errors.New(w.Message)
	}
	e := w.Error
	if len(e.Code) != 5 || e.Position < 0 {
		return errMalformed
	}
	return &e
}

// canceled is the error of a statement whose context is done.
func canceled(ctx context.Context) *engine.Error {
	return &engine.Error{Code: "57014", Message: "canceling statement", Err: context.Cause(ctx)}
}

func errClosed() *engine.Error {
	return &engine.Error{Code: "57P01", Message: "the engine has been shut down", Lost: true}
}

// errDied is what a statement fails with that was running when its worker ended.
// https://www.postgresql.org/docs/current/errcodes-appendix.html, class 57.
func errDied() *engine.Error {
	return &engine.Error{
		Code:    "57P02",
		Message: "the engine stopped while the statement was running",
		Detail:  "Its process ended and has been started again. Other sessions and the tables are not affected.",
		Hint:    "Repeat the statement, unless it is what ended the engine.",
	}
}

// errRestarted is what a call fails with that is bound to a process that has ended.
// Whoever bound it makes it again.
func errRestarted() *engine.Error {
	return &engine.Error{Code: "57P02", Message: "the engine was started again before the statement", Err: engine.ErrRestarted}
}

func errTransactionLost() *engine.Error {
	return &engine.Error{
		Code:    "57P02",
		Message: "the transaction was lost when the engine stopped",
		Detail:  "The engine's process ended and has been started again. Nothing of the transaction was kept.",
		Hint:    "Begin the transaction again.",
	}
}

func errCommitUnknown() *engine.Error {
	return &engine.Error{
		Code:    "57P02",
		Message: "the engine stopped while the transaction was being committed",
		Detail:  "The transaction was committed as a whole or not at all; which of them is not known.",
		Hint:    "Look at the tables before you repeat it.",
	}
}

func errTemporaryLost() *engine.Error {
	return &engine.Error{
		Code:    "57P02",
		Message: "the temporary tables of this session were lost when the engine stopped",
		Detail:  "The engine's process ended and has been started again.",
		Hint:    "Create them again.",
	}
}

func errNotRunning(why error) *engine.Error {
	return &engine.Error{
		Code:    "57P03",
		Message: "the engine cannot be started",
		Hint:    "It is tried again every few seconds; the server's log says more.",
		Err:     why,
	}
}
