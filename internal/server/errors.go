package server

import (
	"errors"
	"unicode/utf8"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/internal/settings"
	"github.com/csvsql/csvsql/wire"
)

// toWire makes an error one that the client can be told. src is the statement
// it is about, or nil. A nil error stays nil.
func toWire(err error, src *source) error {
	var e *engine.Error
	if errors.As(err, &e) {
		w := &wire.Error{Severity: "ERROR", Code: e.Code, Message: e.Message, Detail: e.Detail, Hint: e.Hint, Err: err}
		if src != nil && e.Position > 0 {
			w.Position = src.position(e.Position)
		}
		return w
	}
	var v *settings.Error
	if errors.As(err, &v) {
		return &wire.Error{Severity: "ERROR", Code: v.Code, Message: v.Message, Hint: v.Hint, Err: err}
	}
	return err
}

// position turns a byte of the statement, from 1, into a character of the whole
// text, from 1.
func (s *source) position(b int) int { return s.characters(s.Offset + b - 1) }

// characters turns a number of bytes before something in the whole text into the
// place of its first character, from 1.
func (s *source) characters(bytes int) int {
	return utf8.RuneCountInString(s.text[:max(0, min(bytes, len(s.text)))]) + 1
}

// withoutPosition is an error about a statement that the client did not write.
func withoutPosition(err error) error {
	var e *wire.Error
	if errors.As(err, &e) {
		e.Position = 0
	}
	return err
}
