// Package settings holds a session's run-time parameters: what SET, SHOW and
// RESET work on (PostgreSQL documentation, chapter 20).
//
// The registry in list.go says which parameters exist. [Values] are those of
// one session; they know that a SET is undone by ROLLBACK and a SET LOCAL by
// the end of the transaction. What a parameter does is the business of whoever
// created the Values and is told of every change.
package settings

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

// Setting is one parameter of the registry.
type Setting struct {
	Name    string // as SHOW spells it
	Default string
	Unit    string // "ms", or "" for none
	Desc    string
	// Report says that the client is told of changes (ParameterStatus).
	Report bool
	// Internal parameters can be read and never be set.
	Internal bool
	// refused is why SET is refused, of a parameter of PostgreSQL's that is not
	// Internal; or "".
	refused string
	// check turns a value into the form SHOW prints, or says what is wrong.
	check checker
}

// Error is what a wrong name or value gives.
type Error struct{ Code, Message, Hint string }

func (e *Error) Error() string    { return e.Message }
func (e *Error) SQLState() string { return e.Code }

// Lookup finds a parameter by its name, in any case.
func Lookup(name string) (*Setting, bool) {
	i, ok := slices.BinarySearchFunc(registry, strings.ToLower(name), func(s Setting, n string) int {
		return strings.Compare(strings.ToLower(s.Name), n)
	})
	if !ok {
		return nil, false
	}
	return &registry[i], true
}

// All yields the registry in the order of SHOW ALL.
func All() iter.Seq[*Setting] {
	return func(yield func(*Setting) bool) {
		for i := range registry {
			if !yield(&registry[i]) {
				return
			}
		}
	}
}

// Values are the parameters of one session.
type Values struct {
	boot     map[string]string // what RESET goes back to, where it is not the default
	current  map[string]string
	undo     map[string]undo // of the open transaction; nil outside of one
	onChange func(name, value string) error
}

// undo says what the end of a transaction makes of one parameter.
type undo struct {
	before string // the value when the transaction began
	after  string // the value if it commits
}

// New makes Values that are all at their defaults. onChange is told of every
// change of a value, with the name in lower case, also of one that a ROLLBACK
// makes. Its error keeps the value as it was.
func New(onChange func(name, value string) error) *Values {
	return &Values{boot: map[string]string{}, current: map[string]string{}, onChange: onChange}
}

// Boot sets what the session starts with and RESET goes back to: values of the
// startup packet and those the server derives. It may set Internal parameters.
func (v *Values) Boot(name, value string) error {
	key, value, err := v.check(name, value, true)
	if err != nil {
		return err
	}
	v.boot[key] = value
	return v.assign(key, value)
}

// Get is the value of a parameter; 42704 for an unknown name.
func (v *Values) Get(name string) (string, error) {
	key := strings.ToLower(name)
	if value, ok := v.current[key]; ok {
		return value, nil
	}
	if s, ok := Lookup(key); ok {
		return s.Default, nil
	}
	return "", unknown(name)
}

// Set is SET: it lasts until the end of the session, or until the transaction
// is rolled back.
func (v *Values) Set(name, value string) error { return v.set(name, value, false) }

// SetLocal is SET LOCAL: it lasts until the end of the transaction. Outside of
// one it changes nothing.
func (v *Values) SetLocal(name, value string) error { return v.set(name, value, true) }

func (v *Values) set(name, value string, local bool) error {
	key, value, err := v.check(name, value, false)
	if err != nil {
		return err
	}
	return v.change(key, value, local)
}

// Reset is RESET, and SET ... TO DEFAULT.
func (v *Values) Reset(name string, local bool) error {
	key := strings.ToLower(name)
	if s, ok := Lookup(key); ok && s.unchanging() != nil {
		return s.unchanging()
	} else if !ok && !custom(key) {
		return unknown(name)
	}
	return v.change(key, v.resetValue(key), local)
}

// ResetAll is RESET ALL.
func (v *Values) ResetAll() error {
	for _, key := range sortedKeys(v.current) {
		if s, ok := Lookup(key); ok && s.unchanging() != nil {
			continue
		}
		if err := v.change(key, v.resetValue(key), false); err != nil {
			return err
		}
	}
	return nil
}

// Begin, Commit and Rollback follow the session's transaction, implicit ones
// included.
func (v *Values) Begin() {
	if v.undo == nil {
		v.undo = map[string]undo{}
	}
}

func (v *Values) Commit() error   { return v.end(func(u undo) string { return u.after }) }
func (v *Values) Rollback() error { return v.end(func(u undo) string { return u.before }) }

func (v *Values) end(value func(undo) string) error {
	changes := v.undo
	v.undo = nil
	var failed []error
	for _, key := range sortedKeys(changes) {
		failed = append(failed, v.assign(key, value(changes[key])))
	}
	return errors.Join(failed...)
}

// Mark is what ROLLBACK TO SAVEPOINT goes back to.
type Mark struct {
	current map[string]string
	undo    map[string]undo
}

// Mark remembers the parameters as they are.
func (v *Values) Mark() Mark { return Mark{maps.Clone(v.current), maps.Clone(v.undo)} }

// Restore makes them what they were when m was made, in the same transaction.
func (v *Values) Restore(m Mark) error {
	v.undo = maps.Clone(m.undo)
	var failed []error
	for _, key := range sortedKeys(v.current) {
		value, ok := m.current[key]
		if !ok {
			value = v.resetValue(key)
		}
		failed = append(failed, v.assign(key, value))
	}
	return errors.Join(failed...)
}

// change makes value current and remembers what the end of the transaction
// will make of it.
func (v *Values) change(key, value string, local bool) error {
	if v.undo == nil {
		if local {
			return nil
		}
		return v.assign(key, value)
	}
	before, err := v.Get(key)
	if err != nil {
		before = "" // a custom parameter that was never set
	}
	if err := v.assign(key, value); err != nil {
		return err
	}
	u, ok := v.undo[key]
	if !ok {
		u = undo{before: before, after: before}
	}
	if !local {
		u.after = value
	}
	v.undo[key] = u
	return nil
}

func (v *Values) assign(key, value string) error {
	old, err := v.Get(key)
	if err == nil && old == value {
		v.current[key] = value
		return nil
	}
	if err := v.onChange(key, value); err != nil {
		return err
	}
	v.current[key] = value
	return nil
}

func (v *Values) resetValue(key string) string {
	if value, ok := v.boot[key]; ok {
		return value
	}
	if s, ok := Lookup(key); ok {
		return s.Default
	}
	return ""
}

// check returns the key of a parameter and the canonical form of a value.
func (v *Values) check(name, value string, boot bool) (string, string, error) {
	key := strings.ToLower(name)
	s, ok := Lookup(key)
	switch {
	case !ok && custom(key):
		return key, value, nil
	case !ok:
		return "", "", unknown(name)
	case !boot && s.unchanging() != nil:
		return "", "", s.unchanging()
	}
	current, err := v.Get(key)
	if err != nil {
		return "", "", err
	}
	value, err = s.check(value, current)
	if err != nil {
		return "", "", invalid(s.Name, err)
	}
	return key, value, nil
}

// custom reports whether a name is one that PostgreSQL leaves to applications:
// prefix.name.
func custom(key string) bool {
	prefix, rest, ok := strings.Cut(key, ".")
	return ok && prefix != "" && rest != ""
}

func unknown(name string) error {
	return &Error{Code: "42704", Message: fmt.Sprintf("unrecognized configuration parameter %q", name)}
}

// unchanging is the error of SET, if the parameter is one that it does not change.
func (s *Setting) unchanging() error {
	refused := s.refused
	if s.Internal {
		refused = "cannot be changed"
	}
	if refused == "" {
		return nil
	}
	return &Error{Code: "55P02", Message: fmt.Sprintf("parameter %q %s", s.Name, refused)}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
